// How many have answered so far, refreshed while the page is open.

import { get } from "./api.js";
import { byId, element, groupLabel } from "./dom.js";
import { reminder } from "./invitation.js";
import { _, formatDay, formatTime, listing } from "./messages.js";
import { groupNames, levelNames } from "./names.js";
import { address, exerciseId, isUnderWay, locale, page, periodOf } from "./page.js";
import { participationTable } from "./participation-table.js";
import { saveLinks } from "./results-chart.js";

const REFRESH_MILLISECONDS = 30_000;

page(async (school) => {
  if (!(await refresh(school)).some(isUnderWay)) return;
  const again = () => document.hidden || refresh(school).catch(lost);
  setInterval(again, REFRESH_MILLISECONDS);
  // Whoever comes back to the page sees at once what has come in meanwhile.
  document.addEventListener("visibilitychange", again);
});

/** Figures exist once dates are chosen. The exercises are asked for as well: meanwhile one may have begun or ended. */
async function refresh(school) {
  const { exercises: all } = await get(`/api/schools/${school.id}/exercises`);
  const exercises = all.filter((exercise) => (exerciseId ? exercise.id === exerciseId && exercise.first_day : isUnderWay(exercise)));
  const participations = await Promise.all(exercises.map(({ id }) => get(`/api/exercises/${id}/participation`)));
  byId("exercises").replaceChildren(...(exercises.length
    ? exercises.map((exercise, place) => section(exercise, participations[place]))
    : [nothing()]));
  byId("refreshed").hidden = !exercises.some(isUnderWay);
  byId("refreshed").textContent = _("As of {time}. The page refreshes itself.", { time: formatTime(new Date()) });
  return exercises;
}

function lost() {
  byId("refreshed").textContent = _("The connection was lost. The figures are those of a moment ago; the page keeps trying.");
}

function nothing() {
  return element("div.notice", {}, element("p", {}, _("No exercise is running or about to start.")), element("p", {}, element("a", { href: address("setup/", {}) }, _("Go to the set-up"))));
}

function section(exercise, { level, groups }) {
  const over = exercise.state === "over";
  return element("section.card", { "aria-labelledby": exercise.id },
    element("h2", { id: exercise.id }, levelNames[exercise.level]),
    element("p.participation__period", {}, periodOf(exercise), " ", over ? element("span.tag", {}, _("Over")) : phaseNote(exercise)),
    participationTable(groups),
    saving(exercise),
    tooMany(groups),
    over ? verdict(level) : tooFew(exercise, groups),
    exercise.state === "running" && reminders(exercise));
}

/** Who has answered may not be enough to speak for the school. */
function tooFew({ state, last_day: last }, groups) {
  const below = groups.filter(({ required, submitted }) => required !== null && submitted < required);
  return state === "running" && below.length > 0 && element("div.notice", {},
    element("p", {}, _("Below the recommended minimum: {groups}. The fewer people answer, the less the results can speak for the school. There is time until {day}.", {
      groups: listing(below.map(({ group }) => groupNames[group])), day: formatDay(last),
    })));
}

const charts = new Map();

/** Links to save the chart; made once, as the reminders are. */
function saving({ id, level }) {
  const address = `/api/exercises/${id}/participation/chart?locale=${locale}`;
  if (!charts.has(id)) charts.set(id, saveLinks(address, "participation", levelNames[level]));
  return charts.get(id);
}

/** More answers than people invited: a link may have gone too far. */
function tooMany(groups) {
  const more = groups.filter(({ invited, submitted }) => submitted > invited).map(({ group }) => groupNames[group]);
  return more.length > 0 && element("div.notice.notice--warning", {},
    element("p", {}, _("More people answered than were invited: {groups}. If a link went too far, replace it on the page of links.", { groups: listing(more) })));
}

// Made once: the page is drawn anew every half minute, and somebody may be reading or copying.
const reminderTexts = new Map();

function reminders(exercise) {
  if (!reminderTexts.has(exercise.id)) {
    reminderTexts.set(exercise.id, element("div.reminders", {}, element("h3", {}, _("Remind people")),
      Object.entries(exercise.links).map(([group, path]) => element("div", {},
        groupLabel(group, groupNames[group]), reminder(exercise, group, new URL(path, location.origin).href)))));
  }
  return reminderTexts.get(exercise.id);
}

function phaseNote(exercise) {
  if (exercise.state === "set_up") return element("span.tag", {}, _("Being set up"));
  return exercise.state === "waiting"
    ? element("span.tag.tag--info", {}, _("Starts on {day}", { day: formatDay(exercise.first_day) }))
    : element("span.tag.tag--success", {}, _("Running until {day}", { day: formatDay(exercise.last_day) }));
}

function verdict(level) {
  const tone = level === "high" ? ".notice--success" : ".notice--warning";
  return element(`div.notice${tone}`, {}, element("p", {}, levelTexts[level]));
}

const levelTexts = {
  none: _("Nobody has answered."),
  incomplete: _("Incomplete participation: at least one of the three groups did not answer."),
  medium: _("Medium participation: fewer people answered than recommended, so read the results with care."),
  high: _("High participation."),
};
