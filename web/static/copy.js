// A button that copies a text and says so.

import { copyText } from "./clipboard.js";
import { element } from "./dom.js";

/** Make a button that copies `text`; `what` is read out with its name. */
export function copyButton(text, name, what) {
  const said = element("span", { role: "status", class: "link__said" });
  return [element("button.button.button--secondary", { type: "button", onclick: () => copyText(text, said) }, name, what && element("span.visually-hidden", {}, `: ${what}`)), said];
}
