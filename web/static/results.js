// The results of one exercise: bars by area and group, every figure also as text, and the downloads.

import { get } from "./api.js";
import { bar, byId, element, groupLabel } from "./dom.js";
import { documents } from "./documents.js";
import { chart, downloads } from "./results-chart.js";
import { insights } from "./results-insights.js";
import { _, formatPeriod, listing, ngettext, number, percent } from "./messages.js";
import { exerciseId, locale, page } from "./page.js";
import { participationTable } from "./participation-table.js";

const HIGHEST = 5;
let results;

page(async () => {
  results = await get(`/api/exercises/${exerciseId}/results?locale=${locale}`);
  const title = _("Results: {level}", { level: results.level_name });
  document.querySelector("h1").textContent = title;
  byId("results").replaceChildren(...[
    head(),
    howToUse(),
    participation(),
    overview(),
    standingOut(),
    perArea(),
    wheels(),
    ownStatements(),
    otherAreas(),
    opinions(),
    openAnswers(),
  ].flat().filter(Boolean));
  addEventListener("beforeprint", () => document.querySelectorAll("#other ~ details").forEach((node) => { node.open = true; }));
  document.title = document.title.replace(/^[^·]*/, `${title} `);
});

const unitName = (unit) => results.units.find((entry) => entry.unit === unit)?.name
  ?? results.participation.groups.find(({ group }) => group === unit).name;  // a group that is shown within another unit
const unitLabel = (unit) => groupLabel(unit, unitName(unit));
const section = (id, heading, ...content) => element("section", { "aria-labelledby": id }, element("h2", { id, tabindex: "-1" }, heading), ...content);

function head() {
  const { session, first_day: first, last_day: last, participation: { caution, level } } = results;
  return [
    element("p.lead", {}, session.name, " · ", formatPeriod(first, last)),
    level === "incomplete" && element("div.watermark", { "aria-hidden": "true" }, _("Incomplete")),
    caution && element("div.notice.notice--warning", {}, element("h2", {}, results.participation.level_name), element("p", {}, caution)),
    documents(exerciseId),
  ];
}

function howToUse() {
  return element("details.card", {}, element("summary", {}, _("How to use these results")),
    element("ul", {},
      element("li", {}, _("They show how people at your school see it. They are neither a mark nor a ranking.")),
      element("li", {}, _("Look first at where the groups agree and where they differ: a gap is a good start for a conversation.")),
      element("li", {}, _("Look at how many people answered. A mean of few answers says less.")),
      element("li", {}, _("Choose one or two statements to work on, rather than everything at once.")),
      element("li", {}, _("Tell those who answered what you learnt and what you will do."))));
}

function participation() {
  const { groups, level_name: name } = results.participation;
  const hidden = results.hidden.map((entry) => entry.name);
  return section("participation", _("Participation"),
    element("p", {}, element("span.tag", {}, name)),
    participationTable(groups),
    downloads(exerciseId, "participation", _("Participation")),
    hidden.length > 0 && element("div.notice", {}, element("p", {}, _("Not shown, because too few people answered to keep them anonymous: {groups}.", { groups: listing(hidden) }))),
    results.units.some(({ unit }) => unit === "staff") && element("div.notice", {}, element("p", {}, _("School leaders and teachers are shown together, because one of the two groups is too small to be shown by itself."), " ", _("A question that all of them answered alike is not shown: it would tell what a single person said."))));
}

// Overview of areas

function overview() {
  return section("overview", _("The eight areas at a glance"),
    element("p.hint", {}, _("The mean of each group’s answers, from 1 (strongly disagree) to 5 (strongly agree), and how many statements the group was asked.")),
    element("ul.overview", {}, results.areas.map((area) => element("li.card", {},
      element("h3", {}, element("span.area-name", { "data-area": area.code }, area.name)),
      element("dl.bars", {}, area.units.map(({ unit, asked, mean }) => barRow(unitLabel(unit),
        asked === 0 ? null : mean, { group: unit }, asked === 0 ? _("not asked") : ngettext("{n} statement", "{n} statements", asked)))))),
    ),
    downloads(exerciseId, "areas", _("The eight areas at a glance")));
}

