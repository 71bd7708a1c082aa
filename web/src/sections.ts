// Sections and their blocks in the order of the Document. A table that is shown on demand goes under the first figure
// that draws it; verdicts that follow one another become one list.

import type { Section, Verdict } from "./document.types";
import { el } from "./dom";
import { figureBlock, type Drawing } from "./figure";
import { iconBlock } from "./icons";
import type { Page } from "./page";
import { cardsBlock, proseBlock, proseNodes } from "./prose";
import { tableBlock } from "./table";
import { verdictList } from "./verdict";

export interface Body {
  sections: HTMLElement[];
  drawings: Drawing[];
}

export function bodyOf(page: Page): Body {
  const drawings: Drawing[] = [];
  const underFigures = tablesUnderFigures(page);
  const sections = page.document.sections.map((section) =>
    el("section", { id: section.id, class: "section", "aria-labelledby": `title-${section.id}` },
      el("div", { class: "section-head" }, el("h2", { id: `title-${section.id}` }, section.title),
        section.opening.length > 0 && el("div", { class: "opening" }, ...section.opening.map((prose) => el("p", {}, ...proseNodes(page, prose))))),
      ...blocksOf(page, section, underFigures, drawings)));
  return { sections, drawings };
}

/// For each table shown on demand the figure that carries it.
function tablesUnderFigures(page: Page): Map<string, string> {
  const carriers = new Map<string, string>();
  for (const section of page.document.sections)
    for (const block of section.blocks)
      if (block.kind === "figure" && page.tables.get(block.table)?.collapsed && !carriers.has(block.table)) carriers.set(block.table, block.id);
  return carriers;
}

function blocksOf(page: Page, section: Section, underFigures: Map<string, string>, drawings: Drawing[]): HTMLElement[] {
  const elements: HTMLElement[] = [];
  let verdicts: Verdict[] = [];
  const closeVerdicts = () => {
    if (verdicts.length > 0) elements.push(verdictList(page, verdicts));
    verdicts = [];
  };
  for (const block of section.blocks) {
    if (block.kind === "verdict") {
      verdicts.push(block);
      continue;
    }
    closeVerdicts();
    if (block.kind === "prose") elements.push(proseBlock(page, block));
    else if (block.kind === "cards") elements.push(cardsBlock(page, block));
    else if (block.kind === "icons") elements.push(iconBlock(page, block));
    else if (block.kind === "figure") {
      const drawing = figureBlock(page, block, underFigures.get(block.table) === block.id);
      drawings.push(drawing);
      elements.push(drawing.element);
    } else if (!underFigures.has(block.id)) elements.push(tableBlock(page, block));
  }
  closeVerdicts();
  return elements;
}
