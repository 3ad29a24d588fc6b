// The page behind the link of a sign-up. Opening it changes nothing; sending the form uses the link up.

import { get, problemText, send } from "./api.js";
import { byId, element } from "./dom.js";
import { fieldText } from "./field-texts.js";
import { onSubmit, showErrors } from "./form.js";
import { _, countryNames } from "./messages.js";

const form = byId("form");
// The fragment is sent to no server and stands in no log.
const token = location.hash.slice(1);
// The other languages' pages need it too.
for (const link of document.querySelectorAll(".languages a")) link.hash = location.hash;

load();

async function load() {
  try {
    const [link, { countries }] = await Promise.all([
      send("POST", "/api/sign-ups/link", { token }), get("/api/sign-ups"),
    ]);
    byId("address").textContent = link.email;
    byId("country").append(...countryNames(countries).map(([code, name]) => element("option", { value: code }, name)));
    form.hidden = false;
  } catch (problem) {
    if (problem.code === undefined) throw problem;
    byId("status").replaceChildren(refusal(problem));
  }
}

onSubmit(form, async () => {
  const missing = ["name", "country"].filter((field) => !byId(field).value.trim());
  if (missing.length) return showErrors(form, missing.map((field) => ({ field, text: fieldText({ field, code: "missing" }) })));
  const { log_in: next } = await send("POST", "/api/sign-ups/confirmation", {
    token, name: byId("name").value, country: byId("country").value, locale: byId("locale").value,
  });
  location.assign(next);
});

function refusal(problem) {
  const dead = problem.code === "unknown";
  return element("div.notice.notice--warning", {},
    element("h2", {}, dead ? _("This link does not work, or no longer") : _("This page could not be loaded")),
    element("p", {}, dead ? _("A link works once, for 48 hours, and an address has one account. Ask for another one.") : problemText(problem)),
    element("p", {}, dead
      ? element("a.button", { href: location.pathname.includes("/company/") ? "../sign-up/" : `/${document.documentElement.lang}/sign-up/` }, _("Ask for another link"))
      : element("button.button", { type: "button", onclick: () => location.reload() }, _("Load again"))));
}