/** A name, a bar and its figure; `mean` is null where nothing may be shown. */
function barRow(name, mean, colour, note, highest = HIGHEST) {
  return element("div.bars__row", {}, element("dt", {}, name),
    element("dd", {},
      mean === null ? element("span.hint.bars__none", {}, "–") : bar((100 * mean) / highest, colour),
      mean !== null && element("span.bars__figure", {}, number(mean, 1)),
      note && element("span.hint.bars__note", {}, note)));
}

// What stands out

let showArea;

function standingOut() {
  const statementOf = (code) => results.statements.find((statement) => statement.code === code);
  const reveal = (code) => {
    const { area } = statementOf(code);
    if (area) showArea(area);
    const row = byId(`statement-${code}`);
    row.focus();
    row.scrollIntoView({ block: "center" });
  };
  return section("insights", _("What stands out"),
    element("p.hint", {}, _("These lists are an indication of where to look, not a verdict. Talk about them with those who answered.")),
    insights(statementOf, unitName, reveal));
}

// Results per area

const orders = {
  position: { name: _("By position"), compare: (a, b) => a.place - b.place },
  reverse: { name: _("By position, last first"), compare: (a, b) => b.place - a.place },
  highest: { name: _("Highest first"), compare: (a, b) => scoreOf(b) - scoreOf(a) || a.place - b.place },
  lowest: { name: _("Lowest first"), compare: (a, b) => (scoreOf(a) || Infinity) - (scoreOf(b) || Infinity) || a.place - b.place },
};

/** What a statement is sorted by: its overall mean, else the mean of what is shown of it; nothing shown comes last. */
function scoreOf({ overall, figures }) {
  if (overall !== null) return overall;
  const means = figures.map(({ mean }) => mean).filter((mean) => mean !== null);
  return means.length ? means.reduce((sum, mean) => sum + mean, 0) / means.length : 0;
}

function perArea() {
  const places = new Map(results.statements.map((statement, place) => [statement, { ...statement, place }]));
  const sections = results.areas.map((area) => ({
    area,
    statements: results.statements.filter((statement) => statement.area === area.code).map((statement) => places.get(statement)),
  }));
  const tables = element("div", { id: "tables" });
  let chosen = sections[0].area.code;
  let order = "position";
  const show = () => {
    for (const chip of chips.querySelectorAll("button")) chip.setAttribute("aria-pressed", String(chip.value === chosen));
    tables.replaceChildren(...sections.map(({ area, statements }) => {
      const table = areaTable(area, [...statements].sort(orders[order].compare));
      table.classList.toggle("area-result--print-only", chosen !== "" && chosen !== area.code);
      return table;
    }));
  };
  const chips = element("div.chips", { role: "group", "aria-label": _("Area") },
    sections.map(({ area }) => element("button.chip", { type: "button", value: area.code, onclick: () => { chosen = area.code; show(); } },
      element("span.area-name", { "data-area": area.code }, area.name))),
    element("button.chip", { type: "button", value: "", onclick: () => { chosen = ""; show(); } }, _("All areas")));
  const sort = element("select.input", { id: "sort", onchange: () => { order = sort.value; show(); } },
    Object.entries(orders).map(([key, { name }]) => element("option", { value: key }, name)));
  showArea = (code) => { chosen = code; show(); };
  show();
  return section("areas", _("Results by area"), chips,
    element("div.field.sort", {}, element("label", { for: "sort" }, _("Order of the statements")), sort), legend(), tables);
}

const legend = () => element("ul.legend", { "aria-hidden": "true" }, results.units.map(({ unit }) => element("li", {}, unitLabel(unit))));

function areaTable(area, statements) {
  return element("div.area-result", {},
    element("h3", {}, element("span.area-name", { "data-area": area.code }, area.name)),
    statementTable(statements, area.code),
    downloads(exerciseId, `area-${area.code}`, area.name));
}

// The roles are said again: on phones the rows are laid out as blocks, which would take them away.
function statementTable(statements, area) {
  const heading = (text) => element("th", { scope: "col", role: "columnheader" }, text);
  return element("table.statements", { role: "table" },
    element("thead", { role: "rowgroup" }, element("tr", { role: "row" },
      heading(_("Statement")), heading(_("All groups")), heading(_("By group")))),
    element("tbody", { role: "rowgroup" }, statements.map((statement) => statementRow(statement, area))));
}

