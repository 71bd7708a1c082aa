// Figures: Vega-Lite specifications drawn as SVG when they come near the window. Vega runs them through its expression
// interpreter, so the page needs no eval, and through a loader that refuses every address, so it needs no network.

import { loader, parse, View, Warn, type Item, type Spec } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { Handler } from "vega-tooltip";
import topology from "world-atlas/countries-110m.json";

import type { Figure } from "./document.types";
import { button, copyText, download, el } from "./dom";
import { chartConfig, coloursOf, withNames, type Mode } from "./chart_theme";
import { hashOf, type Page } from "./page";
import { revealTable, tableBlock } from "./table";

const narrowPage = 560;
const antarctica = "010";

/// A figure on the page: it can be drawn again when the width or the colours change.
export interface Drawing {
  element: HTMLElement;
  draw(mode: Mode): Promise<void>;
  drawn(): boolean;
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
      view = await drawChart(page, figure, chart, mode);
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
    drawn: () => view !== undefined,
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

const refuseAll = () => {
  const refusing = loader();
  const refuse = () => Promise.reject(new Error("the report loads nothing from outside"));
  refusing.load = refuse;
  refusing.sanitize = refuse;
  return refusing;
};

const worldMap = () => {
  const { countries } = topology.objects;
  const geometries = countries.geometries.filter((country) => country.id !== antarctica);
  return { ...topology, objects: { countries: { ...countries, geometries } } };
};

async function drawChart(page: Page, figure: Figure, chart: HTMLElement, mode: Mode): Promise<View> {
  const colours = coloursOf(mode);
  const narrow = document.documentElement.clientWidth < narrowPage;
  const named = withNames(figure.vega, colours, worldMap) as Record<string, unknown>;
  const spec = fitted(named);
  chart.parentElement!.style.minWidth = hasNamesOnY(spec) ? "26rem" : "";
  const quiet = { level: () => quiet, error: throwFault, warn: () => quiet, info: () => quiet, debug: () => quiet };
  const { spec: compiled } = compile(spec as unknown as TopLevelSpec, { config: chartConfig(colours, narrow), logger: quiet as never });
  const view = new View(parse(withoutTwins(compiled as Spec), {}, { ast: true } as never), {
    container: chart,
    renderer: "svg",
    hover: true,
    loader: refuseAll(),
    logLevel: Warn,
    expr: expressionInterpreter,
  } as never);
  view.tooltip(tooltips(mode));
  openTrails(page, view, chart, mode);
  await view.runAsync();
  return view;
}

function throwFault(...words: unknown[]): never {
  throw new Error(words.join(" "));
}

/// Layers that each bring the same axis would print its labels over one another, as if they were bold.
function withoutTwins(spec: Spec): Spec {
  const seen = new Set<string>();
  const axes = (spec.axes ?? []).filter((axis) => {
    const words = JSON.stringify(axis);
    return !seen.has(words) && seen.add(words);
  });
  return { ...spec, axes };
}

/// A single or layered view without a width takes the width of the page; views side by side keep their own.
function fitted(spec: Record<string, unknown>): Record<string, unknown> {
  const single = "mark" in spec || "layer" in spec;
  const faceted = ["row", "column", "facet"].some((channel) => channel in ((spec["encoding"] ?? {}) as object));
  if (!single || faceted || "width" in spec) return spec;
  return { ...spec, width: "container", autosize: { type: "fit-x", contains: "padding" } };
}

/// Rows of names beside a chart need room: such a chart scrolls sideways on a phone rather than losing its names.
function hasNamesOnY(part: unknown): boolean {
  if (typeof part !== "object" || part === null) return false;
  const { encoding, layer, hconcat, vconcat, spec } = part as Record<string, unknown>;
  const y = (encoding as { y?: { type?: string } } | undefined)?.y;
  if (y?.type === "nominal" || y?.type === "ordinal") return true;
  return [layer, hconcat, vconcat].some((parts) => Array.isArray(parts) && parts.some(hasNamesOnY)) || hasNamesOnY(spec);
}

type Tips = (handler: unknown, event: MouseEvent, item: Item, value: unknown) => void;

function tooltips(mode: Mode): Tips {
  const handler = new Handler({ theme: mode, disableDefaultStyle: true });
  return (owner, event, item, value) => handler.call(owner as never, event, item as never, withoutIds(value));
}

function withoutIds(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== "number"));
}

/// A mark whose data name a number shows it under the pointer and opens its trail on a click.
function openTrails(page: Page, view: View, chart: HTMLElement, mode: Mode): void {
  const numberOf = (item: Item | null | undefined): string | undefined => {
    const id = (item?.datum as { number?: unknown } | undefined)?.number;
    return typeof id === "string" && page.number(id) ? id : undefined;
  };
  const tip = tooltips(mode);
  view.addEventListener("click", (_event, item) => {
    const id = numberOf(item);
    if (id) location.hash = hashOf({ kind: "number", id });
  });
  view.addEventListener("mousemove", (event, item) => {
    const id = numberOf(item);
    chart.style.cursor = id ? "pointer" : "";
    if (item && (item as { tooltip?: unknown }).tooltip != null) return;
    const number = id ? page.number(id) : undefined;
    tip(undefined, event as MouseEvent, item as Item, number ? { title: number.text, "": number.label } : null);
  });
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
