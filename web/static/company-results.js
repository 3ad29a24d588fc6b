// What a company may see of its own trainers: one table for each area.

import { get } from "./api.js";
import { byId, element } from "./dom.js";
import { _, number, percent } from "./messages.js";
import { exerciseId, locale, page } from "./page.js";

page(async ({ id }) => {
  let view;
  try {
    view = await get(`/api/companies/${id}/exercises/${exerciseId}/results?locale=${locale}`);
  } catch (problem) {
    if (problem.code !== "not_viewable") throw problem;
    return byId("content").replaceChildren(hidden());
  }
  byId("exercise-name").hidden = false;
  byId("exercise-name").textContent = view.session.name;
  const [{ invited, submitted }] = view.participation.groups;
  byId("counts").textContent = _("{submitted} of {invited} trainers answered.", { submitted: number(submitted), invited: number(invited) });
  const own = { code: null, name: _("Statements of the school’s own") };
  byId("areas").append(...[...view.areas, own].map((area) => section(area, view)).filter(Boolean));
});

function hidden() {
  return element("div.notice", {},
    element("h2", {}, _("No figures of your company can be shown")),
    element("p", {}, _("Either too few people answered, or the answers of a few people at other companies could be worked out from yours. The school sees the trainers of all companies together, if there are enough of them.")));
}

function section({ code, name }, { statements, scales }) {
  const rows = statements.filter(({ area, figures }) => area === code && figures.length);
  if (!rows.length) return null;
  const options = scales.agreement.filter((option) => option.code !== "na");
  const id = `area-${code ?? "own"}`;
  return element("section", {},
    element("h2", { id }, code ? `${code} · ${name}` : name),
    element("div.table-scroll", { tabindex: "0", role: "region", "aria-labelledby": id }, element("table", {},
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, _("Statement")),
        [_("Mean, 1 to 5"), _("Answered"), _("Not applicable"), ...options.map(({ label }) => label)].map((title) => element("th.figure", { scope: "col" }, title)))),
      element("tbody", {}, rows.map(({ texts, locale: language, figures: [figure] }) => element("tr", {},
        element("th", { scope: "row", lang: language, dir: "auto" }, Object.values(texts)[0]),
        [number(figure.mean, 1), number(figure.answered), number(figure.not_applicable),
          ...options.map((option) => share(figure, option.code))].map((text) => element("td.figure", {}, text))))))));
}

/** Breakdowns need more people than means. */
function share({ shares }, code) {
  const found = shares?.find(({ option }) => option === code);
  return found ? percent(found.percent) : "–";
}
