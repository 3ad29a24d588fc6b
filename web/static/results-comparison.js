// Two exercises of a level side by side, and a line over all of them.

import { get } from "./api.js";
import { byId, element, groupLabel } from "./dom.js";
import { _, formatPeriod, number } from "./messages.js";
import { address, exerciseId, locale, page, parameters } from "./page.js";
import { chart } from "./results-chart.js";

let compared;

page(async () => {
  const other = parameters.get("with");
  const [comparison, development] = await Promise.all([
    get(`/api/exercises/${exerciseId}/comparison?with=${encodeURIComponent(other)}&locale=${locale}`),
    get(`/api/exercises/${exerciseId}/development?locale=${locale}`),
  ]);
  compared = comparison;
  const title = _("Comparison: {level}", { level: compared.level_name });
  document.querySelector("h1").textContent = title;
  document.title = document.title.replace(/^[^·]*/, `${title} `);
  byId("comparison").replaceChildren(...head(), statements(), line(development));
});

function head() {
  const { left, right } = compared;
  const careful = [left, right].filter(({ participation_level: level }) => level !== "high");
  const one = (heading, { exercise, session, first_day: first, last_day: last, participation_level_name: level }) => element("div.card", {},
    element("p.hint", {}, heading), element("h2", {}, session.name), element("p", {}, formatPeriod(first, last), element("br"), level),
    element("p", {}, element("a", { href: address("results/exercise/", { exercise }) }, _("See the results"), element("span.visually-hidden", {}, `: ${session.name}`))));
  return [
    element("div.compared", {}, one(_("These results …"), left), one(_("… compared with these"), right)),
    left.imported !== right.imported && element("div.notice.notice--warning", {}, element("p", {}, _("One of the two comes from the former system, whose statements were worded differently. A difference may come from the words."))),
    careful.length > 0 && element("div.notice.notice--warning", {}, element("p", {}, _("Not everybody who was needed took part in both exercises. A difference may come from who answered rather than from what changed."))),
    element("p", {}, _("Other people answered each time, so small differences mean little. See them as an indication, not as a verdict.")),
  ].filter(Boolean);
}

// The four symbols (guide, figure 40)
const symbols = {
  risen: { sign: "▲", name: _("risen") },
  fallen: { sign: "▼", name: _("fallen") },
  same: { sign: "=", name: _("the same") },
  not_possible: { sign: "×", name: _("comparison not possible") },
};

const hindrances = {
  own_statement: _("a statement of your own"),
  not_asked: _("not asked in the other exercise"),
  not_shown: _("not shown in one of them"),
  other_groups: _("the groups were put together differently"),
};

const byPlace = (a, b) => a.place - b.place;
const last = (value, order) => (value === null ? Infinity : order * value);
const by = (pick, order) => (a, b) => {
  const [first, second] = [last(pick(a), order), last(pick(b), order)];
  return first === second ? byPlace(a, b) : first - second;
};

// The six orders (guide, figure 41); what has no figure comes last.
const orders = {
  greatest_rise: { name: _("Greatest rise first"), compare: by(({ by: change }) => change, -1) },
  greatest_fall: { name: _("Greatest fall first"), compare: by(({ by: change }) => change, 1) },
  highest: { name: _("Highest first"), compare: by(({ left }) => left, -1) },
  lowest: { name: _("Lowest first"), compare: by(({ left }) => left, 1) },
  position: { name: _("By position"), compare: byPlace },
  reverse: { name: _("By position, last first"), compare: (a, b) => byPlace(b, a) },
};

