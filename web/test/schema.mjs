// Holds Documents against the schema, and the schema against Documents that are wrong.
// Usage: node web/test/schema.mjs [DOCUMENT.json ...]   (the sample by default)
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import Ajv2020 from "ajv/dist/2020.js";

const read = async (path) => JSON.parse(await readFile(path, "utf8"));
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const schema = await read(here("../../entact/report/document.schema.json"));
const check = new Ajv2020.default({ allErrors: false, strict: true, allowUnionTypes: true }).compile(schema);
const sample = here("./sample-document.json");
const documents = process.argv.length > 2 ? process.argv.slice(2) : [sample];

let faults = 0;
for (const path of documents) {
  if (check(await read(path))) continue;
  faults += 1;
  const [first] = check.errors;
  console.error(`${path}: ${first.instancePath} ${first.message} ${JSON.stringify(first.params)}`);
}

const wrong = {
  "a Document without numbers": (document) => delete document.numbers,
  "a Document of another schema": (document) => (document.schema = 2),
  "a number without a label": (document) => delete Object.values(document.numbers)[0].label,
  "an unknown kind of block": (document) => (document.sections[0].blocks[0].kind = "picture"),
  "a tone that there is not": (document) => (document.sections[0].blocks[0].cards[0].tone = "loud"),
  "a span of two kinds": (document) => document.sections[0].opening[0].push({ number: "key.smd", source: "mitchell2021" }),
  "an unknown verification": (document) => (Object.values(document.facts)[0].verified = "guessed"),
};
for (const [what, spoil] of Object.entries(wrong)) {
  const document = await read(sample);
  spoil(document);
  if (!check(document)) continue;
  faults += 1;
  console.error(`the schema accepts ${what}`);
}

// Every kind of block must be in the sample, or the browser test would pass over it.
const kinds = new Set((await read(sample)).sections.flatMap((section) => section.blocks.map((block) => block.kind)));
for (const kind of ["prose", "table", "figure", "cards", "icons", "verdict"])
  if (!kinds.has(kind)) {
    faults += 1;
    console.error(`the sample holds no block of kind ${kind}`);
  }
if (faults > 0) process.exit(1);
console.log(`schema: ${documents.length} Document(s) valid, ${Object.keys(wrong).length} wrong ones refused`);
