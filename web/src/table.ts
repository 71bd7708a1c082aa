// Tables that sort and filter. The rows are made once; sorting and filtering move and hide them.

import type { Cell, Table } from "./document.types";
import { announcer, el, svg, type Child } from "./dom";
import { dateText, type Page } from "./page";
import { cellNodes, proseText } from "./prose";

type Key = number | string | null;
interface Row {
  element: HTMLTableRowElement;
  texts: string[];
  keys: Key[];
  found: string;
}
type Column = Table["columns"][number];

/// Longer tables scroll inside their own window so that the header stays in sight.
const longTable = 14;
const manyChoices = 60;

export function tableBlock(page: Page, table: Table): HTMLElement {
  const body = tableBody(page, table);
  const heading = el("h3", {}, table.title);
  if (!table.collapsed)
    return el("section", { class: "block table-block", id: `table-${table.id}`, "aria-label": table.title }, heading, ...body);
  return el("details", { class: "block table-block", id: `table-${table.id}` },
    el("summary", {}, heading, el("span", { class: "summary-count" }, rowsText(table.rows.length))), ...body);
}

function tableBody(page: Page, table: Table): Child[] {
  const rows = table.rows.map((cells) => rowOf(page, table, cells));
  const tbody = el("tbody", {}, ...rows.map((row) => row.element));
  const captionId = `caption-${table.id}`;
  const element = el("table", {}, el("caption", { class: "visually-hidden" }, table.title), el("thead", {}, headerRow(table, rows, tbody)), tbody);
  const scroll = el("div", {
    class: `table-scroll${table.rows.length > longTable ? " long" : ""}`,
    tabindex: "0", role: "region", "aria-label": `Table: ${table.title}`,
  }, element);
  followEdge(scroll);
  const tools = table.columns.some((column) => column.filter) ? filterTools(table, rows) : null;
  return [table.caption && el("p", { class: "block-caption", id: captionId }, table.caption), tools, scroll];
}

/// Shades the right edge while there is more of the table beyond it.
function followEdge(scroll: HTMLElement): void {
  const shade = () => scroll.classList.toggle("more", scroll.scrollLeft + scroll.clientWidth < scroll.scrollWidth - 2);
  scroll.addEventListener("scroll", shade, { passive: true });
  new ResizeObserver(shade).observe(scroll);
}

function rowOf(page: Page, table: Table, cells: Cell[]): Row {
  const texts = cells.map((cell) => proseText(page, cell.prose));
  const element = el("tr", {}, ...cells.map((cell, index) => cellElement(page, table.columns[index]!, cell, texts[index]!, index)));
  const keys = cells.map((cell, index) => sortKey(page, table.columns[index]!, cell, texts[index]!));
  return { element, texts, keys, found: texts.join(" ").toLowerCase() };
}

function cellElement(page: Page, column: Column, cell: Cell, text: string, index: number): HTMLElement {
  const heads = index === 0 && column.type === "text";
  const attributes = { class: `type-${column.type}${text.length > 60 ? " wide" : text.length > 24 ? " middling" : ""}`, scope: heads ? "row" : null };
  if (text === "") return el("td", { class: `empty type-${column.type}` }, el("span", { class: "visually-hidden" }, "not reported"));
  const nodes = column.type === "date" ? dateNodes(page, cell) : cellNodes(page, cell);
  return el(heads ? "th" : "td", attributes, ...nodes);
}

function dateNodes(page: Page, cell: Cell): Node[] {
  const nodes = cellNodes(page, { ...cell, prose: cell.prose.map((span) => (typeof span === "string" ? dateText(span) : span)) });
  const [first] = cell.prose;
  return typeof first === "string" && cell.prose.length === 1 && dateText(first) !== first
    ? [el("time", { datetime: first }, ...nodes)]
    : nodes;
}

function sortKey(page: Page, column: Column, cell: Cell, text: string): Key {
  if (text === "") return null;
  if (column.type !== "number") return text;
  for (const span of cell.prose)
    if (typeof span === "object" && "number" in span) return numeric(page.number(span.number)?.value ?? null);
  return numeric(text.replace(/\u2212/g, "-"));
}

