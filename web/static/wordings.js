// Each group's own words for a statement.

import { element, groupLabel } from "./dom.js";
import { groupNames } from "./names.js";

/** List the texts of groups, with the help that goes with them; `lang` is that of a school's own words. */
export function wordings(texts, lang) {
  return element("dl.wordings", {}, Object.entries(texts).map(([group, { text, help }]) => element("div", {},
    element("dt", {}, groupLabel(group, groupNames[group])),
    element("dd", { lang, dir: lang && "auto" }, text, help && element("span.hint.wordings__help", {}, help)))));
}
