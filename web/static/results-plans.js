// What an exercise shows of the targets of earlier action plans.

import { get } from "./api.js";
import { element } from "./dom.js";
import { _ } from "./messages.js";
import { address, exerciseId, locale } from "./page.js";
import { measured, outcomeTag } from "./plan-words.js";

/** Return the section, or nothing when no plan has a target that this exercise measures; the results can do without. */
export async function checkedPlans() {
  const { plans } = await get(`/api/exercises/${exerciseId}/plans?locale=${locale}`).catch(() => ({ plans: [] }));
  if (plans.length === 0) return null;
  return element("section", { "aria-labelledby": "plans" },
    element("h2", { id: "plans", tabindex: "-1" }, _("Targets of your action plans")),
    element("p.hint", {}, _("What you wanted to reach, and what people say now. A figure is an indication, not a verdict.")),
    plans.map(table));
}

function table({ id, area, school_year_name: year, start, latest, statements }) {
  const measurements = statements.flatMap(({ objectives }) => objectives.flatMap((objective) => objective.measurements));
  const name = _("{area}: action plan {school_year}", { area: area.name, school_year: year });
  const head = [_("How we measure it"), _("Who is asked"), _("Target"), start.name, latest.name, _("Outcome")];
  return element("div.checked-plan", {},
    element("h3", {}, element("a", { href: address("plans/plan/", { plan: id }) }, element("span.area-name", { "data-area": area.code }, name))),
    element("div.table-scroll", { tabindex: "0", role: "region", "aria-label": name }, element("table.targets", {},
      element("thead", {}, element("tr", {}, head.map((text) => element("th", { scope: "col" }, text)))),
      element("tbody", {}, measurements.map((entry) => element("tr", {},
        element("th", { scope: "row" }, measured(entry)),
        element("td", {}, entry.unit_name),
        element("td", {}, entry.said),
        element("td", {}, entry.start_said),
        element("td", {}, element("strong", {}, entry.now_said)),
        element("td", {}, outcomeTag(entry) ?? entry.outcome_name)))))));
}
