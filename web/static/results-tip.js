// What a bar stands for: shown while the pointer is on it or the keyboard at its button; Escape closes it.

import { element } from "./dom.js";

let shown;
addEventListener("keydown", ({ key }) => { if (key === "Escape") hide(); });

function hide() {
  shown?.remove();
  shown = undefined;
}

/** Put a tip into `place` while the pointer is over one of `over` (or the tip itself) or `focus` has the focus. */
export function withTip(place, { over, focus }, content) {
  let tip;
  const show = () => {
    if (shown !== undefined && shown === tip) return;
    hide();
    // What it says can be opened below it, for everybody: read out as well, it would be said twice.
    tip = shown = element("div.tip", { "aria-hidden": "true" }, content());
    tip.addEventListener("pointerleave", hide);
    place.append(tip);
  };
  const leave = ({ relatedTarget }) => {
    if (shown === tip && !tip?.contains(relatedTarget)) hide();
  };
  for (const node of over) {
    node.addEventListener("pointerenter", show);
    node.addEventListener("pointerleave", leave);
  }
  focus.addEventListener("focus", () => { if (focus.matches(":focus-visible") && !focus.parentElement.open) show(); });
  focus.addEventListener("blur", hide);
  focus.addEventListener("click", hide);
}
