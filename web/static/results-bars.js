// What all parts of the results page share: bars with their figures, tables of the same, and the four orders.

import { bar, element } from "./dom.js";
import { _, number, percent } from "./messages.js";

// The ends of the agreement scale.
const LOWEST = 1;
export const HIGHEST = 5;

/** How much of a bar a mean fills; the lowest one keeps a sliver, so that it does not look like «no figure». */
export const lengthOf = (mean, highest = HIGHEST) => Math.max((100 * (mean - LOWEST)) / (highest - LOWEST), 1);

/** A name, a bar and its figure; `mean` is null where nothing may be shown. */
export function barRow(name, mean, colour, note, highest = HIGHEST) {
  return row(name, mean === null ? null : lengthOf(mean, highest), mean === null ? null : number(mean, 1), colour, note);
}

/** A name, a bar and its percentage. */
export const shareRow = (name, share, colour, note) => row(name, share, percent(share), colour, note);

function row(name, length, figure, colour, note) {
  return element("div.bars__row", {}, element("dt", {}, name),
    element("dd", {},
      figure === null ? element("span.hint.bars__none", {}, "–") : bar(length, colour),
      figure !== null && element("span.bars__figure", {}, figure),
      note && element("span.hint.bars__note", {}, note)));
}

const orders = {
  position: { name: _("By position"), compare: (a, b) => a.place - b.place },
  reverse: { name: _("By position, last first"), compare: (a, b) => b.place - a.place },
  highest: { name: _("Highest first"), compare: (a, b) => b.score - a.score || a.place - b.place },
  lowest: { name: _("Lowest first"), compare: (a, b) => (a.score || Infinity) - (b.score || Infinity) || a.place - b.place },
};

/** Put things with figures, which come by position, into one of the four orders. */
export function inOrder(things, order) {
  return things.map((thing, place) => ({ thing, place, score: scoreOf(thing) })).sort(orders[order].compare).map(({ thing }) => thing);
}

/** What is sorted by: the overall mean, else the mean of what is shown; nothing shown comes last. */
function scoreOf({ overall = null, figures }) {
  if (overall !== null) return overall;
  const means = figures.map(({ mean }) => mean).filter((mean) => mean !== null);
  return means.length ? means.reduce((sum, mean) => sum + mean, 0) / means.length : 0;
}

/** Let people choose an order. */
export function sorting(id, label, choose) {
  const select = element("select.input", { id, onchange: () => choose(select.value) },
    Object.entries(orders).map(([key, { name }]) => element("option", { value: key }, name)));
  return element("div.field.sort", {}, element("label", { for: id }, label), select);
}

/** A wide table scrolls by itself, also by keyboard. */
export const scroll = (label, table) => element("div.table-scroll", { tabindex: "0", role: "region", "aria-label": label }, table);

/** The same as bars, as a table that is folded away; the first cell of a row names it. */
export function asTable(label, headings, rows) {
  return element("details.as-table", {}, element("summary", {}, _("As a table"), element("span.visually-hidden", {}, `: ${label}`)),
    scroll(`${_("As a table")}: ${label}`, element("table", {},
      element("thead", {}, element("tr", {}, headings.map((text, at) => element(at ? "th.number" : "th", { scope: "col" }, text)))),
      element("tbody", {}, rows.map(([name, ...cells]) => element("tr", {}, element("th", { scope: "row" }, name), cells.map((cell) => element("td.number", {}, cell))))))));
}

/** How the answers of each group are spread over a scale. */
export function spread(figures, options, name, unitName) {
  if (figures.length === 0) return null;
  const cells = (pick) => figures.map((figure) => element("td.number", {}, pick(figure)));
  return element("div", {}, scroll(_("How the answers to {statement} are spread", { statement: name }), element("table.spread", {},
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, _("Answer")), figures.map(({ unit }) => element("th.number", { scope: "col" }, unitName(unit))))),
    element("tbody", {},
      options.map(({ code, label }) => element("tr", {}, element("th", { scope: "row" }, /^\d+$/.test(code) ? `${code} ${label}` : label), cells(({ shares }) => shareOf(shares, code)))),
      element("tr", {}, element("th", { scope: "row" }, _("Answered")), cells(({ answered }) => number(answered))),
      element("tr", {}, element("th", { scope: "row" }, _("Not applicable")), cells(({ not_applicable: n }) => number(n)))))),
  figures.some(({ shares }) => shares === null) && element("p.hint", {}, _("Shares are shown from 5 answers of a group on.")));
}

function shareOf(shares, code) {
  const share = shares?.find(({ option }) => option === code);
  return share ? percent(share.percent) : "–";
}
