// Writes docs/agreement.md: how far each tested number is from its reference at worst, as the tests found it, and the speed beside R
// as reference/*/timing.csv keeps it. Usage: node tools/agreement.mjs [build/dev]
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const build = process.argv[2] ?? "build/dev";
const folder = mkdtempSync(join(tmpdir(), "entact-agreement-"));

/// Properties "REFERENCE: QUANTITY" of the tests of one floor; the worst of each.
function worst(floor) {
  const file = join(folder, `${floor}.json`);
  execFileSync(join(build, `entact-${floor}-test`), ["--gtest_brief=1", `--gtest_output=json:${file}`], { stdio: "ignore" });
  const found = new Map();
  for (const suite of JSON.parse(readFileSync(file, "utf8")).testsuites)
    for (const test of suite.testsuite)
      for (const [key, value] of Object.entries(test))
        if (/^[^:]+: .+$/.test(key)) {
          const name = `${suite.name}|${key}`;
          found.set(name, Math.max(found.get(name) ?? 0, Number(value)));
        }
  return [...found].map(([name, value]) => {
    const [suite, key] = name.split("|");
    const [reference, ...quantity] = key.split(": ");
    return { suite, reference, quantity: quantity.join(": "), value };
  });
}

function timings() {
  const rows = [];
  for (const topic of readdirSync("reference")) {
    const file = join("reference", topic, "timing.csv");
    if (!existsSync(file)) continue;
    const [header, ...lines] = readFileSync(file, "utf8").trim().split("\n").map((line) => line.split(","));
    for (const line of lines) rows.push({ topic, ...Object.fromEntries(header.map((name, i) => [name, line[i]])) });
  }
  return rows;
}

const agreement = [...worst("stats"), ...worst("answer")];
let text = `# Agreement and speed

Made by \`node tools/agreement.mjs\` from the tests' own comparisons; do not edit. Relative to the reference's size, or to 0.001 where it is
smaller.

| test | reference | quantity | worst disagreement |
|---|---|---|---|
`;
for (const { suite, reference, quantity, value } of agreement)
  text += `| ${suite} | ${reference} | ${quantity} | ${value === 0 ? "0" : value.toExponential(1)} |\n`;
const times = timings();
if (times.length > 0) {
  text += `\nCPU time of one core, Entact and its peer one after the other on the same machine (\`reference/TOPIC/time.sh\`).\n
| topic | task | Entact | peer | ratio |\n|---|---|---|---|---|\n`;
  for (const { topic, task, entact_s, peer, peer_s } of times)
    text += `| ${topic} | ${task} | ${Number(entact_s).toPrecision(3)} s | ${peer} ${Number(peer_s).toPrecision(3)} s | ${(peer_s / entact_s).toPrecision(2)} |\n`;
}
writeFileSync("docs/agreement.md", text);
