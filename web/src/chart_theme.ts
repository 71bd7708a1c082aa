// Gives figures their look: a Vega-Lite configuration made from the colours of the page, and colour names that a
// specification may use instead of fixed colours ("entact:treatment"), so that it reads on light and dark alike.

export type Mode = "light" | "dark";

const names = ["paper", "ink", "muted", "rule", "accent", "treatment", "control", "harm", "finding", "caution", "land",
  "series-1", "series-2", "series-3", "series-4", "series-5", "series-6", "series-7", "series-8"] as const;
export type Colours = Record<(typeof names)[number], string>;

/// The colours of one mode, read from the style sheet whatever mode the page is in.
export function coloursOf(mode: Mode): Colours {
  const probe = document.createElement("div");
  probe.className = `palette palette-${mode}`;
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const colours = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  probe.remove();
  return colours as Colours;
}

/// Okabe and Ito's colours as specifications write them, and the colours of the page that stand for them.
const written: Record<string, keyof Colours> = {
  "#0072b2": "series-1", "#d55e00": "series-2", "#009e73": "series-3", "#cc79a7": "series-4", "#e69f00": "series-5",
  "#56b4e9": "series-6", "#7a7a7a": "series-7", "#b8a800": "series-8", "#b9bec6": "land", "#888888": "control",
};

/// A copy of the specification with each "entact:NAME" and each colour of the palette replaced by a colour of
/// the page, and the world map filled in.
export function withNames(spec: unknown, colours: Colours, world: () => object): unknown {
  if (typeof spec === "string" && spec.startsWith("entact:")) {
    const name = spec.slice("entact:".length);
    return name in colours ? colours[name as keyof Colours] : spec;
  }
  if (typeof spec === "string") return colours[written[spec.toLowerCase()] as keyof Colours] ?? spec;
  if (Array.isArray(spec)) return spec.map((each) => withNames(each, colours, world));
  if (typeof spec !== "object" || spec === null) return spec;
  if (isWorld(spec)) return { values: world(), format: { type: "topojson", feature: "countries" } };
  return Object.fromEntries(Object.entries(spec).map(([key, value]) =>
    [key, key === "stroke" && value === "white" ? colours.paper : withNames(value, colours, world)]));
}

function isWorld(data: object): boolean {
  if ("url" in data) return data.url === "entact:world-110m";
  return "name" in data && data.name === "world" && Object.keys(data).length === 1;
}

const font = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

export function chartConfig(colours: Colours, narrow: boolean): Record<string, unknown> {
  const size = narrow ? 11 : 12;
  const series = [1, 2, 3, 4, 5, 6, 7, 8].map((index) => colours[`series-${index}` as keyof Colours]);
  const words = { font, labelFont: font, titleFont: font };
  const heads = { ...words, labelColor: colours.ink, titleColor: colours.muted, labelFontSize: size, titleFontSize: size, titleFontWeight: "normal" };
  return {
    font,
    background: colours.paper,
    aria: false,
    padding: { left: 2, right: 6, top: 6, bottom: 4 },
    view: { stroke: null, continuousWidth: 400, continuousHeight: 300 },
    axis: {
      ...heads,
      labelColor: colours.muted, labelPadding: 6, labelLimit: narrow ? 150 : 320,
      titlePadding: 10, domainColor: colours.rule, tickColor: colours.rule, tickSize: 4,
      gridColor: colours.rule, gridOpacity: 0.6, gridWidth: 0.75,
    },
    axisX: { domain: true, grid: true, labelOverlap: true, labelSeparation: 8 },
    axisY: { domain: false, ticks: false, grid: true },
    axisXQuantitative: { tickCount: { expr: "clamp(ceil(width / 90), 3, 10)" } },
    axisYQuantitative: { tickCount: { expr: "clamp(ceil(height / 50), 3, 8)" } },
    axisBand: { grid: false, labelColor: colours.ink },
    axisYBand: { domain: false, ticks: false, labelPadding: 10 },
    axisPoint: { grid: true, gridDash: [1, 3], labelColor: colours.ink },
    legend: { ...heads, labelLimit: 320, symbolSize: 90, orient: "top", direction: "horizontal", titleOrient: "top", titlePadding: 4, rowPadding: 4, columnPadding: 16, offset: 12, tickCount: 4 },
    header: { ...heads, titleFontSize: size + 1, labelFontSize: size + 1, labelFontWeight: 600, labelAnchor: "start" },
    title: { font, color: colours.ink, subtitleColor: colours.muted, anchor: "start", fontSize: size + 2, subtitleFontSize: size, fontWeight: 600, offset: 12 },
    text: { font, color: colours.ink, fontSize: size },
    mark: { color: colours.treatment },
    point: { filled: true, size: 70, opacity: 1 },
    circle: { size: 70, opacity: 0.9 },
    square: { size: 70, opacity: 1 },
    line: { strokeWidth: 2 },
    rule: { color: colours.muted, strokeWidth: 1.25 },
    tick: { thickness: 2 },
    bar: { color: colours.treatment },
    geoshape: { fill: colours.land, stroke: colours.paper, strokeWidth: 0.5 },
    range: {
      category: series,
      diverging: [colours["series-2"], colours.rule, colours["series-1"]],
      heatmap: { scheme: "viridis" },
      ramp: [colours.land, colours.treatment],
      ordinal: [colours.land, colours.treatment],
    },
  };
}
