// The choice of a language for texts that go to others.

import { element } from "./dom.js";

const page = document.documentElement.lang;

/** Make a choice among the languages of the site, the page's own unless told otherwise. */
export const languageChoice = (attributes, chosen = page) => element("select.input", attributes,
  languages().map(([code, name, dir]) => element("option", { value: code, lang: code, dir, selected: code === chosen }, name)));

/** Put a text before a control. */
export const labelled = (text, control) => element("label.labelled", {}, element("span", {}, text), control);

/** The languages of the site, read off its own switch: `[code, name, direction]`. */
const languages = () => [...document.querySelectorAll(".languages [lang]")].map((node) => [node.lang, node.textContent, node.dir || null]);
