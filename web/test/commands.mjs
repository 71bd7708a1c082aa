// Holds every number of a report against what it says of its origin: runs the command that it names and follows its pointer,
// or looks into the fact that it was read from; and reads its text back.
//
// Usage: node web/test/commands.mjs REPORT.json      with `entact` in PATH
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";

const atOnce = 2;
const held = JSON.parse(await readFile(process.argv[2], "utf8"));
const numbers = Object.entries(held.numbers);
const computed = numbers.filter(([, number]) => number.command);
const read = numbers.filter(([, number]) => !number.command);
const faults = [];

const byCommand = new Map();
for (const [id, number] of computed) {
  if (!byCommand.has(number.command)) byCommand.set(number.command, []);
  byCommand.get(number.command).push([id, number]);
}

const run = (command) => new Promise((done) =>
  execFile("sh", ["-c", command], { maxBuffer: 1 << 26 }, (fault, stdout, stderr) =>
    done(fault ? { fault: `exit ${fault.code}: ${stderr.trim()}` } : { stdout })));

/// The value at a JSON pointer (RFC 6901); undefined where there is none.
function at(value, pointer) {
  if (!pointer.startsWith("/")) return undefined;
  return pointer.slice(1).split("/").reduce((from, key) => {
    const name = key.replaceAll("~1", "/").replaceAll("~0", "~");
    return from !== null && typeof from === "object" && Object.hasOwn(from, name) ? from[name] : undefined;
  }, value);
}

async function checkCommand(command, asked) {
  const { fault, stdout } = await run(command);
  if (fault) return faults.push(`${command}\n    ${fault}`);
  let answer;
  try {
    answer = JSON.parse(stdout);
  } catch (wrong) {
    return faults.push(`${command}\n    no JSON: ${wrong.message}`);
  }
  if (`${answer.entact?.command} --format json` !== command) faults.push(`${command}\n    the answer calls itself ${answer.entact?.command}`);
  for (const [id, number] of asked) {
    const value = at(answer, number.pointer ?? "");
    if (value !== number.value) faults.push(`${id} ${number.label}\n    shown ${number.value}, at ${number.pointer} of\n    ${command}\n    stands ${JSON.stringify(value)}`);
  }
}

const commands = [...byCommand];
const started = performance.now();
await Promise.all(Array.from({ length: atOnce }, async () => {
  for (let next = commands.pop(); next; next = commands.pop()) await checkCommand(...next);
}));
const seconds = ((performance.now() - started) / 1000).toFixed(1);

/// Without a command a number must stand, as it is, in the one fact that it names.
for (const [id, number] of read) {
  const facts = number.facts ?? [];
  const cells = held.facts[facts[0]]?.cells ?? [];
  if (facts.length !== 1) faults.push(`${id} ${number.label}: no command, and ${facts.length} facts`);
  else if (!cells.some(([, cell]) => cell !== "" && Number(cell) === number.value))
    faults.push(`${id} ${number.label}: ${number.value} does not stand in ${facts[0]}`);
}

/// The text says the value: as it is, per 100 or per 1000, rounded to its own last digit; a unit may follow.
function says(text, value) {
  if (value === null) return !/\d/.test(text);
  if (value === "inf" || value === "-inf") return text === (value === "inf" ? "infinite" : "−infinite");
  const plain = text.replace(/\u202f/g, "").replace("−", "-").replace(/%$| [^\d\s]+$/, "");
  const below = /^<\s*([\d.]+)$/.exec(plain);
  if (below) return value < Number(below[1]);
  if (!/^-?\d+(\.\d+)?$/.test(plain)) return false;
  const half = 0.5 * 10 ** -(plain.split(".")[1] ?? "").length;
  return [1, 100, 1000].some((scale) => Math.abs(Number(plain) - scale * value) <= half * (1 + 1e-9));
}
for (const [id, number] of numbers)
  if (!says(number.text, number.value)) faults.push(`${id} ${number.label}: the text ${JSON.stringify(number.text)} is not ${number.value}`);

for (const fault of faults.slice(0, 20)) console.error(`  FAIL ${fault}`);
// A document that rests on the evidence base has numbers of both origins; one of a study alone has none from facts.
if (computed.length === 0 || (held.provenance.evidence_sha256 && read.length === 0)) faults.push("a report without numbers");
console.log(`numbers: ${computed.length} from ${byCommand.size} commands (${seconds} s), ${read.length} from facts, ${faults.length} fault(s)`);
if (faults.length > 0) process.exit(1);
