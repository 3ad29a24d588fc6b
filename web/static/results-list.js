// All sessions of a school, and what can be seen of each education level.

import { get } from "./api.js";
import { byId, element } from "./dom.js";
import { _, formatDay } from "./messages.js";
import { levelNames, sessionName } from "./names.js";
import { address, page } from "./page.js";

page(async (school) => {
  const { sessions } = await get(`/api/schools/${school.id}/results`);
  byId("sessions").replaceChildren(...(sessions.length ? sessions.map(section)
    : [element("div.notice", {}, element("p", {}, _("Your school has no exercises yet.")), element("p", {}, element("a", { href: address("setup/", {}) }, _("Set one up"))))]));
});

function section({ id, levels }) {
  return element("section", { "aria-labelledby": id }, element("h2", { id }, sessionName(id)),
    element("ul.task-list", {}, levels.map((entry) => item(entry, sessionName(id)))));
}

const states = {
  completion_too_low: () => element("span.tag.tag--warning", {}, _("Completion rates too low")),
  being_made: () => element("span.tag.tag--info", {}, _("Results are being made")),
  running_until: (until) => element("span.tag.tag--success", {}, until ? _("Running until {day}", { day: formatDay(until) }) : _("Running")),
  not_started: () => element("span.tag", {}, _("Not started yet")),
  not_participating: () => element("span.hint", {}, _("Not participating")),
};

function item({ level, state, exercise, until }, session) {
  const seen = state === "viewable";
  return element("li", {},
    element("span", {}, levelNames[level]),
    seen
      ? element("a.button", { href: address("results/exercise/", { exercise }) }, _("See the results"), element("span.visually-hidden", {}, `: ${levelNames[level]}, ${session}`))
      : states[state](until));
}
