// All sessions of a school, and what can be seen of each education level.

import { get } from "./api.js";
import { byId, element } from "./dom.js";
import { _, formatDay } from "./messages.js";
import { levelNames, sessionName } from "./names.js";
import { address, page } from "./page.js";

page(async (school) => {
  const { sessions } = await get(`/api/schools/${school.id}/results`);
  byId("sessions").replaceChildren(...(sessions.length ? sessions.map((session) => section(session, sessions))
    : [element("div.notice", {}, element("p", {}, _("Your school has no exercises yet.")), element("p", {}, element("a", { href: address("setup/", {}) }, _("Set one up"))))]));
});

function section({ id, levels }, sessions) {
  return element("section", { "aria-labelledby": id }, element("h2", { id }, sessionName(id)),
    element("ul.task-list", {}, levels.map((entry) => item(entry, sessionName(id), comparable(entry, sessions)))));
}

/** Find the other exercises of a level that can be seen. */
const comparable = ({ level, exercise }, sessions) => sessions.flatMap(({ id, levels }) => levels
  .filter((other) => other.level === level && other.state === "viewable" && other.exercise !== exercise)
  .map((other) => [other.exercise, sessionName(id)]));

const states = {
  completion_too_low: () => element("span.tag.tag--warning", {}, _("Completion rates too low")),
  being_made: () => element("span.tag.tag--info", {}, _("Results are being made")),
  running_until: (until) => element("span.tag.tag--success", {}, until ? _("Running until {day}", { day: formatDay(until) }) : _("Running")),
  not_started: () => element("span.tag", {}, _("Not started yet")),
  not_participating: () => element("span.hint", {}, _("Not participating")),
};

function item({ level, state, exercise, until }, session, others) {
  const seen = state === "viewable";
  return element("li", {},
    element("span", {}, levelNames[level]),
    seen
      ? element("div.seen", {},
        element("a.button", { href: address("results/exercise/", { exercise }) }, _("See the results"), element("span.visually-hidden", {}, `: ${levelNames[level]}, ${session}`)),
        others.length > 0 && compareForm(exercise, others, `${levelNames[level]}, ${session}`))
      : states[state](until));
}

function compareForm(exercise, others, name) {
  const id = `with-${exercise}`;
  return element("form.compare", { action: address("results/comparison/", {}) },
    element("input", { type: "hidden", name: "exercise", value: exercise }),
    element("label", { for: id }, _("compare with"), element("span.visually-hidden", {}, `: ${name}`)), " ",
    element("select.input", { id, name: "with" }, others.map(([other, session]) => element("option", { value: other }, session))), " ",
    element("button.button.button--secondary", {}, _("Compare"), element("span.visually-hidden", {}, `: ${name}`)));
}
