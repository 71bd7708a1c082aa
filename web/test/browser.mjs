// Opens a report in Chromium and uses it as a reader would: follows numbers to their sources, filters, sorts, changes
// colours and width, prints, and asks axe-core. Works on any report.
//
// Usage: node web/test/browser.mjs [REPORT.html]      (or ENTACT_REPORT_HTML; by default the sample in the template)
//   ENTACT_CHROMIUM     the browser                    (default /usr/bin/chromium)
//   ENTACT_SCREENSHOT   where to write a screenshot of 1400 x 1000, light
//   ENTACT_PDF          where to write the printed report
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { render } from "../render.mjs";

const desktop = { width: 1400, height: 1000 };
const phone = { width: 360, height: 740 };
const patience = 60_000;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const folder = await mkdtemp(join(tmpdir(), "entact-view-"));
const given = process.argv[2] ?? process.env.ENTACT_REPORT_HTML;
const report = given ? resolve(given) : join(folder, "sample.html");
if (!given) await render(here("./sample-document.json"), report);
const html = await readFile(report, "utf8");
const held = JSON.parse(/<script type="application\/json" id="entact-document">([^]*?)<\/script>/.exec(html)[1]);
const blocks = held.sections.flatMap((section) => section.blocks);

const browser = await chromium.launch({
  executablePath: process.env.ENTACT_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless=new", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
});

/// Opens the report and notes whatever it says or asks for. Faults make the check that opened it fail.
async function open({ viewport = desktop, colorScheme = "light", hash = "", file = report, expectFaults = false } = {}) {
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const faults = [];
  const own = pathToFileURL(file).href;
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== own && !/^(data|blob):/.test(request.url())) faults.push(`request: ${request.url()}`);
  });
  await page.goto(own + hash);
  await page.waitForFunction(() => document.documentElement.dataset.figures === "drawn", null, { timeout: patience });
  const close = async () => {
    await context.close();
    if (!expectFaults) assert.deepEqual(faults, [], "the page must be silent and ask for nothing");
    return faults;
  };
  return { page, close };
}

function spansOf(value) {
  if (Array.isArray(value)) return value.flatMap(spansOf);
  if (typeof value !== "object" || value === null) return [];
  return typeof value.number === "string" ? [value.number] : Object.values(value).flatMap(spansOf);
}

async function axe(page, where) {
  await page.evaluate(axeSource);
  const violations = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }).then((result) => result.violations));
  const grave = violations.filter((each) => ["serious", "critical"].includes(each.impact));
  assert.deepEqual(grave.map((each) => `${each.id}: ${each.nodes.length} x ${each.nodes[0].html.slice(0, 160)} ${each.nodes[0].failureSummary ?? ""}`), [], `axe, ${where}`);
}

const panel = (page) => page.locator("dialog.trail");

