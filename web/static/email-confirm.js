// The page behind the link to an additional address. Opening it changes nothing; sending the form uses the link up.

import { problemText, send } from "./api.js";
import { byId, element } from "./dom.js";
import { onSubmit } from "./form.js";
import { _ } from "./messages.js";

const form = byId("form");
// The fragment is sent to no server and stands in no log.
const token = location.hash.slice(1);
for (const link of document.querySelectorAll(".languages a")) link.hash = location.hash;

send("POST", "/api/emails/link", { token }).then(({ school, email }) => {
  byId("question").textContent = _("Shall messages of {school} come to {email} too?", { school, email });
  form.hidden = false;
}, (problem) => {
  byId("status").replaceChildren(element("div.notice.notice--warning", {}, element("p", {},
    problem.code === "unknown" ? _("This link does not work, or no longer. A link works once, for 48 hours.") : problemText(problem))));
});

onSubmit(form, async () => {
  await send("POST", "/api/emails/confirmation", { token });
  form.hidden = true;
  byId("status").replaceChildren(element("div.notice.notice--success", {},
    element("p", {}, _("The address is confirmed. All addresses of the school have been told."))));
});
