// The results of one exercise: bars by area and group, every figure also as text, and the downloads.

import { get } from "./api.js";
import { bar, byId, element, groupLabel } from "./dom.js";
import { documents } from "./documents.js";
import { asTable, barRow, inOrder, lengthOf, scroll, sorting, spread } from "./results-bars.js";
import { chart, downloads } from "./results-chart.js";
import { insights } from "./results-insights.js";
import { opinions, otherAreas } from "./results-other.js";
import { withTip } from "./results-tip.js";
import { _, formatPeriod, listing, ngettext, number } from "./messages.js";
import { exerciseId, locale, page } from "./page.js";
import { checkedPlans } from "./results-plans.js";
import { participationTable } from "./participation-table.js";

// More than this is folded away.
const OPEN_ANSWERS_SHOWN = 10;
let results;

page(async () => {
  const [found, plans] = await Promise.all([get(`/api/exercises/${exerciseId}/results?locale=${locale}`), checkedPlans()]);
  results = found;
  const title = _("Results: {level}", { level: results.level_name });
  document.querySelector("h1").textContent = title;
  const shown = { results, section, unitLabel, unitName };
  const sections = [
    participation(),
    overview(),
    standingOut(),
    plans,
    perArea(),
    wheels(),
    ownStatements(),
    otherAreas(shown),
    opinions(shown),
    openAnswers(),
  ].flat().filter(Boolean);
  byId("results").replaceChildren(...[head(), howToUse(), onThisPage(sections), sections].flat().filter(Boolean));
  addEventListener("beforeprint", () => document.querySelectorAll(".other, .quotes__more").forEach((node) => { node.open = true; }));
  document.title = document.title.replace(/^[^·]*/, `${title} `);
});

const unitName = (unit) => results.units.find((entry) => entry.unit === unit)?.name
  ?? results.participation.groups.find(({ group }) => group === unit).name;  // a group that is shown within another unit
const unitLabel = (unit) => groupLabel(unit, unitName(unit));
const section = (id, heading, ...content) => element("section", { "aria-labelledby": id }, element("h2", { id, tabindex: "-1" }, heading), ...content);

