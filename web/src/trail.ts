// The trail panel: where a number comes from, what a source is, which rows stand behind a cell. It is addressed by
// the fragment of the page (#n=, #s=, #f=), so each trail can be linked to and the browser's Back works.

import type { Fact, Number as DataNumber, Source } from "./document.types";
import { button, copyButton, el, sign, type Child } from "./dom";
import { dateText, fullPrecision, hashOf, targetOf, type Page, type Target } from "./page";
import { numberLink, retractedFlag, sourceLink } from "./prose";

const longList = 40;
const openFacts = 3;

export function trailPanel(page: Page): HTMLDialogElement {
  const heading = el("h2", { id: "trail-heading", tabindex: "-1" });
  const body = el("div", { class: "trail-body" });
  const panel = el("dialog", { class: "trail", id: "trail", "aria-labelledby": "trail-heading" },
    el("div", { class: "trail-head" }, heading,
      el("button", { type: "button", class: "close", "aria-label": "Close the trail", onclick: () => leave() },
        sign("M4 4l8 8M12 4l-8 8"))),
    body);
  let opener: Element | null = null;

  const leave = () => {
    try {
      history.pushState(null, "", location.pathname + location.search);
    } catch {
      location.hash = "";
    }
    follow();
  };
  const show = (target: Target) => {
    const shown = contentOf(page, target);
    heading.replaceChildren(shown.title);
    body.replaceChildren(...shown.parts.filter((part): part is Node | string => Boolean(part)));
    if (!panel.contains(document.activeElement)) opener = document.activeElement;
    if (!panel.open) {
      if (matchMedia("(max-width: 60rem)").matches) panel.showModal();
      else panel.show();
    }
    panel.scrollTop = 0;
    heading.focus({ preventScroll: true });
  };
  const hide = () => {
    if (!panel.open) return;
    panel.close();
    if (opener instanceof HTMLElement || opener instanceof SVGElement) opener.focus({ preventScroll: true });
    opener = null;
  };
  const follow = () => {
    const target = targetOf(location.hash);
    if (target) show(target);
    else hide();
  };

  panel.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.open && !event.defaultPrevented) leave();
  });
  panel.addEventListener("click", (event) => {
    if (event.target === panel && panel.matches(":modal")) leave();
  });
  addEventListener("hashchange", follow);
  addEventListener("popstate", follow);
  queueMicrotask(follow);
  return panel;
}

interface Shown {
  title: string;
  parts: Child[];
}

function contentOf(page: Page, target: Target): Shown {
  if (target.kind === "facts") return factsEntry(page, target.ids);
  if (target.kind === "source") return sourceEntry(page, target.id);
  return numberEntry(page, target.id);
}

function unknown(what: string, id: string): Shown {
  return { title: `Unknown ${what}`, parts: [el("p", {}, `This report holds no ${what} `, el("code", {}, id), ".")] };
}

function numberEntry(page: Page, id: string): Shown {
  const number = page.number(id);
  if (!number) return unknown("number", id);
  const facts = page.factsOf(number);
  return {
    title: number.label || "Number",
    parts: [
      el("p", { class: "trail-value" }, number.text, number.unit && el("span", { class: "unit" }, ` ${number.unit}`)),
      page.restsOnRetracted(facts) && el("p", { class: "warning" }, retractedFlag(), " Rests on a retracted source."),
      page.isUnverified(facts) && el("p", { class: "warning" }, "Unverified: recalled, not read in the source or in a text that cites it."),
      definitions([
        ["Full precision", el("code", { class: "precise" }, fullPrecision(number.value)), number.unit && ` ${number.unit}`],
        ["Made by", number.model || (number.command ? "the command below" : "read from the source row below")],
      ]),
      ...commandParts(number),
      ...factParts(page, number.facts ?? []),
      addressPart(id),
    ],
  };
}

function commandParts(number: DataNumber): Child[] {
  if (!number.command) return [];
  return [
    el("h3", {}, "Command that prints it"),
    el("div", { class: "command" }, el("pre", { tabindex: "0", "aria-label": "Command" }, el("code", {}, number.command)), copyButton(number.command, "the command")),
    number.pointer && el("p", { class: "pointer" }, "In its JSON at ", el("code", {}, number.pointer)),
  ];
}

function addressPart(id: string): Child {
  return el("p", { class: "address" }, "Link to this number: ", el("a", { href: hashOf({ kind: "number", id }) }, hashOf({ kind: "number", id })));
}

function factParts(page: Page, ids: string[]): Child[] {
  if (ids.length === 0) return [];
  return [
    el("h3", {}, ids.length === 1 ? "Source row" : `Source rows (${ids.length})`),
    ...ids.map((id) => factCard(page, id, ids.length <= openFacts)),
  ];
}

