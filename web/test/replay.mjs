// Holds a report that replays a past day against the Document of today: what came later must be missing, what was known must
// be there.
//
// Usage: node web/test/replay.mjs PAST.json TODAY.json      with `entact` in PATH
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";

const read = async (path) => JSON.parse(await readFile(path, "utf8"));
const past = await read(process.argv[2]);
const today = await read(process.argv[3]);
const day = past.provenance.as_of;

/// The trials whose facts a pooled analysis of a Document rests on.
function trialsOf(held, analysis) {
  const pooled = Object.values(held.numbers).filter((number) => number.command?.includes(`--analysis ${analysis} `));
  const rows = pooled.flatMap((number) => number.facts ?? []).map((fact) => new Map(held.facts[fact].cells));
  return new Set(rows.map((row) => row.get("study_id")));
}

/// Facts public by the day that were read in a source, which may itself be of a later day.
const citedBy = (id) => JSON.parse(execFileSync("entact", ["evidence", "show", id, "--as-of", day, "--format", "json"])).result.cited_by;

assert.match(past.provenance.command, new RegExp(`--as-of ${day}$`));
for (const trial of ["MAPP1", "MAPP2"])
  assert.ok(trialsOf(past, "ptsd_caps_smd").has(trial), `${trial} was published by ${day}`);

const sources = Object.entries(past.sources);
assert.ok(sources.length > 10);
for (const [id, source] of sources) {
  assert.ok(!source.retracted_on, `${id} was not retracted by ${day}`);
  if (source.published > day)
    assert.ok(citedBy(id).length > 0, `${id} is of ${source.published}, and no fact that was public by then is cited from it`);
}
const retracted = Object.entries(today.sources).filter(([, source]) => source.retracted_on > day).map(([id]) => id);
assert.ok(retracted.length > 0, "today's report cites a source retracted since");

// Studies and their arms are listed from their start on, whatever the day on which their row became public.
const rows = Object.entries(past.facts).filter(([, fact]) => !["studies", "arms"].includes(fact.table)).map(([id, fact]) => [id, new Map(fact.cells)]);
for (const [id, row] of rows)
  for (const column of ["first_public", "date"])
    assert.ok(!((row.get(column) ?? "") > day), `${id}: ${column} is ${row.get(column)}`);
const letters = (held) => Object.entries(held.facts).filter(([, fact]) => fact.table === "events")
  .map(([id, fact]) => [id, new Map(fact.cells)])
  .filter(([, row]) => /complete response letter|\bCRL\b/i.test([...row.values()].join(" ")) && row.get("date")?.startsWith("2025"))
  .map(([id]) => id);
assert.ok(letters(today).length > 0, "today's report knows that the letter was published in 2025");
assert.deepEqual(letters(past), []);
for (const [id, { command = "" }] of Object.entries(past.numbers)) {
  if (!/^entact (pool|evidence|harms|stress|claims)/.test(command)) continue;
  const asked = / --as-of (\S+)/.exec(command)?.[1];
  assert.ok(asked && asked <= day, `${id}: ${command} asks of a later day`);
}
console.log(`replay of ${day}: ${sources.length} sources, ${rows.length} facts; ${retracted.length} source(s) retracted since`);
