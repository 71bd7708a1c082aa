// Figures: a title, what can be done with them, the chart, its words and the table of its numbers.

import type { View } from "vega";

import { drawWithRoom } from "./chart";
import type { Mode } from "./chart_theme";
import type { Figure } from "./document.types";
import { button, copyText, download, el } from "./dom";
import type { Page } from "./page";
import { revealTable, tableBlock } from "./table";

/// A figure on the page: it can be drawn again when the width or the colours change.
export interface Drawing {
  element: HTMLElement;
  draw(mode: Mode): Promise<void>;
}

export function figureBlock(page: Page, figure: Figure, takesTable: boolean): Drawing {
  // The chart is one picture with one description: what Vega says of each mark stays unsaid.
  const chart = el("div", { "aria-hidden": "true" });
  const frame = el("div", { class: "chart-frame" }, el("div", { class: "chart", role: "img", "aria-label": figure.alt || figure.title }, chart));
  let view: View | undefined;
  let running: Promise<void> = Promise.resolve();

  const drawNow = async (mode: Mode) => {
    view?.finalize();
    view = undefined;
    chart.replaceChildren();
    try {
      view = await drawWithRoom(page, figure, chart, mode);
      markScrolling(frame, figure);
    } catch (fault) {
      chart.replaceChildren();
      frame.replaceWith(failure(figure, fault));
    }
  };
  const table = takesTable ? page.tables.get(figure.table) : undefined;
  const element = el("figure", { class: "block figure-block", id: `figure-${figure.id}` },
    el("div", { class: "figure-head" }, el("h3", {}, figure.title), actions(figure, () => view)),
    frame,
    el("p", { class: "scroll-hint", "aria-hidden": "true" }, "Scroll the chart sideways to see all of it."),
    el("figcaption", {}, figure.caption),
    table && tableBlock(page, { ...table, collapsed: true }));
  return {
    element,
    draw: (mode) => (running = running.then(() => drawNow(mode))),
  };
}

/// A chart wider than its frame must be reachable by keyboard to be scrolled.
function markScrolling(frame: HTMLElement, figure: Figure): void {
  const scrolls = frame.scrollWidth > frame.clientWidth + 1;
  frame.classList.toggle("scrolls", scrolls);
  for (const [name, value] of [["tabindex", "0"], ["role", "region"], ["aria-label", `Chart: ${figure.title}`]] as const)
    if (scrolls) frame.setAttribute(name, value);
    else frame.removeAttribute(name);
}

function failure(figure: Figure, fault: unknown): HTMLElement {
  console.error(`figure ${figure.id}: ${fault instanceof Error ? fault.message : String(fault)}`);
  return el("div", { class: "chart-failed" },
    el("p", {}, figure.alt),
    el("p", { class: "warning" }, "This figure could not be drawn; its numbers are in the data table."));
}

function actions(figure: Figure, view: () => View | undefined): HTMLElement {
  const save = async (kind: "svg" | "png") => {
    const current = view();
    if (current) download(`${figure.id}.${kind}`, await current.toImageURL(kind, kind === "png" ? 2 : 1));
  };
  const copy = button("Copy Vega-Lite", async () => {
    copy.textContent = (await copyText(JSON.stringify(figure.vega, null, 2))) ? "Copied" : "Could not copy";
    setTimeout(() => (copy.textContent = "Copy Vega-Lite"), 2000);
  }, { class: "small-button" });
  return el("div", { class: "figure-actions", role: "group", "aria-label": `Actions for ${figure.title}` },
    button("Data table", () => showTable(figure), { class: "small-button" }),
    button("SVG", () => void save("svg"), { class: "small-button", "aria-label": "Download SVG" }),
    button("PNG", () => void save("png"), { class: "small-button", "aria-label": "Download PNG" }),
    copy);
}

function showTable(figure: Figure): void {
  const table = document.getElementById(`table-${figure.table}`);
  if (table instanceof HTMLDetailsElement && table.open) table.open = false;
  else revealTable(figure.table, table instanceof HTMLDetailsElement ? "nearest" : "start");
}