const checks = {
  async "every section has its heading and its link"(page) {
    const headings = await page.locator("main h2").allTextContents();
    const links = await page.locator("nav a").allTextContents();
    for (const section of held.sections) {
      assert.ok(headings.includes(section.title), `heading ${section.title}`);
      assert.ok(links.includes(section.title), `link ${section.title}`);
    }
    assert.equal(await page.locator("h1").textContent(), held.title);
    assert.equal(await page.title(), held.title);
  },

  async "every figure is drawn"(page) {
    const drawn = await page.locator("figure.figure-block").evaluateAll((figures) => figures.map((figure) => {
      const chart = figure.querySelector(".chart svg");
      const box = chart?.getBoundingClientRect();
      const marks = figure.querySelectorAll(".chart [class*='mark-'] path, .chart [class*='mark-'] line, .chart [class*='mark-'] text").length;
      return { id: figure.id.replace(/^figure-/, ""), width: box?.width ?? 0, height: box?.height ?? 0, marks };
    }));
    const wanted = blocks.filter((block) => block.kind === "figure").map((block) => block.id);
    assert.deepEqual(drawn.map((each) => each.id), wanted);
    for (const each of drawn) assert.ok(each.width > 100 && each.height > 40 && each.marks > 2, `figure ${JSON.stringify(each)}`);
    assert.equal(await page.locator(".chart-failed").count(), 0);
  },

  async "every number shown leads to a number of the Document, and every number of the text is shown"(page) {
    const shown = await page.locator("[data-number]").evaluateAll((links) => links.map((link) =>
      ({ id: link.dataset.number, text: link.textContent, rounded: Boolean(link.closest(".icon-count")), href: link.getAttribute("href") })));
    for (const each of shown) {
      const number = held.numbers[each.id];
      assert.ok(number, `no number ${each.id}`);
      assert.ok((number.facts ?? []).length > 0 || number.command, `no trail for ${each.id}`);
      assert.equal(each.href, `#n=${encodeURIComponent(each.id)}`);
      if (!each.rounded) assert.equal(each.text, number.text);
      else if (typeof number.value === "number") assert.equal(each.text, String(Math.round(100 * number.value)));
    }
    const ids = new Set(shown.map((each) => each.id));
    const prose = held.sections.map((section) => [section.opening, section.blocks.map((block) => ({ ...block, vega: null }))]);
    for (const id of spansOf(prose)) assert.ok(ids.has(id), `number ${id} is not on the page`);
    assert.equal(await page.locator(".broken").count(), 0);
  },

  async "a number leads to its source row, the row to its source, and Esc back to the text"(page) {
    const id = await page.locator("main .number").evaluateAll((links, facts) =>
      links.map((link) => link.dataset.number).find((each) => facts[each]), Object.fromEntries(Object.entries(held.numbers).map(([key, number]) => [key, number.facts?.length > 0])));
    if (!id) return "no number with facts";
    const number = held.numbers[id];
    const fact = held.facts[number.facts[0]];
    const link = page.locator(`main .number[data-number="${id}"]`).first();
    await link.click();
    await panel(page).waitFor({ state: "visible" });
    const words = await panel(page).textContent();
    for (const part of [number.label, number.text, String(number.value ?? "not estimable"), number.facts[0], fact.locator, held.sources[fact.source]?.label ?? "", number.command ?? "", number.model ?? ""])
      assert.ok(words.includes(part), `the trail of ${id} lacks ${part}`);
    assert.ok(await panel(page).evaluate((element) => element.contains(document.activeElement)), "focus goes to the trail");
    assert.equal(new URL(page.url()).hash, `#n=${encodeURIComponent(id)}`);
    if (fact.source) {
      const row = panel(page).locator("details.fact").first();
      if (!(await row.evaluate((element) => element.open))) await row.locator("summary").click();
      await row.locator(".citation").click();
      const entry = await panel(page).textContent();
      assert.ok(entry.includes(held.sources[fact.source].title), "the source's entry shows its title");
      assert.equal(/Retracted on/.test(entry), Boolean(held.sources[fact.source].retracted_on));
      await page.goBack();
      assert.ok((await panel(page).textContent()).includes(number.label), "Back returns to the number");
    }
    await page.keyboard.press("Escape");
    await panel(page).waitFor({ state: "hidden" });
    assert.ok(await link.evaluate((element) => element === document.activeElement), "focus returns to the number");
    assert.equal(new URL(page.url()).hash, "");
  },

  async "a command can be read and copied"(page) {
    const [id, number] = Object.entries(held.numbers).find(([, each]) => each.command) ?? [];
    if (!id) return "no number with a command";
    await page.evaluate((hash) => (location.hash = hash), `#n=${encodeURIComponent(id)}`);
    await panel(page).waitFor({ state: "visible" });
    assert.ok((await panel(page).locator(".command code").textContent()).includes(number.command));
    assert.equal(await panel(page).getByRole("button", { name: "Copy the command" }).count(), 1);
    await panel(page).getByRole("button", { name: "Close the trail" }).click();
    await panel(page).waitFor({ state: "hidden" });
  },

  async "retracted sources are flagged wherever they are cited"(page) {
    const citations = await page.locator("[data-source]").evaluateAll((links) => links.map((link) => [link.dataset.source, Boolean(link.querySelector(".flag-retracted"))]));
    for (const [id, flagged] of citations) assert.equal(flagged, Boolean(held.sources[id].retracted_on), `flag of ${id}`);
  },

  async "a click on a mark opens the trail of its number"(page) {
    const figures = blocks.filter((block) => block.kind === "figure" && spansOf(block.vega).length > 0);
    if (figures.length === 0) return "no marks with numbers";
    for (const figure of figures) {
      await page.locator(`[id="figure-${figure.id}"]`).scrollIntoViewIfNeeded();
      const at = await page.locator(`[id="figure-${figure.id}"] .chart`).evaluate((chart) => {
        for (const mark of chart.querySelectorAll("path, line, text")) {
          const id = mark.__data__?.datum?.number;
          const box = mark.getBoundingClientRect();
          const point = { x: box.left + box.width / 2, y: box.top + box.height / 2, id };
          if (typeof id === "string" && document.elementFromPoint(point.x, point.y) === mark) return point;
        }
        return null;
      });
      assert.ok(at, `figure ${figure.id} has no mark in sight that carries its number`);
      await page.mouse.click(at.x, at.y);
      await panel(page).waitFor({ state: "visible" });
      assert.equal(new URL(page.url()).hash, `#n=${encodeURIComponent(at.id)}`);
      await page.keyboard.press("Escape");
      await panel(page).waitFor({ state: "hidden" });
    }
  },

  async "the data table of a figure is one click away"(page) {
    for (const figure of blocks.filter((block) => block.kind === "figure")) {
      const table = page.locator(`[id="table-${figure.table}"]`);
      await page.locator(`[id="figure-${figure.id}"]`).getByRole("button", { name: "Data table", exact: true }).click();
      await table.locator("table").waitFor({ state: "visible" });
      if (await table.evaluate((element) => element instanceof HTMLDetailsElement)) await table.locator("summary").first().click();
    }
  },

  async "a figure can be saved as SVG and PNG"(page) {
    const figure = blocks.find((block) => block.kind === "figure");
    if (!figure) return "no figures";
    for (const [kind, start] of [["SVG", "<svg"], ["PNG", "\x89PNG"]]) {
      const [saved] = await Promise.all([page.waitForEvent("download"),
        page.locator(`[id="figure-${figure.id}"]`).getByRole("button", { name: `Download ${kind}` }).click()]);
      assert.equal(saved.suggestedFilename(), `${figure.id}.${kind.toLowerCase()}`);
      assert.ok((await readFile(await saved.path(), "latin1")).startsWith(start));
    }
  },

  async "a table filters and says how many rows are left"(page) {
    const tables = await page.locator(".table-block:has(.table-tools select):not(details)").all();
    if (tables.length === 0) return "no open table with filters";
    for (const table of tables) {
      const visible = () => table.locator("tbody tr:not([hidden])").count();
      const all = await visible();
      const select = table.locator("select").first();
      const choice = await select.locator("option").nth(1).textContent();
      await select.selectOption({ index: 1 });
      assert.equal(await visible(), Number(/\((\d+)\)$/.exec(choice)[1]), choice);
      assert.match(await table.locator("[role=status]").textContent(), /\d+/);
      await table.locator("input[type=search]").fill("no row says this");
      assert.equal(await visible(), 0);
      assert.match(await table.locator("[role=status]").textContent(), /^0 of /);
      await table.locator("input[type=search]").fill("");
      await select.selectOption({ index: 0 });
      assert.equal(await visible(), all);
    }
  },

  async "a column of numbers sorts by value both ways"(page) {
    const block = blocks.find((each) => each.kind === "table" && !each.collapsed && valueColumn(each) >= 0);
    if (!block) return "no open table with a column of numbers";
    const column = valueColumn(block);
    const table = page.locator(`[id="table-${block.id}"]`);
    const head = table.locator("thead th").nth(column);
    const values = async () => (await table.locator("tbody tr").evaluateAll((rows, index) =>
      rows.map((row) => row.children[index].querySelector("[data-number]")?.dataset.number ?? null), column)).map((id) => (id ? held.numbers[id].value : null));
    for (const [order, sign] of [["ascending", 1], ["descending", -1]]) {
      await head.getByRole("button").click();
      assert.equal(await head.getAttribute("aria-sort"), order);
      const seen = await values();
      const known = seen.filter((value) => typeof value === "number");
      assert.deepEqual(known, [...known].sort((a, b) => sign * (a - b)));
      assert.deepEqual(seen.slice(0, known.length), known, "rows without a value come last");
    }
  },

  async "verdicts filter by kind"(page) {
    const verdicts = blocks.filter((block) => block.kind === "verdict");
    const choices = page.locator(".verdict-filter").first().locator("[data-verdict]");
    if ((await choices.count()) === 0) return "no verdicts of several kinds";
    const kind = await choices.first().getAttribute("data-verdict");
    await choices.first().click();
    const shown = await page.locator(".verdicts").first().locator(".verdict:not([hidden]) .chip").allTextContents();
    assert.ok(shown.length > 0 && shown.every((each) => each === kind));
    await page.locator(".verdict-filter").first().getByRole("button", { name: "All", exact: true }).click();
    assert.equal(await page.locator(".verdict:not([hidden])").count(), verdicts.length);
  },

  async "the first key press offers to skip to the content"(page) {
    await page.reload();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip-link");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "content");
  },
};

