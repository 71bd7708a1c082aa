// Running text: words, numbers that open their trail, sources that open their entry.

import type { Cards, Cell, Prose, ProseBlock, Span } from "./document.types";
import { el } from "./dom";
import { hashOf, type Page } from "./page";

/// A number as a link to its trail; `words` where it is shown in other words than its own text.
export function numberLink(page: Page, id: string, words?: string): HTMLElement {
  const number = page.number(id);
  if (!number) return el("span", { class: "broken" }, id);
  const facts = page.factsOf(number);
  const retracted = page.restsOnRetracted(facts);
  const unverified = page.isUnverified(facts);
  const remarks = [number.label, retracted && "rests on a retracted source", unverified && "unverified"];
  return el("a", {
    class: `number${retracted ? " on-retracted" : ""}${unverified ? " unverified" : ""}`,
    href: hashOf({ kind: "number", id }),
    title: remarks.filter(Boolean).join("; "),
    "data-number": id,
  }, words ?? number.text);
}

/// A citation as a link to the source's entry, flagged if retracted.
export function sourceLink(page: Page, id: string): HTMLElement {
  const source = page.source(id);
  return el("a", { class: "citation", href: hashOf({ kind: "source", id }), title: source?.title, "data-source": id },
    source?.label || id, source?.retracted_on && retractedFlag());
}

export function retractedFlag(): HTMLElement {
  return el("span", { class: "flag flag-retracted" }, "retracted");
}

function spanNode(page: Page, span: Span): Node {
  if (typeof span === "string") return document.createTextNode(span);
  if ("strong" in span) return el("strong", {}, span.strong);
  if ("number" in span) return numberLink(page, span.number);
  return sourceLink(page, span.source);
}

export function proseNodes(page: Page, prose: Prose): Node[] {
  return prose.map((span) => spanNode(page, span));
}

/// What the prose says as plain text: for sorting, filtering and labels.
export function proseText(page: Page, prose: Prose): string {
  return prose.map((span) => {
    if (typeof span === "string") return span;
    if ("strong" in span) return span.strong;
    if ("number" in span) return page.number(span.number)?.text ?? "";
    return page.source(span.source)?.label ?? span.source;
  }).join("");
}

/// The content of a table cell; plain words with facts behind them become a link to those rows.
export function cellNodes(page: Page, cell: Cell): Node[] {
  const nodes = proseNodes(page, cell.prose);
  if (!cell.facts?.length || nodes.length === 0) return nodes;
  const href = hashOf({ kind: "facts", ids: cell.facts });
  const plain = cell.prose.every((span) => typeof span === "string" || "strong" in span);
  if (plain) return [el("a", { class: "fact-link", href, title: "Show the source row" }, ...nodes)];
  return [...nodes, el("a", { class: "fact-mark", href, "aria-label": "Show the source row" }, "row")];
}

const toneNames = { plain: "", finding: "Finding", caution: "Caution", notice: "Note" };

export function proseBlock(page: Page, block: ProseBlock): HTMLElement {
  if (block.tone === "plain") return el("p", { class: "prose" }, ...proseNodes(page, block.prose));
  return el("div", { class: `callout tone-${block.tone}` },
    el("p", { class: "callout-name" }, toneNames[block.tone]),
    el("p", {}, ...proseNodes(page, block.prose)));
}

/// A card's value beyond this many letters is set smaller.
const longValue = 18;

/// The answer in one screen.
export function cardsBlock(page: Page, block: Cards): HTMLElement {
  return el("ul", { class: "cards" }, ...block.cards.map((card) =>
    el("li", { class: `card tone-${card.tone}` },
      el("p", { class: "card-label" }, card.label),
      el("p", { class: `card-value${proseText(page, card.value).length > longValue ? " long" : ""}` }, ...proseNodes(page, card.value)),
      card.note.length > 0 && el("p", { class: "card-note" }, ...proseNodes(page, card.note)))));
}
