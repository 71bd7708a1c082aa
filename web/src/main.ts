// Builds the page from the Document that stands in it.

import type { EntactDocument } from "./document.types";
import { el } from "./dom";
import type { Drawing } from "./figure";
import { followReading, masthead, navigation, provenanceSection } from "./frame";
import { Page } from "./page";
import { bodyOf } from "./sections";
import { currentMode, followMode } from "./theme";
import { trailPanel } from "./trail";

function readDocument(): EntactDocument {
  const holder = document.getElementById("entact-document");
  if (!holder?.textContent) throw new Error("the page holds no Document");
  const read = JSON.parse(holder.textContent) as EntactDocument;
  if (read.schema !== 1) throw new Error(`the Document has schema ${String(read.schema)}; this view reads schema 1`);
  return read;
}

function build(): void {
  const page = new Page(readDocument());
  document.title = page.document.title;
  const { sections, drawings } = bodyOf(page);
  const nav = navigation(page);
  document.body.prepend(
    el("a", { class: "skip-link", href: "#content" }, "Skip to the content"),
    masthead(page),
    el("div", { class: "layout" }, nav, el("main", { id: "content", tabindex: "-1" }, ...sections, provenanceSection(page))),
    trailPanel(page));
  followReading(nav);
  drawInTime(drawings);
  if (location.hash && !location.hash.includes("=")) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

/// Draws each figure as it comes near, the others when the page is idle, and all again when colours or width change.
function drawInTime(drawings: Drawing[]): void {
  const waiting = new Set(drawings);
  const draw = (drawing: Drawing) => {
    if (!waiting.delete(drawing)) return Promise.resolve();
    watch.unobserve(drawing.element);
    return drawing.draw(currentMode());
  };
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const drawing = drawings.find((each) => each.element === entry.target);
      if (entry.isIntersecting && drawing) void draw(drawing);
    }
  }, { rootMargin: "800px 0px" });
  for (const drawing of drawings) watch.observe(drawing.element);
  const drawNext = () => {
    const [drawing] = waiting;
    if (drawing) void draw(drawing).then(() => whenIdle(drawNext));
    else document.documentElement.dataset["figures"] = "drawn";
  };
  whenIdle(drawNext);
  addEventListener("beforeprint", () => {
    for (const drawing of [...waiting]) void draw(drawing);
  });
  const redraw = () => {
    for (const drawing of drawings) if (!waiting.has(drawing)) void drawing.draw(currentMode());
  };
  followMode(redraw);
  const narrow = matchMedia("(max-width: 560px)");
  narrow.addEventListener("change", redraw);
}

function whenIdle(act: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(act, { timeout: 2000 });
  else setTimeout(act, 50);
}

/// What is folded on the screen is open on paper, except the tables shown on demand.
function openForPrint(): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>("details:not([open])")].filter((each) => !each.matches(".table-block, .inputs"));
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of opened) each.open = false;
  });
}

try {
  build();
  openForPrint();
} catch (fault) {
  document.body.prepend(el("main", { class: "failed" }, el("h1", {}, "This report cannot be shown"),
    el("p", {}, fault instanceof Error ? fault.message : String(fault))));
  throw fault;
}
