// Step 3: the first and the last day.

import { get, send } from "./api.js";
import { byId, element } from "./dom.js";
import { onSubmit, showErrors } from "./form.js";
import { _, addDays, daysBetween, formatDay, formatWeekday, ngettext } from "./messages.js";
import { address, exerciseId, frozenNotice, periodOf, step } from "./page.js";
import { longestDays, shortestDays } from "./rules.js";
import { offerCodes, saveCodes } from "./slips.js";

const form = byId("form");
const first = byId("first_day");
const last = byId("last_day");
const earlier = (a, b) => (a < b ? a : b);
const later = (a, b) => (a > b ? a : b);

let exercise;

step(({ exercise: loaded, calendar }) => {
  exercise = loaded;
  byId("back").href = address("setup/questionnaire/");
  const session = calendar.sessions.find(({ id }) => id === exercise.session_id);
  const opening = later(calendar.today, session.first_day);
  offerCodes(exercise);
  first.value = exercise.first_day ?? "";
  last.value = exercise.last_day ?? "";
  byId("range").textContent = _("Between {first} and {last}; from {shortest} to {longest} days, first and last day included.", {
    first: formatDay(opening), last: formatDay(session.last_day), shortest: shortestDays, longest: longestDays,
  });
  const limits = () => limit(opening, session.last_day);
  form.addEventListener("input", limits);
  limits();
  if (exercise.state !== "set_up") {
    for (const control of form.elements) control.disabled = true;
    form.querySelector("[type=submit]").hidden = true;
    form.prepend(frozenNotice(exercise));
  } else if (addDays(opening, shortestDays - 1) > session.last_day) {
    form.prepend(element("div.notice.notice--warning", {}, element("p", {}, _("The session ends on {day}, so there are not enough days left for an exercise. This set-up is kept for two years, and can be copied in the next session.", { day: formatDay(session.last_day) }))));
  }
  onSubmit(form, async () => {
    const errors = mistakes();
    if (errors.length) return showErrors(form, errors);
    await saveCodes(await send("PUT", `/api/exercises/${exerciseId}/dates`, {
      version: exercise.version, first_day: first.value, last_day: last.value,
    }));
    location.assign(address("setup/activate/"));
  }, refused);
});

/** Somebody else was faster: what was chosen stays, and is saved next time on top of what is stored now. */
async function refused({ code }) {
  if (code !== "changed_meanwhile") return undefined;
  exercise = await get(`/api/exercises/${exerciseId}`);
  return _("Somebody else changed this set-up in the meantime. Nothing was overwritten, and what you typed is still here. Stored now: {stored}. Save again to keep yours.", { stored: periodOf(exercise) });
}

/** Let the date fields offer only what is possible, and say how long the exercise would be. */
function limit(opening, closing) {
  allow(first, opening, addDays(closing, 1 - shortestDays));
  allow(last, addDays(first.value || opening, shortestDays - 1), earlier(addDays(first.value || closing, longestDays - 1), closing));
  const days = first.value && last.value ? daysBetween(first.value, last.value) : 0;
  byId("length-of-exercise").textContent = days > 0
    ? ngettext("{n} day, from {first} to {last}", "{n} days, from {first} to {last}", days, {
      first: formatWeekday(first.value), last: formatWeekday(last.value),
    })
    : "";
}

/** Setting the same limits again would make the browser forget a day that is half typed. */
function allow(input, min, max) {
  if (input.min !== min) input.min = min;
  if (input.max !== max) input.max = max;
}

function mistakes() {
  const errors = [];
  const wrong = (input, text) => errors.push({ field: input.id, text });
  const days = first.value && last.value ? daysBetween(first.value, last.value) : null;
  for (const input of [first, last]) if (!input.value) wrong(input, _("Choose a day."));
  if (first.value && first.value < first.min) wrong(first, _("The earliest possible day is {day}.", { day: formatDay(first.min) }));
  else if (first.value > first.max) wrong(first, _("The latest possible day is {day}.", { day: formatDay(first.max) }));
  else if (days !== null && days < 1) wrong(last, _("The last day is before the first."));
  else if (days !== null && days < shortestDays) wrong(last, ngettext("That is {n} day; at least {shortest} are needed.", "That is {n} days; at least {shortest} are needed.", days, { shortest: shortestDays }));
  else if (days > longestDays) wrong(last, ngettext("That is {n} day; at most {longest} are possible.", "That is {n} days; at most {longest} are possible.", days, { longest: longestDays }));
  else if (last.value > last.max) wrong(last, _("The latest possible day is {day}.", { day: formatDay(last.max) }));
  return errors;
}