function numeric(value: number | string | null): number | null {
  if (value === null) return null;
  const number = value === "inf" ? Infinity : value === "-inf" ? -Infinity : parseFloat(String(value));
  return Number.isNaN(number) ? null : number;
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function compare(a: Key, b: Key): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return collator.compare(String(a), String(b));
}

type Order = "none" | "ascending" | "descending";
const next: Record<Order, Order> = { none: "ascending", ascending: "descending", descending: "none" };

/// Rows in another order; those without a value stay last both ways.
function sorted(rows: Row[], column: number, order: Order): Row[] {
  if (order === "none") return rows;
  const direction = order === "ascending" ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [left, right] = [a.keys[column] ?? null, b.keys[column] ?? null];
    if (left === null || right === null) return +(left === null) - +(right === null);
    return direction * compare(left, right);
  });
}

function headerRow(table: Table, rows: Row[], tbody: HTMLElement): HTMLElement {
  const heads = table.columns.map((column) =>
    el("th", { scope: "col", class: `type-${column.type}`, "aria-sort": "none", "data-title": column.title }));
  heads.forEach((head, index) => head.append(
    el("button", {
      type: "button",
      class: "sort",
      onclick: () => {
        const order = next[(head.getAttribute("aria-sort") ?? "none") as Order];
        for (const other of heads) other.setAttribute("aria-sort", "none");
        head.setAttribute("aria-sort", order);
        tbody.append(...sorted(rows, index, order).map((row) => row.element));
      },
    }, el("span", {}, table.columns[index]!.title), sortSign())));
  return el("tr", {}, ...heads);
}

function sortSign(): Node {
  return svg("svg", { viewBox: "0 0 8 12", width: 8, height: 12, "aria-hidden": "true", class: "sort-sign" },
    svg("path", { class: "up", d: "M4 1l3 4H1z" }), svg("path", { class: "down", d: "M4 11l3-4H1z" }));
}

/// A choice for each column that offers one, a search over all, and the count of rows that are left.
function filterTools(table: Table, rows: Row[]): HTMLElement {
  const count = announcer();
  const search = el("input", { type: "search", autocomplete: "off", spellcheck: "false" });
  const choices = table.columns.flatMap((column, index) => (column.filter ? [{ index, select: choiceOf(column, index, rows) }] : []));
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const keep = words.every((word) => row.found.includes(word)) &&
        choices.every(({ index, select }) => select.value === "" || row.texts[index] === select.value.slice(1));
      row.element.hidden = !keep;
      if (keep) shown += 1;
    }
    count.textContent = shown === rows.length ? rowsText(shown) : `${shown} of ${rowsText(rows.length)}`;
  };
  search.addEventListener("input", apply);
  for (const { select } of choices) select.addEventListener("change", apply);
  apply();
  return el("div", { class: "table-tools", role: "search", "aria-label": `Filter ${table.title}` },
    ...choices.map(({ index, select }) => el("label", {}, el("span", {}, table.columns[index]!.title), select)),
    el("label", { class: "search" }, el("span", {}, "Search"), search), count);
}

function choiceOf(column: Column, index: number, rows: Row[]): HTMLSelectElement {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row.texts[index] ?? "", (counts.get(row.texts[index] ?? "") ?? 0) + 1);
  const values = [...counts.keys()].sort(collator.compare).slice(0, manyChoices);
  // Each value carries a leading "=" so that "not reported" is a choice of its own beside "all".
  return el("select", {}, el("option", { value: "" }, "All"),
    ...values.map((value) => {
      const shown = value === "" ? "not reported" : column.type === "date" ? dateText(value) : value;
      return el("option", { value: `=${value}` }, `${shown} (${counts.get(value)})`);
    }));
}

function rowsText(count: number): string {
  return count === 1 ? "1 row" : `${count} rows`;
}

/// Opens a table that is shown on demand and brings it into sight.
export function revealTable(id: string, block: ScrollLogicalPosition): void {
  const element = document.getElementById(`table-${id}`);
  if (element instanceof HTMLDetailsElement) element.open = true;
  element?.scrollIntoView({ block });
}

