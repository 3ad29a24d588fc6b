// Step 1: the education level, and how many people of each group take part.

import { get, send } from "./api.js";
import { noSession } from "./between-sessions.js";
import { byId, element } from "./dom.js";
import { onSubmit, showErrors } from "./form.js";
import { _, listing, ngettext } from "./messages.js";
import { exerciseName, groupNames, levelNames } from "./names.js";
import { address, exerciseId, frozenNotice, parameters, step } from "./page.js";
import { fewestShown, groups, groupsOf, levels, minimumRates, numberBounds } from "./rules.js";

const form = byId("form");
const field = (group) => byId(`numbers.${group}`);

let exercise;

step(async ({ exercise: loaded, calendar, school }) => {
  exercise = loaded;
  for (const node of document.querySelectorAll("[data-level-name]")) node.textContent = levelNames[node.dataset.levelName];
  if (exercise) showExisting();
  else {
    offerLevels(await get(`/api/schools/${school.id}/exercises`), calendar);
    // An extra: a set-up can begin without it.
    const { exercises } = await get(`/api/schools/${school.id}/templates`).catch(() => ({ exercises: [] }));
    offerTemplates(exercises);
    const { levels } = await get(`/api/schools/${school.id}/profile`).catch(() => ({ levels: [] }));
    adviseOnLevels(levels);
  }
  for (const group of groups) field(group).addEventListener("input", () => showAdvice(group));
  form.addEventListener("change", showGroups);
  showGroups();
  if (!exercise && !calendar.current) {
    for (const control of form.elements) control.disabled = true;
    form.prepend(noSession(calendar.next));
  }
  onSubmit(form, () => save(school), refused);
});

function showExisting() {
  byId("level-choice").hidden = true;
  form.elements.level.value = exercise.level;
  for (const [group, number] of Object.entries(exercise.numbers)) field(group).value = number;
  if (exercise.state !== "set_up") {
    for (const control of form.elements) control.disabled = true;
    form.querySelector("[type=submit]").hidden = true;
    form.prepend(frozenNotice(exercise));
  }
}

function offerLevels({ exercises }, { current }) {
  const taken = new Set(exercises.filter((e) => e.session_id === current?.id).map((e) => e.level));
  for (const radio of form.elements.level) {
    radio.disabled = taken.has(radio.value);
    radio.checked = !radio.disabled && radio.value === parameters.get("level");
  }
  for (const note of document.querySelectorAll("[data-level-note]")) {
    if (taken.has(note.dataset.levelNote)) note.textContent = ` · ${_("already set up in this session")}`;
  }
}

/** A school of several levels is told to ask each by itself, and which one to choose where that is not possible. */
function adviseOnLevels(ofSchool) {
  const [lowest, ...others] = levels.filter((level) => ofSchool.includes(level)).map((level) => levelNames[level]);
  if (others.length === 0) return;
  byId("several").textContent = _("Your school has several levels: {levels}. Best set up an exercise for each. If this one has to cover several of them, choose the lowest: {lowest}.", {
    levels: listing([lowest, ...others]), lowest,
  });
}

/** Offer what was set up before, activated or not; choosing fills in level and numbers as far as they are free. */
function offerTemplates(templates) {
  const select = byId("copy_of");
  byId("template-choice").hidden = templates.length === 0;
  select.append(...templates.map(({ id, level, session_id: session }) =>
    element("option", { value: id }, exerciseName(level, session))));
  const take = () => {
    const template = templates.find(({ id }) => id === select.value);
    if (!template) return;
    const radio = [...form.elements.level].find(({ value }) => value === template.level);
    if (!form.elements.level.value && !radio.disabled) radio.checked = true;
    for (const [group, count] of Object.entries(template.numbers)) field(group).value = count;
    showGroups();
  };
  select.addEventListener("change", take);
  if (!templates.some(({ id }) => id === parameters.get("copy_of"))) return;
  select.value = parameters.get("copy_of");
  take();
}

/** The groups that the chosen level addresses; trainers stay hidden until it is the vocational one. */
const addressed = () => groupsOf[form.elements.level.value] ?? groupsOf.primary;

function showGroups() {
  for (const group of groups) {
    field(group).closest(".field").hidden = !addressed().includes(group);
    showAdvice(group);
  }
  note("over-nine", form.elements.level.value === "primary");
}

/** Say beside a number what follows from it. */
function showAdvice(group) {
  showMinimum(group);
  const invited = field(group).valueAsNumber;
  note(`small-${group}`, invited > 0 && invited < fewestShown);
  if (group === "in_company_trainer") note("texts-lost", !(invited > 0) && exercise?.own_statements.some(({ texts }) => texts[group]));
}

/** Say something, or nothing any more; only what is new is read out. */
function note(id, applies) {
  const place = byId(id);
  const text = applies ? place.dataset.text : "";
  if (place.textContent !== text) place.textContent = text;
}

function showMinimum(group) {
  const place = byId(`minimum-${group}`);
  const invited = field(group).valueAsNumber;
  const [fewest, most] = numberBounds[group];
  const fits = Number.isInteger(invited) && invited >= Math.max(fewest, 1) && invited <= most;
  const required = fits && minimumRates[group] ? minimum(group, invited) : null;
  place.textContent = required === null ? "" : ngettext("At least {n} person should answer", "At least {n} people should answer", required);
}

/** How many should take part: the rate for a group of this size, rounded down, at least one. */
function minimum(group, invited) {
  const [, rate] = minimumRates[group].find(([most]) => most === null || invited <= most);
  return Math.max(1, Math.floor((invited * rate) / 100));
}

function mistakes() {
  const errors = [];
  if (!form.elements.level.value) errors.push({ field: "level", text: _("Choose an education level.") });
  for (const group of addressed()) {
    const [fewest, most] = numberBounds[group];
    const number = field(group).value === "" && fewest === 0 ? 0 : field(group).valueAsNumber;
    if (!Number.isInteger(number) || number < fewest || number > most) {
      errors.push({ field: `numbers.${group}`, text: _("Give a whole number from {fewest} to {most}.", { fewest, most }) });
    }
  }
  return errors;
}

/** Somebody else was faster: what was typed stays, and is saved next time on top of what is stored now. */
async function refused({ code }) {
  if (code !== "changed_meanwhile") return undefined;
  exercise = await get(`/api/exercises/${exerciseId}`);
  const numbers = Object.entries(exercise.numbers).filter(([, n]) => n > 0).map(([group, n]) => _("{name}: {value}", { name: groupNames[group], value: n }));
  return _("Somebody else changed this set-up in the meantime. Nothing was overwritten, and what you typed is still here. Stored now: {stored}. Save again to keep yours.", { stored: listing(numbers) });
}

async function save(school) {
  const errors = mistakes();
  if (errors.length) return showErrors(form, errors);
  const level = form.elements.level.value;
  const numbers = Object.fromEntries(addressed().map((group) => [group, field(group).valueAsNumber || 0]));
  const saved = exercise
    ? await send("PUT", `/api/exercises/${exercise.id}/numbers`, { version: exercise.version, numbers })
    : await send("POST", `/api/schools/${school.id}/exercises`, { level, numbers, copy_of: form.elements.copy_of.value || null });
  location.assign(address("setup/questionnaire/", { exercise: saved.id }));
}
