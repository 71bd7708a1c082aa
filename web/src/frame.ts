// What stands around the sections: the masthead, the navigation, and how the report was made.

import { button, copyButton, el, sign, type Child } from "./dom";
import { dateText, type Page } from "./page";
import { sourceLink } from "./prose";
import { themeButton } from "./theme";

export function masthead(page: Page): HTMLElement {
  const { title, subtitle, notice, provenance, numbers, sources } = page.document;
  const count = (items: object, word: string) => `${Object.keys(items).length.toLocaleString("en")} ${word}`;
  return el("header", { class: "masthead" },
    el("div", { class: "masthead-inner" },
      el("div", { class: "masthead-tools" }, el("p", { class: "brand" }, "Entact"),
        themeButton(), printButton()),
      el("h1", {}, title),
      subtitle && el("p", { class: "subtitle" }, subtitle),
      el("p", { class: "dateline" },
        provenance.as_of && el("span", {}, "Evidence as of ", el("time", { datetime: provenance.as_of }, dateText(provenance.as_of))),
        el("span", {}, count(numbers, "numbers")), isEmpty(sources) ? false : el("span", {}, count(sources, "sources"))),
      notice && el("p", { class: "notice", role: "note" }, notice),
      isEmpty(sources)
        ? el("p", { class: "reading-guide" }, "Every number opens its trail: the command that computed it and its place in that command's output.")
        : el("p", { class: "reading-guide" }, "Every number opens its trail: the source row it came from, or the command that computed it. ",
        el("span", { class: "key unverified" }, "Unverified"), " marks a number recalled but not yet read in a source; ",
        el("span", { class: "key on-retracted" }, "retracted"), " one that rests on a retracted source.")));
}

/// A page of one command on a study's own files cites no source.
function isEmpty(items: object): boolean {
  return Object.keys(items).length === 0;
}

function printButton(): HTMLButtonElement {
  const print = button("", () => window.print(), { class: "tool-button" });
  print.append(sign("M4.5 6V2.5h7V6M4.5 11.5H3V6h10v5.5h-1.5M4.5 9.5h7v4h-7z"), "Print");
  return print;
}

/// The list of sections; on a narrow page it folds behind a button.
export function navigation(page: Page): HTMLElement {
  const links = page.document.sections.map((section) => el("a", { href: `#${section.id}` }, section.title));
  const list = el("ol", { id: "section-list" }, ...links.map((link) => el("li", {}, link)), el("li", {}, el("a", { href: "#provenance" }, "How this report was made")));
  const fold = (open: boolean) => {
    toggle.setAttribute("aria-expanded", String(open));
    nav.classList.toggle("open", open);
  };
  const toggle: HTMLButtonElement = button("", () => fold(toggle.getAttribute("aria-expanded") !== "true"),
    { class: "nav-toggle", "aria-expanded": "false", "aria-controls": "section-list" });
  toggle.append(sign("M2.5 4h11M2.5 8h11M2.5 12h11"), el("span", { class: "nav-here" }, "Contents"));
  const nav = el("nav", { "aria-label": "Sections" }, toggle, list);
  list.addEventListener("click", () => fold(false));
  nav.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || toggle.getAttribute("aria-expanded") !== "true") return;
    event.preventDefault();
    fold(false);
    toggle.focus();
  });
  return nav;
}

/// Marks the section that is being read in the navigation.
export function followReading(nav: HTMLElement): void {
  const links = new Map([...nav.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const here = nav.querySelector(".nav-here");
  const mark = (id: string) => {
    for (const [each, link] of links) link.toggleAttribute("aria-current", each === id);
    const link = links.get(id);
    link?.setAttribute("aria-current", "true");
    if (here && link) here.textContent = link.textContent;
  };
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) mark(entry.target.id);
  }, { rootMargin: "-15% 0px -80% 0px" });
  for (const id of links.keys()) {
    const target = document.getElementById(id);
    if (target) watch.observe(target);
  }
}

export function provenanceSection(page: Page): HTMLElement {
  const { provenance } = page.document;
  return el("section", { class: "provenance", id: "provenance", "aria-labelledby": "provenance-title" },
    el("h2", { id: "provenance-title" }, "How this report was made"),
    el("p", { class: "prose" }, "The command below makes it again, number for number, from the same " + (provenance.evidence_sha256 ? "evidence." : "files.")),
    el("div", { class: "command" }, el("pre", { tabindex: "0", "aria-label": "Command of this report" }, el("code", {}, provenance.command)), copyButton(provenance.command, "the command")),
    el("dl", { class: "definitions" },
      ...definition("Entact", provenance.version), ...definition("Evidence as of", dateText(provenance.as_of)),
      ...definition("Evidence base, SHA-256", provenance.evidence_sha256 && el("code", { class: "hash" }, provenance.evidence_sha256))),
    provenance.inputs.length > 0 && el("details", { class: "block inputs" }, el("summary", {}, `Input files (${provenance.inputs.length})`),
      el("dl", { class: "definitions" }, ...provenance.inputs.flatMap((input) => definition(input.name, el("code", { class: "hash" }, input.sha256))))),
    isEmpty(page.document.sources) ? false : sourceList(page));
}

function definition(term: string, value: Child): Child[] {
  return value ? [el("div", {}, el("dt", {}, term), el("dd", {}, value))] : [];
}

/// All sources, for paper and for those who look for one by name.
function sourceList(page: Page): HTMLElement {
  const sources = Object.entries(page.document.sources).sort(([, a], [, b]) => a.label.localeCompare(b.label, "en"));
  return el("details", { class: "block sources" }, el("summary", {}, `Sources (${sources.length})`),
    el("ol", { class: "source-list" }, ...sources.map(([id, source]) => el("li", {},
      sourceLink(page, id), ` ${source.title}`,
      source.published && ` ${dateText(source.published)}.`,
      source.doi && el("span", { class: "hash" }, ` doi:${source.doi}`)))));
}