function valueColumn(table) {
  return table.columns.findIndex((column, index) => column.type === "number" &&
    table.rows.filter((row) => row[index].prose.some((span) => typeof held.numbers[span.number]?.value === "number")).length > 2);
}

const passes = {
  async "light, at a desk"() {
    const { page, close } = await open();
    if (process.env.ENTACT_SCREENSHOT) await page.screenshot({ path: process.env.ENTACT_SCREENSHOT });
    for (const [name, check] of Object.entries(checks)) await attempt(name, () => check(page));
    await attempt("axe finds no serious fault", () => axe(page, "light"));
    await close();
  },
  async "a link to a number opens its trail"() {
    const [id] = Object.keys(held.numbers);
    if (!id) return "no numbers";
    const { page, close } = await open({ hash: `#n=${encodeURIComponent(id)}` });
    assert.ok((await panel(page).textContent()).includes(held.numbers[id].label));
    await axe(page, "with the trail open");
    await page.evaluate(() => (location.hash = "#n=no-such-number"));
    await page.waitForFunction(() => document.querySelector("dialog.trail h2").textContent === "Unknown number");
    return close();
  },
  async "dark, by the system and by choice"() {
    const { page, close } = await open({ colorScheme: "dark" });
    const luminance = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3);
    assert.ok((await luminance()) < 60, "the system's dark is dark");
    await axe(page, "dark");
    await page.getByRole("button", { name: "Use light colours" }).click();
    assert.ok((await luminance()) > 200, "the choice of light is light");
    await page.reload();
    assert.ok((await luminance()) > 200, "the choice is remembered");
    return close();
  },
  async "a phone shows it without sideways scrolling"() {
    const { page, close } = await open({ viewport: phone });
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= phone.width, "the page is wider than the phone");
    const toggle = page.locator(".nav-toggle");
    await toggle.click();
    assert.ok(await page.locator("nav ol").isVisible());
    await page.locator("nav a").last().click();
    assert.ok(!(await page.locator("nav ol").isVisible()));
    await axe(page, "on a phone");
    const number = page.locator("main .number").first();
    await number.click();
    assert.ok(await panel(page).evaluate((element) => element.matches(":modal")), "the trail is modal on a phone");
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= phone.width);
    await page.keyboard.press("Escape");
    await panel(page).waitFor({ state: "hidden" });
    return close();
  },
  async "paper shows all of it in light colours"() {
    const { page, close } = await open({ colorScheme: "dark" });
    await page.emulateMedia({ media: "print" });
    await page.waitForFunction(() => document.documentElement.dataset.theme === "light");
    assert.ok(!(await page.locator("nav").isVisible()));
    for (const section of held.sections) assert.ok(await page.locator(`[id="title-${section.id}"]`).isVisible(), section.title);
    const sizes = await page.locator(".chart svg").evaluateAll((charts) => charts.map((chart) => chart.getBoundingClientRect().width));
    assert.equal(sizes.length, blocks.filter((block) => block.kind === "figure").length);
    assert.ok(sizes.every((width) => width > 100), `widths ${sizes}`);
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    assert.ok(pdf.length > 20_000, `the PDF has ${pdf.length} bytes`);
    if (process.env.ENTACT_PDF) await writeFile(process.env.ENTACT_PDF, pdf);
    return close();
  },
  async "a figure that cannot be drawn says what it would show"() {
    const figure = blocks.find((block) => block.kind === "figure");
    if (!figure) return "no figures";
    const spoilt = structuredClone(held);
    spoilt.sections.flatMap((section) => section.blocks).find((block) => block.id === figure.id && block.kind === "figure").vega = { mark: "no such mark", data: { values: [] } };
    const source = join(folder, "spoilt.json");
    const file = join(folder, "spoilt.html");
    await writeFile(source, JSON.stringify(spoilt));
    await writeFile(file, html.replace(/(<script type="application\/json" id="entact-document">)[^]*?(<\/script>)/, (_all, start, end) => start + JSON.stringify(spoilt).replaceAll("<", "\\u003c") + end));
    const { page, close } = await open({ file, expectFaults: true });
    const failed = page.locator(`[id="figure-${figure.id}"] .chart-failed`);
    assert.ok((await failed.textContent()).includes(figure.alt));
    assert.equal(await page.locator(".chart svg").count(), blocks.filter((block) => block.kind === "figure").length - 1, "the others are drawn");
    const faults = await close();
    assert.ok(faults.length === 1 && faults[0].includes(`figure ${figure.id}`), String(faults));
  },
};

let failed = 0;
async function attempt(name, check) {
  try {
    const skipped = await check();
    console.log(typeof skipped === "string" ? `  skip ${name}: ${skipped}` : `  ok   ${name}`);
  } catch (fault) {
    failed += 1;
    console.error(`  FAIL ${name}\n${String(fault.stack ?? fault).replace(/^/gm, "       ")}`);
  }
}

try {
  console.log(`browser ${browser.version()}, ${given ? report : "the sample"}, ${(html.length / 1e6).toFixed(2)} MB`);
  for (const [name, pass] of Object.entries(passes)) await attempt(name, pass);
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}
if (failed > 0) {
  console.error(`${failed} check(s) failed`);
  process.exit(1);
}
