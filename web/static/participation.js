// How many have answered so far, refreshed while the page is open.

import { get } from "./api.js";
import { byId, element, groupLabel } from "./dom.js";
import { reminder } from "./invitation.js";
import { _, formatDay, formatTime, listing } from "./messages.js";
import { groupNames, levelNames } from "./names.js";
import { address, exerciseId, isUnderWay, page, periodOf } from "./page.js";
import { participationTable } from "./participation-table.js";

const REFRESH_MILLISECONDS = 30_000;

page(async (school) => {
  const { exercises } = await get(`/api/schools/${school.id}/exercises`);
  const shown = exercises.filter((exercise) => (exerciseId ? exercise.id === exerciseId : isUnderWay(exercise)));
  await refresh(shown);
  if (shown.some(isUnderWay)) setInterval(() => document.hidden || refresh(shown).catch(lost), REFRESH_MILLISECONDS);
});

async function refresh(exercises) {
  const participations = await Promise.all(exercises.map(({ id }) => get(`/api/exercises/${id}/participation`)));
  byId("exercises").replaceChildren(...(exercises.length
    ? exercises.map((exercise, place) => section(exercise, participations[place]))
    : [nothing()]));
  byId("refreshed").hidden = !exercises.some(isUnderWay);
  byId("refreshed").textContent = _("As of {time}. The page refreshes itself.", { time: formatTime(new Date()) });
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
    tooMany(groups),
    exercise.state === "running" && reminders(exercise),
    over && element("p", {}, levelText(level)));
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
  return exercise.state === "waiting"
    ? element("span.tag.tag--info", {}, _("Starts on {day}", { day: formatDay(exercise.first_day) }))
    : element("span.tag.tag--success", {}, _("Running until {day}", { day: formatDay(exercise.last_day) }));
}

const levelTexts = {
  none: _("Nobody has answered."),
  incomplete: _("Incomplete participation: at least one of the three groups did not answer."),
  medium: _("Medium participation: read the results with care."),
  high: _("High participation."),
};
const levelText = (level) => levelTexts[level];
