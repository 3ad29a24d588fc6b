// Results of one session, level by level, beside those of another one to compare with (guide, figures 25 and 28).

import { get } from "./api.js";
import { byId, element } from "./dom.js";
import { _, formatDay } from "./messages.js";
import { levelNames, sessionName } from "./names.js";
import { address, page, parameters } from "./page.js";

let sessions;

page(async (school) => {
  ({ sessions } = await get(`/api/schools/${school.id}/results`));
  if (sessions.every(({ levels }) => levels.every(({ state }) => state === "not_participating"))) {
    byId("sessions").replaceChildren(element("div.notice", {}, element("p", {}, _("Your school has no exercises yet.")), element("p", {}, element("a", { href: address("setup/", {}) }, _("Set one up")))));
    return;
  }
  show(parameters.get("session"), parameters.get("with"));
});

/** Show a session; both choices are in the address, so that going back and sharing work. */
function show(wanted, other) {
  const session = sessions.find(({ id }) => id === wanted) ?? sessions.find(hasResults) ?? sessions[0];
  const others = sessions.filter(({ id }) => id !== session.id);
  const compared = others.find(({ id }) => id === other);
  const choice = (id, label, options, chosen, choose) => {
    const select = element("select.input", { id, onchange: () => choose(select.value) }, options.map(([value, text]) => element("option", { value, selected: value === chosen }, text)));
    return element("div.field", {}, element("label", { for: id }, label), select);
  };
  const go = (to, against) => {
    const query = new URLSearchParams([...parameters].filter(([name]) => name !== "session" && name !== "with"));
    query.set("session", to);
    if (against && against !== to) query.set("with", against);
    history.replaceState(null, "", `?${query}`);
    const focused = document.activeElement.id;
    show(to, against);
    byId(focused)?.focus();
  };
  byId("sessions").replaceChildren(
    element("div.session-choice", {},
      choice("session", _("Session"), sessions.map(({ id }) => [id, sessionName(id)]), session.id, (id) => go(id, compared?.id)),
      others.length > 0 && choice("with", _("Compare with"), [["", _("no other session")], ...others.map(({ id }) => [id, sessionName(id)])], compared?.id ?? "", (id) => go(session.id, id))),
    levelTable(session, compared));
}

const hasResults = ({ levels }) => levels.some(({ state }) => state === "viewable");

// The roles are said again: on phones the rows are laid out as blocks, which would take them away.
function levelTable(session, compared) {
  const heading = (...text) => element("th", { scope: "col", role: "columnheader" }, ...text);
  return element("table.levels", { role: "table" },
    element("thead", { role: "rowgroup" }, element("tr", { role: "row" },
      heading(_("Education level")), heading(sessionName(session.id)), compared && heading(_("Compared with {session}", { session: sessionName(compared.id) })))),
    element("tbody", { role: "rowgroup" }, session.levels.map((entry) => row(entry, session, compared))));
}

function row(entry, session, compared) {
  const name = levelNames[entry.level];
  const other = compared?.levels.find(({ level }) => level === entry.level);
  const hidden = (text) => element("span.visually-hidden", {}, `: ${text}`);
  return element("tr", { role: "row" },
    element("th", { scope: "row", role: "rowheader" }, name),
    element("td", { role: "cell" }, entry.state === "viewable"
      ? element("a.button", { href: address("results/exercise/", { exercise: entry.exercise }) }, _("See the results"), hidden(`${name}, ${sessionName(session.id)}`))
      : stateOf(entry)),
    compared && element("td", { role: "cell", "data-label": sessionName(compared.id) }, compare(entry, other, (text) => hidden(`${name}, ${text}`), session)));
}

/** Both must be there to compare them; otherwise the other one's state says why not. */
function compare(entry, other, hidden, session) {
  if (other.state !== "viewable") return stateOf(other);
  if (entry.state !== "viewable") return element("span.hint", {}, _("Nothing to compare with"));
  return element("a.button.button--secondary", { href: address("results/comparison/", { exercise: entry.exercise, with: other.exercise }) }, _("Compare"), hidden(sessionName(session.id)));
}

const states = {
  completion_too_low: () => element("span.tag.tag--warning", {}, _("Completion rates too low")),
  being_made: () => element("span.tag.tag--info", {}, _("Results are being made")),
  running_until: (until) => element("span.tag.tag--success", {}, until ? _("Running until {day}", { day: formatDay(until) }) : _("Running")),
  not_started: () => element("span.tag", {}, _("Not started yet")),
  not_participating: () => element("span.hint", {}, _("Not participating")),
};

const stateOf = ({ state, until }) => states[state](until);
