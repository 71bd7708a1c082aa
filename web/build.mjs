// Builds web/dist/template.html: the whole view in one file, waiting for a title and a Document.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const largest = 2.6e6;

async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [here(entry)],
    bundle: true,
    minify: true,
    write: false,
    format: entry.endsWith(".css") ? undefined : "iife",
    target: ["chrome109", "firefox115", "safari16"],
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
  });
  return outputFiles[0].text.trim();
}

/// Text inside a script element must hold neither its end nor the start of a comment; in JavaScript strings \x3c is "<".
const insideScript = (text) => text.replace(/<(?=\/script|!--)/gi, "\\x3c");

function fill(template, marker, text) {
  const parts = template.split(marker);
  if (parts.length !== 2) throw new Error(`the template holds ${parts.length - 1} times ${marker}, not once`);
  return parts.join(text);
}

const [script, style, shell] = await Promise.all([
  bundle("./src/main.ts"),
  bundle("./src/style/main.css"),
  readFile(here("./template.html"), "utf8"),
]);
const template = fill(fill(shell, "/*STYLE*/", style), "/*SCRIPT*/", insideScript(script));
for (const marker of ["<!--ENTACT-TITLE-->", "<!--ENTACT-DOCUMENT-->"]) fill(template, marker, "");
const bytes = Buffer.byteLength(template);
if (bytes > largest) throw new Error(`the template has ${bytes} bytes; at most ${largest} leave room for the Document`);
await mkdir(here("./dist"), { recursive: true });
await writeFile(here("./dist/template.html"), template);
console.log(`web/dist/template.html: ${(bytes / 1e6).toFixed(2)} MB`);
