// What the parts of an action plan are called, and the figures of its targets.

import { element } from "./dom.js";
import { _, formatDay, formatPeriod } from "./messages.js";
import { address } from "./page.js";

export const statusNames = { planned: _("Planned"), under_way: _("Under way"), done: _("Done"), dropped: _("Dropped") };
const statusTags = { done: ".tag--success", under_way: ".tag--info" };
const outcomeTags = { met: ".tag--success", closer: ".tag--info", not_met: ".tag--warning" };

/** The state of an activity. */
export const statusTag = (status) => element(`span.tag${statusTags[status] ?? ""}`, {}, statusNames[status]);

/** What an exercise says of a target; nothing before an exercise, or where no figure may be shown. */
export const outcomeTag = ({ outcome, outcome_name: name }) =>
  outcomeTags[outcome] ? element(`span.tag${outcomeTags[outcome]}`, {}, name) : null;

/** What is measured: the question, and the options whose shares are added up. */
export function measured({ what, locale, option_names: options }) {
  return [
    element("span", locale === document.documentElement.lang ? {} : { lang: locale, dir: "auto" }, what),
    options.length > 0 && `: ${options.map((name) => `«${name}»`).join(" + ")}`,
  ];
}

/** The days of an activity; one of them, or both, may be open. */
export function when({ first_day: first, last_day: last }) {
  if (first && last) return first === last ? formatDay(first) : formatPeriod(first, last);
  if (first) return _("from {day}", { day: formatDay(first) });
  return last ? _("by {day}", { day: formatDay(last) }) : "";
}

/** Names and what they stand for, side by side; what is empty is left out. */
export const figures = (pairs) => element("dl.figures", {}, pairs.filter(([, value]) => value).map(([name, value]) =>
  element("div", {}, element("dt", {}, name), element("dd", {}, typeof value === "string" ? element("span.typed", { dir: "auto" }, value) : value))));

/** What stands where a plan could begin once there are results. */
export const noResults = () => element("div.notice", {}, element("p", {}, _("A plan begins with results. There are none yet that can be shown.")),
  element("p", {}, element("a", { href: address("setup/", {}) }, _("Go to the set-up"))));
