// An account of the former system: its address and, where the page has a field for it, its password.

import { get } from "./api.js";
import { byId, element } from "./dom.js";
import { showProblem } from "./form.js";
import { linkRequest } from "./link-request.js";
import { _, formatDay } from "./messages.js";

const password = byId("password");

get("/api/associations").then(({ until }) => {
  if (until) {
    byId("status").replaceChildren(element("p", {}, _("This is possible until {day}.", { day: formatDay(until) })));
    if (byId("forgotten")) byId("forgotten").hidden = false;
    linkRequest({ path: password ? "/api/associations" : "/api/associations/forgotten", check, body });
  } else {
    byId("status").replaceChildren(element("div.notice.notice--warning", {},
      element("h2", {}, _("Old accounts can no longer be associated")),
      element("p", {}, _("What was kept of their passwords has been deleted. Sign your school up instead.")),
      element("p", {}, element("a.button", { href: `/${document.documentElement.lang}/sign-up/` }, _("Sign up your school")))));
  }
}, (problem) => showProblem(byId("status"), problem));

function check() {
  const errors = [];
  if (!byId("email").value.trim()) errors.push({ field: "email", text: _("Give the address of the old account.") });
  if (password && !password.value) errors.push({ field: "password", text: _("Give the password of the old account, or choose the link below if you do not remember it.") });
  return errors;
}

function body() {
  return { email: byId("email").value, ...(password && { password: password.value }) };
}
