// One-time codes on slips of paper: which groups need one, and the sheets to print.

import { send } from "./api.js";
import { byId, element, groupLabel } from "./dom.js";
import { groupsOf } from "./length.js";
import { _, ngettext, number } from "./messages.js";
import { groupNames } from "./names.js";
import { isUnderWay, locale } from "./page.js";
import { slipsOnSheet } from "./rules.js";

/** Offer every group of an exercise to be given codes. */
export function offerCodes(exercise) {
  byId("code-groups").replaceChildren(...groupsOf(exercise).map((group) =>
    element("label.choice", {}, element("input", { type: "checkbox", name: "codes", value: group, checked: group in exercise.slips }), " ",
      groupLabel(group, groupNames[group]))));
}

/** Store which groups are ticked, where that is new. */
export async function saveCodes(exercise) {
  const groups = [...byId("code-groups").querySelectorAll(":checked")].map(({ value }) => value);
  if (groups.join() === Object.keys(exercise.slips).join()) return;
  await send("PUT", `/api/exercises/${exercise.id}/codes`, { version: exercise.version, groups });
}

/** The sheets of a group that needs codes, to print as often as needed; afterwards there are none. */
export function slipSheets({ id, slips, ...exercise }, group) {
  const count = slips[group];
  if (!count || !isUnderWay(exercise)) return null;
  const sheet = (first) => {
    const range = { first: number(first + 1), last: number(Math.min(first + slipsOnSheet, count)) };
    return element("li", {}, element("a", { href: `/api/exercises/${id}/slips/${group}?locale=${locale}&sheet=${first / slipsOnSheet + 1}`, download: true },
      _("Slips {first} to {last} (PDF)", range), element("span.visually-hidden", {}, `: ${groupNames[group]}`)));
  };
  return element("div.slips", {},
    element("h4", {}, _("One-time codes")),
    element("p", {}, ngettext("This group needs a code beside the link. There is {n} slip, some more than people you invited.", "This group needs a code beside the link. There are {n} slips, some more than people you invited.", count)),
    element("p", {}, _("Print them, cut them out, fold them, and let everybody draw one from a hat. Do not note who has which one, and destroy what is left over. A sheet can be printed again: it has the same codes, and each still works once.")),
    element("ul", {}, Array.from({ length: Math.ceil(count / slipsOnSheet) }, (_each, place) => sheet(place * slipsOnSheet))));
}
