// All that freezes at activation, with a way back to each step.

import { byId, element, groupLabel } from "./dom.js";
import { groupsOf, lengthFor } from "./length.js";
import { _, addDays, formatDay, formatWeekday, listing, ngettext, number } from "./messages.js";
import { groupNames, levelNames, sessionName } from "./names.js";
import { address } from "./page.js";

/** Write the list of everything that has been set up. */
export function showSummary(exercise, questionnaire) {
  const editable = exercise.state === "set_up";
  const row = (name, value, path) => element("div", {}, element("dt", {}, name), element("dd", {}, value),
    path && editable && element("dd", {}, element("a", { href: address(path) }, _("Change"), element("span.visually-hidden", {}, ` (${name})`))));
  const day = (value, write) => (value ? write(value) : _("Not chosen yet"));
  byId("summary").replaceChildren(
    row(_("Education level"), levelNames[exercise.level]),
    row(_("Session"), sessionName(exercise.session_id)),
    row(_("People invited"), element("ul.plain", {}, groupsOf(exercise).map((group) => invited(exercise, group))), "setup/level/"),
    row(_("Questionnaire"), element("ul.plain", {}, groupsOf(exercise).map((group) => length(exercise, questionnaire, group))), "setup/questionnaire/"),
    row(_("Core statements"), ngettext("{n} statement, always asked", "{n} statements, always asked", statementsOf(questionnaire).filter(({ status }) => status === "core").length)),
    row(_("Optional statements"), optional(exercise, questionnaire), "setup/questionnaire/"),
    row(_("Statements of your own"), own(exercise), "setup/questionnaire/"),
    row(_("First day"), day(exercise.first_day, (first) => _("{day}, from 00:00", { day: formatWeekday(first) })), "setup/dates/"),
    row(_("Last day"), day(exercise.last_day, (last) => _("{day}, until 23:59 (Central European Time)", { day: formatWeekday(last) })), "setup/dates/"),
    row(_("One-time codes"), listing(groupsOf(exercise).filter((group) => group in exercise.slips).map((group) => groupNames[group])) || _("None"), "setup/dates/"),
    row(_("Results"), day(exercise.last_day, (last) => _("from {day} on", { day: formatWeekday(addDays(last, 1)) }))),
    ...(exercise.informing ? [row(_("People informed"), informing(exercise.informing))] : []),
  );
}

const statementsOf = ({ areas }) => areas.flatMap((area) => area.statements);

const named = (group, value) => groupLabel(group, _("{name}: {value}", { name: groupNames[group], value }));

function invited({ numbers, required }, group) {
  return element("li", {}, named(group, number(numbers[group])), required[group]
    ? element("span.hint.hint--below", {}, ngettext("At least {n} person should answer", "At least {n} people should answer", required[group])) : null);
}

function length(exercise, questionnaire, group) {
  const { text, tooLong } = lengthFor(group, exercise, questionnaire);
  return element("li", {}, named(group, text), tooLong && [" ", element("span.tag.tag--warning", {}, _("too long"))]);
}

function optional({ optional_statements: codes }, questionnaire) {
  if (codes.length === 0) return _("None");
  const topics = new Map(statementsOf(questionnaire).map(({ code, topic }) => [code, topic]));
  return element("ul.plain", {}, codes.map((code) => element("li", {}, element("strong", {}, `${code} `), topics.get(code) ?? "")));
}

function own({ own_statements: statements }) {
  if (statements.length === 0) return _("None");
  return element("ul.plain", {}, statements.map(({ texts, locale }) => element("li", {},
    element("span", { lang: locale, dir: "auto" }, Object.values(texts)[0].text), " ",
    element("span.hint.hint--below", {}, listing(Object.keys(texts).map((group) => groupNames[group]))))));
}

function informing({ approval }) {
  return element("ul.plain", {}, element("li", {}, _("Confirmed before the links were activated")),
    approval && element("li", {}, _("Agreed by {body} on {day}: {reference}", { body: approval.body, day: formatDay(approval.day), reference: approval.reference })));
}