function statementRow(statement, area) {
  const { code, topic, overall, figures, asked, status } = statement;
  const own = status === "own";
  return element("tr", { role: "row", id: `statement-${code}`, tabindex: "-1" },
    element(own ? "th.statements__topic" : "th.statements__topic.statements__topic--coded", { scope: "row", role: "rowheader" },
      !own && element("span.statements__code", {}, `${code} `),
      element("span", own ? { lang: statement.locale, dir: "auto" } : {}, topic), " ",
      status === "optional" && element("span.hint", {}, _("optional"))),
    element("td.statements__all", { role: "cell" }, element("span.statements__label", {}, _("All groups"), " "),
      overall === null ? element("span.hint", {}, _("not shown")) : [element("span.statements__mean", {}, number(overall, 1)), bar((100 * overall) / HIGHEST, { area: area ?? undefined })]),
    element("td", { role: "cell" },
      element("dl.bars", {}, results.units.filter(({ groups }) => groups.some((group) => asked.includes(group))).map(({ unit }) => {
        const figure = figures.find((entry) => entry.unit === unit);
        return barRow(unitLabel(unit), figure?.mean ?? null, { group: unit }, figure ? _("n = {n}", { n: number(figure.answered) }) : _("not shown"));
      })),
      element("details", {}, element("summary", {}, _("Wording and answers"), element("span.visually-hidden", {}, `: ${own ? topic : code}`)), breakdown(statement))));
}

/** Each group's own words, and how its answers are spread over the scale. */
function breakdown({ code, topic, texts, figures, asked, status, locale: lang }) {
  const own = status === "own" ? { lang, dir: "auto" } : {};
  const scale = results.scales.agreement.filter(({ code }) => code !== "na");
  return element("div", {},
    element("dl.wordings", {}, asked.map((group) => element("div", {}, element("dt", {}, unitLabel(group)), element("dd", own, texts[group])))),
    spread(figures, scale, status === "own" ? topic : code));
}

function spread(figures, options, statement) {
  if (figures.length === 0) return null;
  return element("div.table-scroll", { tabindex: "0", role: "region", "aria-label": _("How the answers to {statement} are spread", { statement }) }, element("table.spread", {},
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, _("Answer")), figures.map(({ unit }) => element("th.number", { scope: "col" }, unitName(unit))))),
    element("tbody", {},
      options.map(({ code, label }) => element("tr", {},
        element("th", { scope: "row" }, /^\d+$/.test(code) ? `${code} ${label}` : label),
        figures.map(({ shares }) => element("td.number", {}, shareOf(shares, code))))),
      element("tr", {}, element("th", { scope: "row" }, _("Answered")), figures.map(({ answered }) => element("td.number", {}, number(answered)))),
      element("tr", {}, element("th", { scope: "row" }, _("Not applicable")), figures.map(({ not_applicable: n }) => element("td.number", {}, number(n)))))),
  figures.some(({ shares }) => shares === null) && element("p.hint", {}, _("Shares are shown from 5 answers of a group on.")));
}

function shareOf(shares, code) {
  const share = shares?.find(({ option }) => option === code);
  return share ? percent(share.percent) : "–";
}

// One wheel per group

function wheels() {
  const place = element("div", { id: "wheel" });
  const show = (chosen) => {
    for (const chip of chips.querySelectorAll("button")) chip.setAttribute("aria-pressed", String(chip.value === chosen.unit));
    place.replaceChildren(chart(exerciseId, `wheel-${chosen.unit}`, _("All statements at a glance: {group}", { group: chosen.name }), wheelTable(chosen)));
  };
  const chips = element("div.chips", { role: "group", "aria-label": _("Group") }, results.units.map((unit) =>
    element("button.chip", { type: "button", value: unit.unit, onclick: () => show(unit) }, unitLabel(unit.unit))));
  if (results.units.length === 0) return null;
  show(results.units[0]);
  return section("wheels", _("All statements at a glance"),
    element("p.hint", {}, _("One segment for each statement, in the colour of its area: the longer, the higher the mean of the group.")), chips, place);
}

