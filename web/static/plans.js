// All action plans of a school, by school year, and how far they are.

import { get } from "./api.js";
import { bar, byId, element } from "./dom.js";
import { _, ngettext, number } from "./messages.js";
import { address, locale, page } from "./page.js";
import { noResults } from "./plan-words.js";

page(async (school) => {
  const { plans, sources } = await get(`/api/schools/${school.id}/plans?locale=${locale}`);
  byId("new").href = address("plans/new/");
  byId("begin").hidden = sources.length === 0;
  const years = [...new Set(plans.map((plan) => plan.school_year))];
  byId("plans").replaceChildren(...(plans.length ? years.map((year) => section(plans.filter((plan) => plan.school_year === year))) : [nothing(sources)]));
});

function nothing(sources) {
  return sources.length
    ? element("div.notice", {}, element("p", {}, _("There is no plan yet. Begin one from your newest results.")))
    : noResults();
}

function section(plans) {
  const [{ school_year: year, school_year_name: name }] = plans;
  return element("section", { "aria-labelledby": `year-${year}` },
    element("h2", { id: `year-${year}` }, _("School year {years}", { years: name })),
    element("ul.plans", {}, plans.map(card)));
}

function card({ id, area, level_name: level, statements, progress }) {
  return element("li.card", { "data-area": area.code },
    element("h3", {}, element("a", { href: address("plans/plan/", { plan: id }) }, element("span.area-name", { "data-area": area.code }, area.name))),
    element("p.hint", {}, level),
    element("ul.plain", {}, statements.map(({ code, own, topic, locale: lang }) => element("li", {}, !own && `${code} `, element("span", own ? { lang, dir: "auto" } : {}, topic)))),
    progressLine(progress));
}

function progressLine({ activities, done, targets, measured, met }) {
  return element("div.progress-line", {},
    activities > 0
      ? [bar((100 * done) / activities), element("span", {}, ngettext("{done} of {n} activity done", "{done} of {n} activities done", activities, { done: number(done) }))]
      : element("span.hint", {}, _("No activities yet")),
    measured > 0 && element("span", {}, ngettext("{met} of {n} target met", "{met} of {n} targets met", targets, { met: number(met) })));
}
