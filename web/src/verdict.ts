// Verdicts on statements that are often made: each a chip of words and shape, with the numbers and the rule behind it.

import type { Verdict } from "./document.types";
import { announcer, button, el, sign, svg } from "./dom";
import type { Page } from "./page";
import { proseNodes } from "./prose";

const order: Verdict["verdict"][] = ["supported", "partly", "not supported", "contradicted", "not studied"];
const shapes: Record<Verdict["verdict"], string> = {
  supported: "M3 8.5l3.2 3.2L13 4.5",
  partly: "M3 9c1.6-3 3.4-3 5-1s3.4 2 5-1",
  "not supported": "M4 8h8",
  contradicted: "M4 4l8 8M12 4l-8 8",
  "not studied": "M8 8h.01M4 8h.01M12 8h.01",
};
const levels = ["very low", "low", "moderate", "high"];

/// Verdicts that follow one another, with a filter above if there are several kinds.
export function verdictList(page: Page, verdicts: Verdict[]): HTMLElement {
  const items = verdicts.map((verdict) => ({ verdict, element: verdictElement(page, verdict) }));
  const kinds = order.filter((kind) => verdicts.some((verdict) => verdict.verdict === kind));
  return el("div", { class: "block verdicts" },
    kinds.length > 1 && filter(items, kinds),
    el("ol", { class: "verdict-list" }, ...items.map((item) => item.element)));
}

function filter(items: { verdict: Verdict; element: HTMLElement }[], kinds: Verdict["verdict"][]): HTMLElement {
  const count = announcer();
  const buttons: HTMLButtonElement[] = [];
  const choose = (kind: Verdict["verdict"] | null) => {
    let shown = 0;
    for (const item of items) {
      item.element.hidden = kind !== null && item.verdict.verdict !== kind;
      if (!item.element.hidden) shown += 1;
    }
    for (const each of buttons) each.setAttribute("aria-pressed", String((each.dataset["verdict"] ?? null) === kind));
    count.textContent = shown === items.length ? `${shown} statements` : `${shown} of ${items.length} statements`;
  };
  buttons.push(button("All", () => choose(null), { class: "chip-button" }));
  for (const kind of kinds) {
    const these = items.filter((item) => item.verdict.verdict === kind).length;
    const choice = button("", () => choose(kind), { class: `chip-button verdict-${kind.replace(" ", "-")}`, "data-verdict": kind });
    choice.append(sign(shapes[kind]), `${kind} (${these})`);
    buttons.push(choice);
  }
  choose(null);
  return el("div", { class: "verdict-filter", role: "group", "aria-label": "Show statements by verdict" }, ...buttons, count);
}

function verdictElement(page: Page, verdict: Verdict): HTMLElement {
  return el("li", { class: `verdict verdict-${verdict.verdict.replace(" ", "-")}`, id: `claim-${verdict.claim_id}` },
    el("div", { class: "verdict-side" },
      el("p", { class: "chip" }, sign(shapes[verdict.verdict]), verdict.verdict),
      verdict.certainty && certaintyElement(verdict.certainty)),
    el("div", { class: "verdict-body" },
      el("p", { class: "verdict-topic" }, verdict.topic, " ", el("code", {}, verdict.claim_id)),
      el("h3", {}, verdict.claim),
      verdict.reason.length > 0 && el("p", { class: "verdict-reason" }, ...proseNodes(page, verdict.reason)),
      verdict.rule && el("details", { class: "rule" }, el("summary", {}, "The rule that decided"), el("p", {}, verdict.rule))));
}

function certaintyElement(certainty: string): HTMLElement {
  const level = levels.indexOf(certainty);
  return el("p", { class: "certainty" },
    svg("svg", { viewBox: "0 0 46 10", width: 46, height: 10, "aria-hidden": "true" },
      ...levels.map((_, index) => svg("circle", { cx: 5 + 12 * index, cy: 5, r: 4, class: index <= level ? "on" : "off" }))),
    `${certainty} certainty`);
}
