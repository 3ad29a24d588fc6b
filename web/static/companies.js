// The school lets companies join: codes that are shown once, and who has joined.

import { get, problemText, send } from "./api.js";
import { copyButton } from "./copy.js";
import { byId, element } from "./dom.js";
import { _, ngettext } from "./messages.js";
import { levelNames, sessionName } from "./names.js";
import { exerciseId, locale, page } from "./page.js";

page(async () => {
  const exercise = await get(`/api/exercises/${exerciseId}`);
  byId("exercise-name").hidden = false;
  byId("exercise-name").textContent = `${levelNames[exercise.level]} · ${sessionName(exercise.session_id)}`;
  byId("address").textContent = new URL(`/${locale}/company/sign-up/`, location.origin).href;
  byId("make").disabled = ["closing", "over", "gone"].includes(exercise.state);
  byId("make").addEventListener("click", make);
  await showJoined();
});

async function make() {
  byId("problem").replaceChildren();
  byId("make").disabled = true;
  try {
    const { code } = await send("POST", `/api/exercises/${exerciseId}/company-codes`);
    byId("codes").append(element("li", {}, element("code.code", { dir: "ltr" }, code), " ", copyButton(code, _("Copy the code"), code)));
  } catch (problem) {
    if (problem.code === undefined) throw problem;
    byId("problem").replaceChildren(element("div.notice.notice--danger", {}, element("p", {}, problemText(problem))));
  } finally {
    byId("make").disabled = false;
  }
}

async function showJoined() {
  const { companies, trainers } = await get(`/api/exercises/${exerciseId}/companies`);
  byId("joined").replaceChildren(...companies.map(({ name, has_link: ready }) =>
    element("li", {}, element("bdi", {}, name), " ", element("span.tag", {}, ready ? _("has its link") : _("has no link yet")))));
  byId("trainers").textContent = companies.length
    ? ngettext("Together they have invited {n} trainer.", "Together they have invited {n} trainers.", trainers, { n: trainers })
    : _("None so far.");
}