function wheelTable({ unit, groups }) {
  const isAsked = ({ asked }) => asked.some((group) => groups.includes(group));
  const rows = [
    ...results.statements.filter(({ area }) => area).map((statement) => {
      const figure = statement.figures.find((entry) => entry.unit === unit);
      const said = isAsked(statement) ? _("not shown") : _("not for this group");
      return { ...statement, mean: figure ? number(figure.mean, 1) : said, answered: figure ? number(figure.answered) : "–" };
    }),
    ...results.not_chosen.map((statement) => ({ ...statement, mean: isAsked(statement) ? _("optional, not chosen") : _("not for this group"), answered: "–" })),
  ];
  const place = ({ code }) => code[0].charCodeAt(0) * 100 + Number(code.slice(1));
  return element("div.table-scroll", { tabindex: "0", role: "region", "aria-label": _("All statements at a glance: {group}", { group: unitName(unit) }) }, element("table", {},
    element("thead", {}, element("tr", {}, [_("Statement"), _("Mean"), _("Answers")].map((text) => element("th", { scope: "col" }, text)))),
    element("tbody", {}, rows.sort((a, b) => place(a) - place(b)).map(({ code, topic, mean, answered }) => element("tr", {},
      element("th", { scope: "row" }, `${code} ${topic}`), element("td", {}, mean), element("td.number", {}, answered))))));
}

function ownStatements() {
  const own = results.statements.filter(({ status }) => status === "own");
  return own.length > 0 && section("own", _("Statements of your own"), legend(), statementTable(own, null));
}

// Other areas

function otherAreas() {
  const areas = results.other_areas;
  return areas.length > 0 && section("other", _("Other areas"), areas.map(otherArea));
}

function otherArea({ name, kind, questions, options, items }) {
  const asked = Object.entries(questions);
  const rated = options.filter(({ code }) => code !== "na");
  const content = { mean: () => means(items, rated), ticks: () => shares(items[0], rated), options: () => items.map((item) => element("div", {}, element("h4", {}, item.label), shares(item, rated))) };
  return element("details.card.other", {}, element("summary", {}, element("h3.other__name", {}, name)),
    asked.map(([group, question]) => element("p.hint", {}, asked.length > 1 && [groupLabel(group, unitName(group)), " "], question)),
    items.some(({ figures }) => figures.length > 0) ? content[kind]() : element("p", {}, _("Not shown.")));
}

function means(items, options) {
  return element("dl.other__items", {}, items.map(({ label, figures }) => element("div", {}, element("dt", {}, label),
    element("dd", {}, element("dl.bars", {}, figures.map(({ unit, mean, answered }) => barRow(unitLabel(unit), mean, { group: unit }, _("n = {n}", { n: number(answered) }), options.length)))))),
  element("div.other__scale", {}, element("dt.visually-hidden", {}, _("Scale")), element("dd.hint", {}, options.map(({ code, label }) => `${code} ${label}`).join(" · "))));
}

function shares({ figures }, options) {
  return element("dl.other__items", {}, options.map(({ code, label }) => element("div", {}, element("dt", {}, label), element("dd", {}, shareBars(figures, code)))));
}

function shareBars(figures, code) {
  return element("dl.bars", {}, figures.filter((figure) => figure.shares).map(({ unit, shares: all }) => {
    const { percent: share } = all.find(({ option }) => option === code) ?? { percent: 0 };
    return element("div.bars__row", {}, element("dt", {}, unitLabel(unit)), element("dd", {}, bar(share, { group: unit }), element("span.bars__figure", {}, percent(share))));
  }));
}

// What people thought of the questionnaire, who they are, what they wrote

function opinions() {
  const { experience, background } = results;
  const rated = results.scales.agreement.filter(({ code }) => code !== "na");
  const shown = background.filter(({ figures }) => figures.length > 0);
  return [
    experience.length > 0 && section("experience", _("About the questionnaire"), means(experience.map(({ texts, figures }) => ({ label: Object.values(texts)[0], figures })), rated)),
    shown.length > 0 && section("background", _("Who answered"), shown.map(({ question, options, figures }) => element("div", {}, element("h3", {}, question), shares({ figures }, options.filter(({ code }) => code !== "na"))))),
  ];
}

function openAnswers() {
  const answers = results.open_answers;
  return answers.length > 0 && section("open", _("In their own words"), answers.map(({ unit, questions, texts }) => element("div", {},
    element("h3", {}, unitLabel(unit)),
    Object.values(questions).map((question) => element("p.hint", {}, question)),
    element("ul.quotes", {}, texts.map((text) => element("li", { dir: "auto" }, text))))));
}
