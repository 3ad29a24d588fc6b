// Step 3: the first and the last day.

import { send } from "./api.js";
import { byId, element } from "./dom.js";
import { onSubmit, showErrors } from "./form.js";
import { _, addDays, daysBetween, formatDay, formatWeekday, ngettext } from "./messages.js";
import { address, exerciseId, step } from "./page.js";
import { longestDays, shortestDays } from "./rules.js";

const form = byId("form");
const first = byId("first_day");
const last = byId("last_day");
const earlier = (a, b) => (a < b ? a : b);
const later = (a, b) => (a > b ? a : b);

step(({ exercise, calendar }) => {
  byId("back").href = address("setup/questionnaire/");
  const session = calendar.sessions.find(({ id }) => id === exercise.session_id);
  const opening = later(calendar.today, session.first_day);
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
    form.prepend(element("div.notice", {}, element("p", {}, _("The links are active, so nothing can be changed any more."))));
  }
  onSubmit(form, async () => {
    const errors = mistakes();
    if (errors.length) return showErrors(form, errors);
    await send("PUT", `/api/exercises/${exerciseId}/dates`, {
      version: exercise.version, first_day: first.value, last_day: last.value,
    });
    location.assign(address("setup/activate/"));
  });
});

/** Let the date fields offer only what is possible, and say how long the exercise would be. */
function limit(opening, closing) {
  first.min = opening;
  first.max = addDays(closing, 1 - shortestDays);
  last.min = addDays(first.value || opening, shortestDays - 1);
  last.max = earlier(addDays(first.value || closing, longestDays - 1), closing);
  const days = first.value && last.value ? daysBetween(first.value, last.value) : 0;
  byId("length-of-exercise").textContent = days > 0
    ? ngettext("{n} day, from {first} to {last}", "{n} days, from {first} to {last}", days, {
      first: formatWeekday(first.value), last: formatWeekday(last.value),
    })
    : "";
}

function mistakes() {
  const errors = [];
  for (const input of [first, last]) {
    if (!input.value) errors.push({ field: input.id, text: _("Choose a day.") });
    else if (input.value < input.min) errors.push({ field: input.id, text: _("The earliest possible day is {day}.", { day: formatDay(input.min) }) });
    else if (input.value > input.max) errors.push({ field: input.id, text: _("The latest possible day is {day}.", { day: formatDay(input.max) }) });
  }
  return errors;
}