function head() {
  const { session, first_day: first, last_day: last, imported, participation: { caution, level } } = results;
  return [
    element("p.lead", {}, session.name, " · ", formatPeriod(first, last)),
    level === "incomplete" && element("div.watermark", { "aria-hidden": "true" }, _("Incomplete")),
    caution && element("div.notice.notice--warning", {}, element("h2", {}, imported ? _("Please note") : results.participation.level_name), element("p", {}, caution)),
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

const onThisPage = (sections) => element("nav.on-this-page", { "aria-label": _("On this page") }, element("ul", {}, sections.map((node) => {
  const heading = node.querySelector("h2");
  return element("li", {}, element("a", { href: `#${heading.id}` }, heading.textContent));
})));

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
    asTable(_("The eight areas at a glance"), [_("Area"), ...results.units.map(({ name }) => name)],
      results.areas.map(({ code, name, units }) => [`${code} ${name}`, ...units.map(({ mean, asked }) => (mean === null ? "–" : `${number(mean, 1)} (${ngettext("{n} statement", "{n} statements", asked)})`))])),
    downloads(exerciseId, "areas", _("The eight areas at a glance")));
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

function perArea() {
  const sections = results.areas.map((area) => ({ area, statements: results.statements.filter((statement) => statement.area === area.code) }));
  const tables = element("div", { id: "tables" });
  let chosen = sections[0].area.code;
  let order = "position";
  const show = () => {
    for (const chip of chips.querySelectorAll("button")) chip.setAttribute("aria-pressed", String(chip.value === chosen));
    tables.replaceChildren(...sections.map(({ area, statements }) => {
      const table = areaTable(area, inOrder(statements, order));
      table.classList.toggle("area-result--print-only", chosen !== "" && chosen !== area.code);
      return table;
    }));
  };
  const chips = element("div.chips", { role: "group", "aria-label": _("Area") },
    sections.map(({ area }) => element("button.chip", { type: "button", value: area.code, onclick: () => { chosen = area.code; show(); } },
      element("span.area-name", { "data-area": area.code }, area.name))),
    element("button.chip", { type: "button", value: "", onclick: () => { chosen = ""; show(); } }, _("All areas")));
  showArea = (code) => { chosen = code; show(); };
  show();
  return section("areas", _("Results by area"), chips, sorting("sort", _("Order of the statements"), (chosenOrder) => { order = chosenOrder; show(); }), legend(), tables);
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
  const all = element("td.statements__all", { role: "cell" }, element("span.statements__label", {}, _("All groups"), " "),
    overall === null ? element("span.hint", {}, _("not shown")) : [element("span.statements__mean", {}, number(overall, 1)), bar(lengthOf(overall), { area: area ?? undefined })]);
  const bars = element("dl.bars", {}, results.units.filter(({ groups }) => groups.some((group) => asked.includes(group))).map(({ unit }) => {
    const figure = figures.find((entry) => entry.unit === unit);
    return barRow(unitLabel(unit), figure?.mean ?? null, { group: unit }, figure ? _("n = {n}", { n: number(figure.answered) }) : _("not shown"));
  }));
  const summary = element("summary", {}, _("Wording and answers"), element("span.visually-hidden", {}, `: ${own ? topic : code}`));
  const byGroup = element("td.statements__groups", { role: "cell" }, bars, element("details", {}, summary, breakdown(statement)));
  withTip(byGroup, { over: [all, bars], focus: summary }, () => tip(statement));
  return element("tr", { role: "row", id: `statement-${code}`, tabindex: "-1" },
    element(own ? "th.statements__topic" : "th.statements__topic.statements__topic--coded", { scope: "row", role: "rowheader" },
      !own && element("span.statements__code", {}, `${code} `),
      element("span", own ? { lang: statement.locale, dir: "auto" } : {}, topic), " ",
      status === "optional" && element("span.hint", {}, _("optional"))),
    all, byGroup);
}

/** What a bar stands for (guide, figure 32): what each group was asked, and what it answered. */
function tip({ asked, texts, figures, status, locale: lang }) {
  return element("dl.wordings", {}, results.units.filter(({ groups }) => groups.some((group) => asked.includes(group))).map(({ unit, groups }) => {
    const figure = figures.find((entry) => entry.unit === unit);
    const wordings = [...new Set(groups.filter((group) => asked.includes(group)).map((group) => texts[group]))];
    return element("div", {}, element("dt", {}, unitLabel(unit)),
      element("dd", {}, element("span", status === "own" ? { lang, dir: "auto" } : {}, wordings.join(" / ")), " ",
        element("strong.nowrap", {}, figure ? `${number(figure.mean, 1)} (${_("n = {n}", { n: number(figure.answered) })})` : _("not shown"))));
  }));
}

/** Each group's own words, and how its answers are spread over the scale. */
function breakdown({ code, topic, texts, figures, asked, status, locale: lang }) {
  const own = status === "own" ? { lang, dir: "auto" } : {};
  const scale = results.scales.agreement.filter(({ code }) => code !== "na");
  return element("div", {},
    element("dl.wordings", {}, asked.map((group) => element("div", {}, element("dt", {}, unitLabel(group)), element("dd", own, texts[group])))),
    spread(figures, scale, status === "own" ? topic : code, unitName));
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
  return scroll(_("All statements at a glance: {group}", { group: unitName(unit) }), element("table", {},
    element("thead", {}, element("tr", {}, [_("Statement"), _("Mean"), _("Answers")].map((text) => element("th", { scope: "col" }, text)))),
    element("tbody", {}, rows.sort((a, b) => place(a) - place(b)).map(({ code, topic, mean, answered }) => element("tr", {},
      element("th", { scope: "row" }, `${code} ${topic}`), element("td", {}, mean), element("td.number", {}, answered))))));
}

function ownStatements() {
  const own = results.statements.filter(({ status }) => status === "own");
  const place = element("div");
  const show = (order) => place.replaceChildren(statementTable(inOrder(own, order), null));
  show("position");
  return own.length > 0 && section("own", _("Statements of your own"), own.length > 1 && sorting("sort-own", _("Order of your own statements"), show), legend(), place, downloads(exerciseId, "own", _("Statements of your own")));
}

function openAnswers() {
  const answers = results.open_answers;
  return answers.length > 0 && section("open", _("In their own words"), answers.map(({ unit, questions, texts }) => element("div", {},
    element("h3", {}, unitLabel(unit)),
    Object.values(questions).map((question) => element("p.hint", {}, question)),
    quotes(texts.slice(0, OPEN_ANSWERS_SHOWN)),
    texts.length > OPEN_ANSWERS_SHOWN && element("details.quotes__more", {},
      element("summary", {}, ngettext("{n} more answer", "{n} more answers", texts.length - OPEN_ANSWERS_SHOWN), element("span.visually-hidden", {}, `: ${unitName(unit)}`)), quotes(texts.slice(OPEN_ANSWERS_SHOWN))))));
}

const quotes = (texts) => element("ul.quotes", {}, texts.map((text) => element("li", { dir: "auto" }, text)));
