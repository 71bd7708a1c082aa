// The Document as the view holds it: its maps, what rests on what, and the way to open a trail.

import type { EntactDocument, Fact, Number as DataNumber, Source, Table } from "./document.types";

/// What the trail panel can show.
export type Target = { kind: "number" | "source"; id: string } | { kind: "facts"; ids: string[] };

export class Page {
  private numbersByFact: Map<string, string[]> | undefined;
  private factsBySource: Map<string, string[]> | undefined;
  /// Tables by id, in the order of the Document.
  readonly tables = new Map<string, Table>();

  constructor(readonly document: EntactDocument) {
    for (const section of document.sections)
      for (const block of section.blocks) if (block.kind === "table") this.tables.set(block.id, block);
  }

  number(id: string): DataNumber | undefined {
    return own(this.document.numbers, id);
  }
  source(id: string): Source | undefined {
    return own(this.document.sources, id);
  }
  fact(id: string): Fact | undefined {
    return own(this.document.facts, id);
  }

  factsOf(number: DataNumber): Fact[] {
    return (number.facts ?? []).map((id) => this.fact(id)).filter((fact): fact is Fact => fact !== undefined);
  }

  isRetracted(sourceId: string): boolean {
    return Boolean(this.source(sourceId)?.retracted_on);
  }

  /// A number is unverified if every row behind it was only recalled.
  isUnverified(facts: Fact[]): boolean {
    return facts.length > 0 && facts.every((fact) => fact.verified === "recalled");
  }

  restsOnRetracted(facts: Fact[]): boolean {
    return facts.some((fact) => this.isRetracted(fact.source));
  }

  numbersOnFact(id: string): string[] {
    this.numbersByFact ??= groupBy(Object.entries(this.document.numbers), ([key, number]) =>
      (number.facts ?? []).map((fact) => [fact, key]));
    return this.numbersByFact.get(id) ?? [];
  }

  factsOfSource(id: string): string[] {
    this.factsBySource ??= groupBy(Object.entries(this.document.facts), ([key, fact]) => [[fact.source, key]]);
    return this.factsBySource.get(id) ?? [];
  }
}

/// The address of a target on this page: #n=..., #s=..., #f=...
export function hashOf(target: Target): string {
  if (target.kind === "facts") return `#f=${target.ids.map(encodeURIComponent).join(",")}`;
  return `#${target.kind === "number" ? "n" : "s"}=${encodeURIComponent(target.id)}`;
}

export function targetOf(hash: string): Target | undefined {
  const [, letter, rest] = /^#([nsf])=(.+)$/.exec(hash) ?? [];
  if (!letter || !rest) return undefined;
  try {
    if (letter === "f") return { kind: "facts", ids: rest.split(",").map(decodeURIComponent) };
    return { kind: letter === "n" ? "number" : "source", id: decodeURIComponent(rest) };
  } catch {
    return undefined;
  }
}

/// A number with every digit its double holds.
export function fullPrecision(value: DataNumber["value"]): string {
  if (value === null) return "not estimable";
  return String(value);
}

const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// 2021-05-10 as 10 May 2021, 2021-05 as May 2021; anything else as it is.
export function dateText(date: string): string {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(date) ?? [];
  const name = month && months[+month - 1];
  if (!year || !name) return date;
  return day ? `${+day} ${name} ${year}` : `${name} ${year}`;
}

function own<T>(map: Record<string, T>, id: string): T | undefined {
  return Object.hasOwn(map, id) ? map[id] : undefined;
}

function groupBy<T>(items: T[], pairs: (item: T) => string[][]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const item of items)
    for (const [key, value] of pairs(item)) {
      const group = groups.get(key!);
      if (group) group.push(value!);
      else groups.set(key!, [value!]);
    }
  return groups;
}
