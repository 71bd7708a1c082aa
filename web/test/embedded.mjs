// The Document inside a report's HTML is the JSON report, byte for byte; `browser.mjs` compares what is shown with it.
//
// Usage: node web/test/embedded.mjs REPORT.html REPORT.json
import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";

const largest = 4_000_000;
const [, , page, document] = process.argv;
const html = await readFile(page, "utf8");
const inside = [...html.matchAll(/<script type="application\/json" id="entact-document">([^]*?)<\/script>/g)];
assert.equal(inside.length, 1, "one Document in the page");
assert.equal(inside[0][1].replaceAll("\\u003c", "<").trim(), (await readFile(document, "utf8")).replaceAll("\\u003c", "<").trim(), `${page} and ${document} differ`);
const { size } = await stat(page);
assert.ok(size < largest, `${page} has ${size} bytes, more than ${largest}`);
console.log(`embedded: the page holds the JSON report; ${(size / 1e6).toFixed(2)} MB`);
