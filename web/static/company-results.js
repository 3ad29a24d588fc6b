// What a company may see of its own trainers: areas and statements as bars and tables, other questions, and the downloads.

import { get } from "./api.js";
import { byId, element, groupLabel } from "./dom.js";
import { _, ngettext, number, percent } from "./messages.js";
import { exerciseId, locale, page } from "./page.js";
import { asTable, barRow, scroll } from "./results-bars.js";
import { chart, downloads, drawFrom } from "./results-chart.js";
import { opinions, otherAreas } from "./results-other.js";

const UNIT = "in_company_trainer";
let view;

page(async ({ id }) => {
  const path = `/api/companies/${id}/exercises/${exerciseId}`;
  try {
    view = await get(`${path}/results?locale=${locale}`);
  } catch (problem) {
    if (problem.code !== "not_viewable") throw problem;
    return byId("content").replaceChildren(hidden());
  }
  drawFrom(path);
  byId("exercise-name").hidden = false;
  byId("exercise-name").textContent = view.session.name;
  const [{ invited, submitted }] = view.participation.groups;
  byId("counts").textContent = _("{submitted} of {invited} trainers answered.", { submitted: number(submitted), invited: number(invited) });
  byId("workbook").href = `${path}/workbook?locale=${locale}`;
  const own = { code: null, name: _("Statements of the school’s own") };
  const shown = { results: view, section, unitLabel: () => groupLabel(UNIT, unitName()), unitName };
  byId("areas").replaceChildren(...[overview(), [...view.areas, own].map(area), wheel(), otherAreas(shown), opinions(shown)].flat().filter(Boolean));
});

const unitName = () => view.units[0].name;
const section = (id, heading, ...content) => element("section", { "aria-labelledby": id }, element("h2", { id }, heading), ...content);

function hidden() {
  return element("div.notice", {},
    element("h2", {}, _("No figures of your company can be shown")),
    element("p", {}, _("Either too few people answered, or the answers of a few people at other companies could be worked out from yours. The school sees the trainers of all companies together, if there are enough of them.")));
}

/** The areas in which trainers were asked anything. */
function overview() {
  const asked = view.areas.map((found) => ({ ...found, ...found.units[0] })).filter((found) => found.asked > 0);
  const statements = (n) => ngettext("{n} statement", "{n} statements", n);
  const title = _("The areas at a glance");
  return section("overview", title,
    element("p.hint", {}, _("The mean of your trainers’ answers, from 1 (strongly disagree) to 5 (strongly agree), and how many statements they were asked.")),
    element("dl.bars", {}, asked.map(({ code, name, mean, asked: n }) => barRow(element("span.area-name", { "data-area": code }, name), mean, { area: code }, statements(n)))),
    asTable(title, [_("Area"), _("Mean, 1 to 5"), _("Statements")], asked.map(({ code, name, mean, asked: n }) => [`${code} ${name}`, figure(mean), number(n)])),
    downloads(exerciseId, "areas", title));
}

const figure = (mean) => (mean === null ? "–" : number(mean, 1));

// The roles are said again: on phones the rows are laid out as blocks, which would take them away.
function area({ code, name }) {
  const { statements, scales } = view;
  const rows = statements.filter((statement) => statement.area === code && statement.figures.length);
  if (!rows.length) return null;
  const options = scales.agreement.filter((option) => option.code !== "na");
  const heads = [_("Mean, 1 to 5"), _("Answered"), _("Not applicable"), ...options.map(({ label }) => label)];
  const id = `area-${code ?? "own"}`;
  return element("section", {},
    element("h2", { id }, code ? `${code} · ${name}` : name),
    element("div.table-scroll", { tabindex: "0", role: "region", "aria-labelledby": id }, element("table.comparison.comparison--uncoded", { role: "table" },
      element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, element("th", { scope: "col", role: "columnheader" }, _("Statement")),
        heads.map((title) => element("th.figure", { scope: "col", role: "columnheader" }, title)))),
      element("tbody", { role: "rowgroup" }, rows.map(({ texts, locale: language, figures: [found] }) => element("tr", { role: "row" },
        element("th", { scope: "row", role: "rowheader" }, element("span", { lang: language, dir: "auto" }, Object.values(texts)[0])),
        [number(found.mean, 1), number(found.answered), number(found.not_applicable),
          ...options.map((option) => share(found, option.code))].map((text, at) => element("td.figure", { role: "cell", "data-label": heads[at] }, text))))))),
    downloads(exerciseId, code ? id : "own", name));
}

/** Breakdowns need more people than means. */
function share({ shares }, code) {
  const found = shares?.find(({ option }) => option === code);
  return found ? percent(found.percent) : "–";
}

function wheel() {
  const title = _("All statements at a glance: {group}", { group: unitName() });
  const rows = view.statements.filter((statement) => statement.area).map(({ code, topic, figures: [found] }) =>
    element("tr", {}, element("th", { scope: "row" }, `${code} ${topic}`), element("td.number", {}, found ? number(found.mean, 1) : _("not shown"))));
  const table = element("table", {},
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, _("Statement")), element("th.number", { scope: "col" }, _("Mean")))),
    element("tbody", {}, rows));
  return section("wheel", _("All statements at a glance"), chart(exerciseId, `wheel-${UNIT}`, title, scroll(title, table)));
}
