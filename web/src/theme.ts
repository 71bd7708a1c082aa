// Light and dark: the reader's choice if there is one, else the system's; printing is always light.

import { button, sign } from "./dom";
import type { Mode } from "./chart_theme";

const kept = "entact-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
let printing = false;
let chosen = remembered();

function remembered(): Mode | null {
  try {
    const stored = localStorage.getItem(kept);
    return stored === "light" || stored === "dark" ? stored : null;
  } catch {
    return null;
  }
}

/// A page opened from disk may have no storage; the choice then lasts as long as the page.
function remember(mode: Mode): void {
  chosen = mode;
  try {
    localStorage.setItem(kept, mode);
  } catch {
    return;
  }
}

export function currentMode(): Mode {
  if (printing) return "light";
  return chosen ?? (dark.matches ? "dark" : "light");
}

/// Keeps the page in its mode and calls back whenever the mode changes or a print begins or ends.
export function followMode(changed: () => void): void {
  let shown = "";
  const apply = () => {
    const mode = currentMode();
    const root = document.documentElement;
    root.dataset["theme"] = mode;
    root.toggleAttribute("data-printing", printing);
    const look = `${mode} ${printing}`;
    if (shown !== "" && shown !== look) changed();
    shown = look;
  };
  const print = (now: boolean) => {
    printing = now;
    apply();
  };
  apply();
  dark.addEventListener("change", apply);
  addEventListener("entact-theme", apply);
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  matchMedia("print").addEventListener("change", (event) => print(event.matches));
}

export function themeButton(): HTMLButtonElement {
  const moon = "M13 9.8A5.5 5.5 0 1 1 6.2 3a4.4 4.4 0 0 0 6.8 6.8z";
  const label = () => `Use ${currentMode() === "dark" ? "light" : "dark"} colours`;
  const toggle = button("", () => {
    remember(currentMode() === "dark" ? "light" : "dark");
    dispatchEvent(new Event("entact-theme"));
    toggle.lastChild!.textContent = label();
  }, { class: "tool-button" });
  toggle.append(sign(moon), label());
  return toggle;
}
