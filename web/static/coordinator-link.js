// The page behind a link that changes who coordinates a school. Opening it changes nothing; sending the form uses it up.

import { problemText, send } from "./api.js";
import { byId, element } from "./dom.js";
import { onSubmit } from "./form.js";
import { _, formatDay } from "./messages.js";

const form = byId("form");
const { kind } = form.dataset;
// The fragment is sent to no server and stands in no log.
const token = location.hash.slice(1);
for (const link of document.querySelectorAll(".languages a")) link.hash = location.hash;

const questions = {
  invitation: {
    primary: ({ school }) => _("Do you want to be the primary coordinator of {school}?", { school }),
    secondary: ({ school }) => _("Do you want to be the secondary coordinator of {school}?", { school }),
  },
  removal: {
    primary: ({ school }) => _("Shall the primary coordinator of {school} be removed?", { school }),
    secondary: ({ school }) => _("Shall the secondary coordinator of {school} be removed?", { school }),
  },
  undo: {
    primary: ({ school }) => _("Shall the change of the primary coordinator of {school} be taken back?", { school }),
    secondary: ({ school }) => _("Shall the change of the secondary coordinator of {school} be taken back?", { school }),
  },
};

send("POST", `/api/coordinator-links/${kind}`, { token }).then((shown) => {
  byId("question").textContent = questions[kind][shown.role](shown);
  if (shown.replaces) document.getElementById("replaces")?.removeAttribute("hidden");
  form.hidden = false;
}, (problem) => {
  byId("status").replaceChildren(element("div.notice.notice--warning", {}, element("p", {},
    problem.code === "unknown" ? _("This link does not work, or no longer. A link works once, for 7 days.") : problemText(problem))));
});

onSubmit(form, async () => {
  const answer = await send("POST", `/api/coordinator-links/${kind}/confirmation`, { token });
  if (answer.log_in) return location.assign(answer.log_in);
  form.hidden = true;
  byId("status").replaceChildren(element("div.notice.notice--success", {},
    element("p", {}, kind === "removal"
      ? _("The coordinator is removed. All addresses of the school have been told.")
      : _("The change is taken back. Coordinators and addresses of the school cannot be changed until {day}.", { day: formatDay(answer.blocked_until) }))));
});
