// Sign-up: an address and a consent; then where to look for the link.

import { get } from "./api.js";
import { byId } from "./dom.js";
import { showProblem } from "./form.js";
import { linkRequest } from "./link-request.js";
import { _ } from "./messages.js";

// The page of companies says so.
const company = byId("form").dataset.for === "company";
let policy = "";

get("/api/sign-ups").then((known) => { policy = known.policy; }, (problem) => showProblem(byId("form"), problem));

linkRequest({
  path: "/api/sign-ups",
  check() {
    const errors = [];
    if (!byId("email").value.trim()) errors.push({ field: "email", text: company ? _("Give the address of your company.") : _("Give the address of your school.") });
    if (!byId("policy").checked) errors.push({ field: "policy", text: _("Tick the box if you agree: without it no account can be made.") });
    return errors;
  },
  body: () => ({ email: byId("email").value, policy, company }),
});
