// The list of a school's exercises: what each still needs, and what is possible now.

import { get, problemText, send } from "./api.js";
import { noSession } from "./between-sessions.js";
import { byId, element } from "./dom.js";
import { _, addDays, formatDay, formatPeriod } from "./messages.js";
import { exerciseName, levelNames, sessionName } from "./names.js";
import { address, page, periodOf, stepsDone } from "./page.js";
import { levels, shortestDays, shortNames } from "./rules.js";

page(async (school) => {
  const [calendar, { exercises }, { exercises: templates }] = await Promise.all([
    get("/api/calendar"),
    get(`/api/schools/${school.id}/exercises`),
    // An extra: the list is of use without it.
    get(`/api/schools/${school.id}/templates`).catch(() => ({ exercises: [] })),
  ]);
  showSession(calendar);
  const now = exercises.filter((exercise) => exercise.session_id === calendar.current?.id);
  byId("exercises").replaceChildren(
    ...(calendar.current ? levels.map((level) => card(level, now.find((e) => e.level === level), school)) : []),
  );
  // Set-ups that were never activated are gone from the first list, and stay here to be copied.
  const earlier = [...exercises, ...templates.filter(({ state }) => state === "gone")]
    .filter((exercise) => exercise.session_id !== calendar.current?.id && exercise.state !== "set_up")
    .sort((a, b) => b.session_id.localeCompare(a.session_id));
  const taken = new Set(now.map(({ level }) => level));
  const copies = new Set(calendar.current ? templates.filter(({ level }) => !taken.has(level)).map(({ id }) => id) : []);
  byId("earlier").hidden = earlier.length === 0;
  byId("earlier-list").replaceChildren(...earlier.map((exercise) => earlierItem(exercise, copies.has(exercise.id) && school)));
});

function showSession({ today, current, next }) {
  const notes = [];
  if (current) {
    notes.push(element("p.lead", {}, _("{session}, from {first} to {last}", {
      session: sessionName(current.id), first: formatDay(current.first_day), last: formatDay(current.last_day),
    })));
    notes.push(element("p", {}, _("Each education level of your school can have one exercise in a session. Answering takes place between the first and the last day you choose, one to three weeks.")));
    if (addDays(today, shortestDays - 1) > current.last_day) notes.push(element("div.notice.notice--warning", {}, element("p", {}, next
      ? _("There are not enough days left in this session for an exercise. The next one starts on {day}.", { day: formatDay(next.first_day) })
      : _("There are not enough days left in this session for an exercise."))));
  } else {
    notes.push(noSession(next));
  }
  byId("session").replaceChildren(...notes);
}

function card(level, exercise, school) {
  const heading = element("h2.exercise__name", { id: `level-${level}` }, levelNames[level], " ",
    element("span.exercise__short", {}, shortNames[level]));
  if (!exercise) {
    return element("li.card.exercise.exercise--empty", {}, heading,
      element("p.exercise__state", {}, _("Not set up")),
      element("p.exercise__actions", {},
        element("a.button.button--secondary", {
          href: address("setup/level/", { school: school.id, level }), "aria-describedby": `level-${level}`,
        }, _("Set up a new exercise"))));
  }
  const phase = exercise.state;
  return element("li.card.exercise", { "data-phase": phase }, heading,
    element("p.exercise__state", {}, phaseTag(phase), " ", element("span.hint", {}, periodOf(exercise))),
    phase === "set_up" && progress(exercise),
    element("p.exercise__actions", {}, actions(exercise, phase, level)));
}

const phases = {
  set_up: ["", _("Being set up")],
  waiting: ["tag--info", _("Starts soon")],
  running: ["tag--success", _("Running")],
  closing: ["tag--success", _("Closing")],
  over: ["", _("Over")],
};

function phaseTag(phase) {
  const [tone, text] = phases[phase];
  return element(tone ? `span.tag.${tone}` : "span.tag", {}, text);
}

const stepNames = {
  level: _("Level and numbers"), questionnaire: _("Questionnaire"), dates: _("Dates"), activate: _("Activate"),
};

function progress(exercise) {
  const done = stepsDone(exercise);
  return element("ul.mini-steps", {}, Object.entries(stepNames).map(([key, name]) =>
    element("li", { "data-done": done.has(key) }, element("a", { href: address(`setup/${key}/`, { exercise: exercise.id }) }, name),
      done.has(key) && element("span.visually-hidden", {}, ` (${_("Done")})`))));
}

function actions(exercise, phase, level) {
  const link = (path, text, secondary = false) => element(`a.button${secondary ? ".button--secondary" : ""}`, {
    href: address(path, { exercise: exercise.id }), "aria-describedby": `level-${level}`,
  }, text);
  if (phase === "set_up") {
    const done = stepsDone(exercise);
    const next = Object.keys(stepNames).find((key) => !done.has(key));
    return [link(`setup/${next}/`, _("Continue: {step}", { step: stepNames[next] })), deletion(exercise, level)];
  }
  if (phase === "over") return [link("results/exercise/", _("See the results"))];
  return [link("setup/activate/", _("Links")), link("participation/", _("Participation"), true)];
}

function deletion(exercise, level) {
  const button = element("button.button.button--quiet", {
    type: "button", "aria-describedby": `level-${level}`,
    onclick: () => {
      const yes = element("button.button.button--warning", { type: "button", onclick: remove }, _("Yes, delete it"));
      button.replaceWith(yes);
      yes.focus();
    },
  }, _("Delete"));
  const remove = async () => {
    try {
      await send("DELETE", `/api/exercises/${exercise.id}?version=${exercise.version}`);
      location.reload();
    } catch (problem) {
      byId("status").replaceChildren(element("div.notice.notice--danger", { role: "alert" }, element("p", {}, problemText(problem))));
    }
  };
  return button;
}

function earlierItem(exercise, school) {
  const name = exerciseName(exercise.level, exercise.session_id);
  const link = (path, query, text) => element("a", { href: address(path, query) }, text, element("span.visually-hidden", {}, `: ${name}`));
  const seen = {
    over: () => link("results/exercise/", { exercise: exercise.id }, _("See the results")),
    gone: () => null,
  }[exercise.state] ?? (() => link("participation/", { exercise: exercise.id }, _("Participation")));
  return element("li", {},
    element("span", {}, element("strong", {}, name), " ", element("span.hint", {}, exercise.state === "gone" ? _("never activated") : formatPeriod(exercise.first_day, exercise.last_day))),
    element("span.earlier__links", {}, seen(), school && link("setup/level/", { school: school.id, level: exercise.level, copy_of: exercise.id }, _("Copy into a new set-up"))));
}
