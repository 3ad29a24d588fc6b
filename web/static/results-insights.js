// What stands out in the results of an exercise, each with a way to its statement.

import { get, problemText } from "./api.js";
import { element, groupLabel } from "./dom.js";
import { _, number } from "./messages.js";
import { address, exerciseId, locale } from "./page.js";

/** Make the lists; `statementOf` finds a statement by its code, `unitName` names a unit, `reveal` goes to a statement. */
export function insights(statementOf, unitName, reveal) {
  const place = element("div.insights", {}, element("p.loading", {}, _("Loading…")));
  get(`/api/exercises/${exerciseId}/insights?locale=${locale}`).then(
    (found) => place.replaceChildren(...lists(found)),
    (problem) => place.replaceChildren(element("p", {}, problemText(problem))),
  );

  const link = (code) => {
    const { topic, status, locale: lang } = statementOf(code);
    const own = status === "own";
    return element("a", { href: `#statement-${code}`, onclick: (event) => { event.preventDefault(); reveal(code); } },
      !own && `${code} `, element("span", own ? { lang, dir: "auto" } : {}, topic));
  };
  const few = (isFew) => isFew && [" ", element("span.tag.tag--warning", {}, _("few answers"))];
  const plan = (code) => [element("br"), element("a", { href: address("plans/new/", { exercise: exerciseId, statement: code }) },
    _("Make a plan from this"), element("span.visually-hidden", {}, `: ${statementOf(code).topic}`))];
  const list = (heading, hint, entries, item, { more, toPlan = plan } = {}) => entries.length > 0 && element("div.card", {},
    element("h3", {}, heading), element("p.hint", {}, hint), element("ul", {}, entries.map((entry) => element("li", {}, link(entry.code), element("br"), item(entry), few(entry.few), toPlan(entry.code)))), more);
  const ranked = ({ mean }) => element("strong", {}, number(mean, 1));

  const of = (unit, mean) => element("span.insights__pair", {}, groupLabel(unit, unitName(unit)), " ", element("strong", {}, number(mean, 1)));

  const lists = ({ highest, lowest, gaps, since, moved }) => {
    const shown = [
      list(_("Rated highest"), _("What seems to work well, and could be built on."), highest, ranked, { toPlan: () => null }),
      list(_("Rated lowest"), _("What might deserve a closer look. Ask why before you decide what to do."), lowest, ranked),
      list(_("Seen differently"), _("Groups that are at least 1.0 apart. Neither of them is right or wrong: let them tell each other."), gaps,
        ({ high, high_mean: best, low, low_mean: worst }) => [of(high, best), " ", of(low, worst)]),
      since && list(_("Changed since {session}", { session: since.session.name }), _("Other people answered then, so this is a hint and no proof."), moved,
        ({ left, right, by }) => [element(`span.change.change--${by > 0 ? "risen" : "fallen"}`, { "aria-hidden": "true" }, by > 0 ? "▲" : "▼"), " ", _("from {before} to {now}", { before: number(right, 1), now: number(left, 1) })],
        { more: element("p", {}, element("a", { href: address("results/comparison/", { exercise: exerciseId, with: since.exercise }) }, _("See the whole comparison"))) }),
    ].filter(Boolean);
    return shown.length > 0 ? shown : [element("p", {}, _("Nothing stands out, or too few figures can be shown."))];
  };
  return place;
}
