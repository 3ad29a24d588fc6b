// Step 4: check everything, confirm that people know, activate, and hand out the links.

import { confirmed, mistakes, prepareConfirmation } from "./activation-form.js";
import { showSummary } from "./activation-summary.js";
import { get, send } from "./api.js";
import { byId, element } from "./dom.js";
import { onSubmit, showErrors } from "./form.js";
import { showLinks } from "./links.js";
import { _ } from "./messages.js";
import { address, exerciseId, frozenNotice, locale, showSteps, step } from "./page.js";
import { previews } from "./previews.js";

const form = byId("form");
let exercise;

step(async (loaded) => {
  byId("back").href = address("setup/dates/");
  await show(loaded.exercise);
  if (exercise.state === "set_up") await prepareConfirmation(loaded.school, loaded.calendar);
  byId("previews").replaceChildren(previews(exercise, (text) => { byId("preview-said").textContent = text; }));
  onSubmit(form, activate, refused);
});

async function show(shown) {
  exercise = shown;
  showSteps(exercise);
  const editable = exercise.state === "set_up";
  byId("confirm").hidden = !editable;
  byId("check-heading").textContent = editable ? _("Check what you have set up") : _("What has been set up");
  showLinks(exercise);
  if (exercise.state === "gone") byId("links-place").replaceChildren(frozenNotice(exercise));
  byId("companies").hidden = exercise.state === "gone" || !exercise.numbers.in_company_trainer;
  byId("companies").firstElementChild.href = address("setup/companies/");
  showSummary(exercise, await get(`/api/exercises/${exerciseId}/questionnaire?locale=${locale}`));
}

async function activate() {
  const errors = mistakes();
  if (errors.length) return showErrors(form, errors);
  await show(await send("POST", `/api/exercises/${exerciseId}/activation`, { version: exercise.version, ...confirmed() }));
  byId("links-place").querySelector("h2").focus();
}

/** Somebody else was faster: show what there is now, and let it be checked again. */
async function refused({ code, errors }) {
  for (const error of errors) if (error.field === "first_day") error.text = _("The first day has passed: choose the dates again.");
  if (code === "changed_meanwhile") {
    await show(await get(`/api/exercises/${exerciseId}`));
    byId("sure").checked = false;
    return _("Somebody else changed this set-up in the meantime. The list above shows it as it is now: check it again, then activate.");
  }
  if (code === "exercise_frozen") {
    await show(await get(`/api/exercises/${exerciseId}`));
    byId("links-place").prepend(element("div.notice", {}, element("p", {}, _("Somebody else has activated the links in the meantime. Here they are."))));
    byId("links-place").querySelector("h2").focus();
  }
  return undefined;
}
