// Makes elements: the only template language of the view.

export type Child = Node | string | null | undefined | false;
type Value = string | number | boolean | null | undefined | ((event: Event) => void);
export type Attributes = Record<string, Value>;

function fill(element: Element, attributes: Attributes, children: Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) element.append(child);
}

/// An HTML element; a function under `onclick` and the like becomes a listener, false leaves an attribute out.
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

/// An SVG element.
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  fill(element, attributes, children);
  return element;
}

/// A button that does one thing.
export function button(label: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  return el("button", { type: "button", onclick: act, ...attributes }, label);
}

/// A drawn sign of 16 x 16 that says nothing by itself: the words stand beside it.
export function sign(path: string, attributes: Attributes = {}): SVGSVGElement {
  return svg(
    "svg",
    { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", focusable: "false", class: "sign", ...attributes },
    svg("path", { d: path, fill: "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round" }),
  );
}

/// A place on the page where changes are read out.
export function announcer(): HTMLElement {
  return el("p", { class: "count", role: "status", "aria-live": "polite" });
}

/// Copies text; the button says so for a moment.
export function copyButton(text: string, what: string): HTMLButtonElement {
  const copy = button("Copy", async () => {
    copy.textContent = (await copyText(text)) ? "Copied" : "Select and copy by hand";
    setTimeout(() => (copy.textContent = "Copy"), 2000);
  }, { class: "small-button", "aria-label": `Copy ${what}` });
  return copy;
}

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/// Hands the reader a file made on the page.
export function download(name: string, url: string): void {
  el("a", { href: url, download: name }).click();
}
