// Puts a Document into the template, as `entact report` does: node web/render.mjs document.json report.html
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

const templateFile = fileURLToPath(new URL("./dist/template.html", import.meta.url));
const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export async function render(documentFile, htmlFile) {
  const [template, text] = await Promise.all([readFile(templateFile, "utf8"), readFile(documentFile, "utf8")]);
  const { title } = JSON.parse(text);
  const holder = `<script type="application/json" id="entact-document">${text.replaceAll("</", "<\\/")}</script>`;
  const html = template
    .replace("<!--ENTACT-TITLE-->", () => title.replace(/[&<>"]/g, (sign) => escapes[sign]))
    .replace("<!--ENTACT-DOCUMENT-->", () => holder);
  await writeFile(htmlFile, html);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [documentFile, htmlFile] = process.argv.slice(2);
  if (!htmlFile) {
    console.error("usage: node web/render.mjs DOCUMENT.json REPORT.html");
    process.exit(2);
  }
  await render(documentFile, htmlFile);
}
