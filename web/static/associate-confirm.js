// The page behind the link to an old account. Opening it changes nothing; sending the form uses the link up.

import { problemText, send } from "./api.js";
import { byId, element } from "./dom.js";
import { onSubmit, showErrors } from "./form.js";
import { _ } from "./messages.js";

const form = byId("form");
const locale = document.documentElement.lang;
// The fragment is sent to no server and stands in no log.
const token = location.hash.slice(1);
// The other languages' pages need it too.
for (const link of document.querySelectorAll(".languages a")) link.hash = location.hash;
let policy = "";

send("POST", "/api/associations/link", { token }).then((link) => {
  policy = link.policy;
  byId("school").textContent = link.school;
  byId("emails").append(...link.emails.map((email) => element("li", {}, element("bdi", { dir: "ltr" }, email))));
  form.hidden = false;
}, (problem) => {
  const dead = problem.code === "unknown";
  byId("status").replaceChildren(element("div.notice.notice--warning", {},
    element("h2", {}, dead ? _("This link does not work, or no longer") : _("This page could not be loaded")),
    element("p", {}, dead ? _("A link works once, for 48 hours, and an old account is associated once. Ask for another one.") : problemText(problem)),
    element("p", {}, dead
      ? element("a.button", { href: `/${locale}/associate/` }, _("Ask for another link"))
      : element("button.button", { type: "button", onclick: () => location.reload() }, _("Load again")))));
});

onSubmit(form, async () => {
  if (!byId("policy").checked) {
    return showErrors(form, [{ field: "policy", text: _("Tick the box if you agree: without it the account cannot be used.") }]);
  }
  const { log_in: next } = await send("POST", "/api/associations/confirmation", { token, policy, locale });
  location.assign(next);
});
