// Draws one Vega-Lite specification as SVG. Vega runs it through its expression interpreter, so the page needs no eval,
// and through a loader that refuses every address, so it needs no network. Marks whose data name a number open its
// trail.

import { loader, parse, View, Warn, type Item, type Spec } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { Handler } from "vega-tooltip";
import topology from "world-atlas/countries-110m.json";

import { chartConfig, coloursOf, withNames, type Mode } from "./chart_theme";
import type { Figure } from "./document.types";
import { hashOf, type Page } from "./page";

const narrowPage = 560;
const antarctica = "010";
/// Below this width of the plot itself, in pixels, a chart cannot be read.
const leastPlot = 220;

/// Long names beside a chart may leave too little of a narrow page for the chart itself: it then gets wider than its
/// frame, which scrolls, rather than losing its names.
export async function drawWithRoom(page: Page, figure: Figure, chart: HTMLElement, mode: Mode): Promise<View> {
  chart.style.minWidth = "";
  let view = await drawChart(page, figure, chart, mode);
  for (let again = 0; again < 2 && fillsItsFrame(figure.vega) && view.width() < leastPlot; again += 1) {
    chart.style.minWidth = `${Math.ceil(chart.clientWidth + leastPlot - view.width())}px`;
    view.finalize();
    chart.replaceChildren();
    view = await drawChart(page, figure, chart, mode);
  }
  return view;
}

async function drawChart(page: Page, figure: Figure, chart: HTMLElement, mode: Mode): Promise<View> {
  const colours = coloursOf(mode);
  const narrow = document.documentElement.clientWidth < narrowPage;
  const named = withNames(figure.vega, colours, worldMap) as Record<string, unknown>;
  const spec = fitted(named);
  const quiet = { level: () => quiet, error: throwFault, warn: () => quiet, info: () => quiet, debug: () => quiet };
  const { spec: compiled } = compile(spec as unknown as TopLevelSpec, { config: chartConfig(colours, narrow), logger: quiet as never });
  const view = new View(parse(withColumns(withoutTwins(compiled as Spec)), {}, { ast: true } as never), {
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

/// Legends of names break into as many columns as the width holds; those of sizes stay in a row.
function withColumns(spec: Spec): Spec {
  const legends = (spec.legends ?? []).map((legend) =>
    "size" in legend || legend.columns !== undefined ? legend : { ...legend, columns: { signal: "max(2, floor(width / 190))" } });
  return { ...spec, legends };
}

/// A single or layered view without a width takes the width of the page; views side by side keep their own.
function fitted(spec: Record<string, unknown>): Record<string, unknown> {
  return fillsItsFrame(spec) ? { ...spec, width: "container", autosize: { type: "fit-x", contains: "padding" } } : spec;
}

function fillsItsFrame(spec: Record<string, unknown>): boolean {
  const single = "mark" in spec || "layer" in spec;
  const faceted = ["row", "column", "facet"].some((channel) => channel in ((spec["encoding"] ?? {}) as object));
  return single && !faceted && (spec["width"] ?? "container") === "container";
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
