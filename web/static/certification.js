// The coordinator's certificate: a name is typed, goes into the PDF and is kept nowhere. And the school's badges.

import { get, Problem, problemText, whoAmI } from "./api.js";
import { byId, element } from "./dom.js";
import { onSubmit } from "./form.js";
import { _ } from "./messages.js";
import { sessionName } from "./names.js";
import { locale, page } from "./page.js";
import { showBadges } from "./school-badges.js";

const OVER = ["viewable", "completion_too_low", "being_made"];
const LONGEST_NAME = 80;

page(async (school) => {
  const [{ sessions }] = await Promise.all([get(`/api/schools/${school.id}/results`), showBadges(school)]);
  const over = sessions.filter(({ levels }) => levels.some(({ state }) => OVER.includes(state)));
  byId("certificate").replaceChildren(over.length > 0 ? certificateForm(school, over)
    : element("div.notice", {}, element("p", {}, _("No exercise of your school is over yet."))));
});

function certificateForm(school, sessions) {
  const session = element("select.input", { id: "session" }, sessions.map(({ id }) => element("option", { value: id }, sessionName(id))));
  const name = element("input.input", { id: "name", name: "name", autocomplete: "off", maxlength: LONGEST_NAME, "aria-describedby": "name-hint" });
  const said = element("p", { role: "status" });
  const form = element("form", { novalidate: true },
    element("div.field", {}, element("label", { for: "session" }, _("Session")), session),
    element("div.field", {}, element("label", { for: "name" }, _("Your name")),
      element("p.hint", { id: "name-hint" }, _("It is printed on the certificate and not kept. Without a name there is a line to write it on.")), name),
    element("button.button", {}, _("Make the certificate")), said);
  onSubmit(form, async () => {
    said.textContent = _("The certificate is being made …");
    try {
      save(await make(school, session.value, name.value), `certificate-${session.value}.pdf`);
      said.textContent = _("The certificate was saved.");
    } catch (problem) {
      said.textContent = problem.errors?.length ? "" : problemText(problem);
      if (problem.errors?.length) throw problem;
    }
  });
  return form;
}

async function make(school, session, name) {
  const { csrf_token: token } = await whoAmI();
  let answer;
  try {
    answer = await fetch(`/api/schools/${school.id}/sessions/${session}/certificate`, {
      method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": token }, body: JSON.stringify({ name, locale }),
    });
  } catch {
    throw new Problem(0, { code: "network" });
  }
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => undefined));
  return answer.blob();
}

function save(content, name) {
  const link = element("a", { href: URL.createObjectURL(content), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}
