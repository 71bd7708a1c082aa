// People out of 100 in two arms: one drawn person a participant, counts rounded to whole persons.

import type { Icons } from "./document.types";
import { el, svg } from "./dom";
import type { Page } from "./page";
import { numberLink } from "./prose";

const across = 10;
const step = { x: 12, y: 17 };
/// A head and shoulders, drawn from the upper left corner of its place.
const person = "m5 0a2.3 2.3 0 1 1 0 4.6a2.3 2.3 0 1 1 0-4.6zm-1.5 5.4h3a3 3 0 0 1 3 3v3.6a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-3.6a3 3 0 0 1 3-3z";

type Panel = Icons["panels"][number];

export function iconBlock(page: Page, block: Icons): HTMLElement {
  return el("section", { class: "block icon-block", id: `icons-${block.id}`, "aria-label": block.title },
    el("h3", {}, block.title),
    block.caption && el("p", { class: "block-caption" }, block.caption),
    el("div", { class: "icon-panels" }, ...block.panels.map((panel) => panelElement(page, panel))),
    el("p", { class: "icon-note" }, "Each figure is one person of 100; shares are rounded to whole persons."));
}

function panelElement(page: Page, panel: Panel): HTMLElement {
  return el("section", { class: `icon-panel${panel.harm ? " harm" : ""}`, "aria-label": panel.label },
    el("h4", {}, panel.label, panel.harm && el("span", { class: "harm-mark" }, "harm")),
    el("div", { class: "icon-arms" },
      arm(page, panel, panel.treatment_label, panel.treatment, "treatment"),
      arm(page, panel, panel.control_label, panel.control, "control")));
}

function arm(page: Page, panel: Panel, label: string, id: string, role: string): HTMLElement {
  const value = page.number(id)?.value;
  const persons = typeof value === "number" ? Math.max(0, Math.min(100, Math.round(value * 100))) : undefined;
  const count = persons === undefined ? numberLink(page, id) : numberLink(page, id, String(persons));
  return el("div", { class: `icon-arm ${role}` },
    el("p", { class: "icon-count" }, count, persons !== undefined && el("span", {}, " of 100")),
    el("p", { class: "icon-label" }, label),
    persons === undefined ? null : personsDrawing(persons, `${panel.label}, ${label}: ${persons} of 100 people`));
}

function personsDrawing(persons: number, words: string): SVGSVGElement {
  const path = (from: number, to: number) => {
    let steps = "";
    for (let index = from; index < to; index += 1)
      steps += `M${(index % across) * step.x} ${Math.floor(index / across) * step.y}${person}`;
    return steps;
  };
  return svg("svg", { viewBox: `-1 -1 ${across * step.x} ${across * step.y - 2}`, role: "img", "aria-label": words, class: "persons" },
    svg("path", { class: "without", d: path(persons, 100) }),
    svg("path", { class: "with", d: path(0, persons) }));
}