function statements() {
  // The roles are said again: on phones the rows are laid out as blocks, which would take them away.
  const rows = element("tbody", { role: "rowgroup" });
  const order = choice("order", _("Order of the statements"), Object.entries(orders).map(([key, { name }]) => [key, name]));
  const whose = choice("whose", _("Whose answers"), [["", _("All groups")], ...compared.units.map(({ unit, name }) => [unit, name])]);
  const area = choice("area", _("Area"), [["", _("All areas")], ...compared.areas.map(({ code, name }) => [code, `${code} ${name}`]), ["own", _("Statements of your own")]]);
  const show = () => {
    const unit = whose.select.value || null;
    const chosen = compared.statements
      .map((statement, place) => ({ statement, place, ...statement.changes.find((change) => change.unit === unit) }))
      .filter(({ statement, direction }) => direction && (!area.select.value || (statement.area ?? "own") === area.select.value))
      .sort(orders[order.select.value].compare);
    rows.replaceChildren(...(chosen.length ? chosen.map(row) : [element("tr", { role: "row" }, element("td", { role: "cell", colspan: "4" }, _("This group was not asked here.")))]));
  };
  for (const { select } of [order, whose, area]) select.addEventListener("change", show);
  show();
  return element("section", { "aria-labelledby": "statements" }, element("h2", { id: "statements" }, _("Statement by statement")),
    element("ul.legend", {}, Object.entries(symbols).map(([key, { sign, name }]) => element("li", {}, element(`span.change.change--${key}`, {}, sign), " ", name))),
    element("div.sorting", {}, order.field, whose.field, area.field),
    element("div.table-scroll", { tabindex: "0", role: "region", "aria-label": _("Figures of both exercises") }, element("table.comparison", { role: "table" },
      element("thead", { role: "rowgroup" }, element("tr", { role: "row" },
        element("th", { scope: "col", role: "columnheader" }, _("Statement")),
        element("th.number", { scope: "col", role: "columnheader" }, compared.left.session.name),
        element("th.number", { scope: "col", role: "columnheader" }, compared.right.session.name),
        element("th", { scope: "col", role: "columnheader" }, _("Change")))),
      rows)));
}

function choice(id, name, options) {
  const select = element("select.input", { id }, options.map(([value, text]) => element("option", { value }, text)));
  return { select, field: element("div.field", {}, element("label", { for: id }, name), select) };
}

function row({ statement: { code, topic, status, locale: lang }, left, right, by: change, direction, hindrance }) {
  const own = status === "own";
  const cell = (name, label, ...content) => element(name, { role: "cell", "data-label": label }, ...content);
  return element("tr", { role: "row" },
    element(own ? "th.statements__topic" : "th.statements__topic.statements__topic--coded", { scope: "row", role: "rowheader" }, !own && element("span.statements__code", {}, `${code} `), element("span", own ? { lang, dir: "auto" } : {}, topic)),
    cell("td.number", compared.left.session.name, mean(left)), cell("td.number", compared.right.session.name, mean(right)),
    cell("td", _("Change"), element(`span.change.change--${direction}`, { "aria-hidden": "true" }, symbols[direction].sign),
      change === null || change === 0 ? "" : ` ${number(Math.abs(change), 1)}`,
      element("span.visually-hidden", {}, ` ${symbols[direction].name}`),
      hindrance && element("span.hint", {}, ` ${hindrances[hindrance]}`)));
}

const mean = (value) => (value === null ? "–" : number(value, 1));

function line({ exercises, units, areas }) {
  const place = element("div");
  const show = (area) => {
    for (const chip of chips.querySelectorAll("button")) chip.setAttribute("aria-pressed", String(chip.value === area.code));
    place.replaceChildren(chart(exerciseId, `development-${area.code}`, _("{area} in all exercises", { area: area.name }), table(area)));
  };
  const chips = element("div.chips", { role: "group", "aria-label": _("Area") }, areas.map((area) =>
    element("button.chip", { type: "button", value: area.code, onclick: () => show(area) }, element("span.area-name", { "data-area": area.code }, area.name))));
  const table = ({ name, lines }) => element("div.table-scroll", { tabindex: "0", role: "region", "aria-label": _("{area} in all exercises", { area: name }) }, element("table", {},
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, _("Session")), units.map(({ unit, name: group }) => element("th", { scope: "col" }, groupLabel(unit, group))))),
    element("tbody", {}, exercises.map(({ session }, at) => element("tr", {}, element("th", { scope: "row" }, session.name),
      lines.map(({ means, asked }) => element("td", {}, mean(means[at]), asked[at] > 0 && element("span.hint", {}, ` ${_("from {n} statements", { n: number(asked[at]) })}`))))))));
  show(areas[0]);
  return element("section", { "aria-labelledby": "development" }, element("h2", { id: "development" }, _("All exercises of this level")),
    element("p.hint", {}, _("An area’s mean also changes when other optional statements are chosen.")), chips, place);
}