const badges = {
  page: ["read in the source", "badge-page", "M3 8.5l3.2 3.2L13 5"],
  secondary: ["from a text that cites it", "badge-secondary", "M3 5h10M3 8h10M3 11h6"],
  recalled: ["recalled, unverified", "badge-recalled", "M8 3v6M8 12.5v.2"],
  "": ["verification not stated", "badge-recalled", "M5 8h6"],
} as const;

function badge(verified: Fact["verified"]): HTMLElement {
  const [words, kind, path] = badges[verified];
  return el("span", { class: `badge ${kind}` }, sign(path), words);
}

function factCard(page: Page, id: string, open: boolean): HTMLElement {
  const fact = page.fact(id);
  if (!fact) return el("p", { class: "broken" }, id);
  const source = page.source(fact.source);
  return el("details", { class: "fact", open },
    el("summary", {}, el("span", { class: "fact-name" }, el("code", {}, id)), el("span", { class: "fact-source" }, source?.label || fact.source)),
    el("p", { class: "fact-badges" }, badge(fact.verified), source?.retracted_on && retractedFlag()),
    definitions(fact.cells.map(([column, value]) => [column.replaceAll("_", " "), value]), "row"),
    el("p", { class: "fact-origin" },
      fact.source && sourceLink(page, fact.source),
      source?.title && ` ${source.title}`,
      fact.locator && el("span", { class: "locator" }, `At: ${fact.locator}`),
      source && originLinks(source),
      el("span", { class: "locator" }, "Table ", el("code", {}, fact.table))));
}

function originLinks(source: Source): HTMLElement {
  const outside = { target: "_blank", rel: "noreferrer noopener" };
  return el("span", { class: "origin-links" },
    source.doi && el("a", { href: `https://doi.org/${source.doi}`, ...outside }, `doi:${source.doi}`),
    source.url && safeUrl(source.url) && el("a", { href: source.url, ...outside }, hostOf(source.url)));
}

function sourceEntry(page: Page, id: string): Shown {
  const source = page.source(id);
  if (!source) return unknown("source", id);
  const facts = page.factsOfSource(id);
  const numbers = [...new Set(facts.flatMap((fact) => page.numbersOnFact(fact)))];
  return {
    title: source.label || id,
    parts: [
      el("p", { class: "source-title" }, source.title),
      source.retracted_on && el("p", { class: "warning" }, retractedFlag(), ` Retracted on ${dateText(source.retracted_on)}.`),
      definitions([
        ["Kind", source.kind],
        ["Published", source.published && dateText(source.published)],
        ["Where", (source.doi || source.url) && originLinks(source)],
        ["Id", el("code", {}, id)],
      ]),
      ...listPart(`Numbers in this report that rest on it (${numbers.length})`, numbers, (number) =>
        el("li", {}, numberLink(page, number), ` ${page.number(number)?.label ?? ""}`)),
      ...listPart(`Rows taken from it (${facts.length})`, facts, (fact) =>
        el("li", {}, el("a", { href: hashOf({ kind: "facts", ids: [fact] }) }, el("code", {}, fact)))),
    ],
  };
}

function factsEntry(page: Page, ids: string[]): Shown {
  const known = ids.filter((id) => page.fact(id));
  if (known.length === 0) return unknown("source row", ids.join(", "));
  const numbers = [...new Set(known.flatMap((id) => page.numbersOnFact(id)))];
  return {
    title: known.length === 1 ? "Source row" : "Source rows",
    parts: [
      ...known.map((id) => factCard(page, id, known.length <= openFacts)),
      ...listPart(`Numbers in this report that rest on ${known.length === 1 ? "it" : "them"} (${numbers.length})`, numbers, (number) =>
        el("li", {}, numberLink(page, number), ` ${page.number(number)?.label ?? ""}`)),
    ],
  };
}

/// A list that shows its first entries and the rest on demand.
function listPart(title: string, ids: string[], item: (id: string) => HTMLElement): Child[] {
  if (ids.length === 0) return [];
  const list = el("ul", { class: "trail-list" }, ...ids.slice(0, longList).map(item));
  const more = ids.length > longList && button(`Show all ${ids.length}`, () => {
    list.append(...ids.slice(longList).map(item));
    if (more) more.remove();
  }, { class: "small-button" });
  return [el("h3", {}, title), list, more];
}

function definitions(entries: (string | Node | undefined | false | null)[][], kind = ""): HTMLElement {
  const list = el("dl", { class: `definitions ${kind}` });
  for (const [term, ...values] of entries)
    if (values.some(Boolean)) list.append(el("div", {}, el("dt", {}, term as string), el("dd", {}, ...values)));
  return list;
}

function safeUrl(url: string): boolean {
  return /^https?:\/\//i.test(url);
}

function hostOf(url: string): string {
  return url.replace(/^https?:\/\/(www\.)?/i, "").replace(/\/.*$/, "");
}
