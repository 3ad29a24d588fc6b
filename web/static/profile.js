// What the school says about itself, where its messages go, and who coordinates it.

import { get, problemText, send } from "./api.js";
import { byId, element } from "./dom.js";
import { onSubmit, showErrors } from "./form.js";
import { _, countryNames } from "./messages.js";
import { levelNames } from "./names.js";
import { page } from "./page.js";

const form = byId("form");
let profile;

page(async (school) => {
  const path = `/api/schools/${school.id}`;
  const [found, { countries }] = await Promise.all([get(`${path}/profile`), get("/api/sign-ups")]);
  for (const node of document.querySelectorAll("[data-level-name]")) node.textContent = levelNames[node.dataset.levelName];
  byId("country").append(...countryNames(countries).map(([code, name]) => element("option", { value: code }, name)));
  show(found, path);
  fillIn(found);
  onSubmit(form, async () => {
    byId("saved").textContent = "";
    try {
      show(await send("PUT", `${path}/profile`, typed()), path);
    } catch (problem) {
      if (problem.code !== "changed_meanwhile") throw problem;
      return showErrors(form, [], _("Somebody else changed the profile in the meantime. Nothing was overwritten: load the page again to see it, then make your change."));
    }
    fillIn(profile);
    byId("saved").textContent = _("Saved.");
  });
  onSubmit(byId("email-form"), async () => {
    byId("email-said").textContent = "";
    await send("POST", `${path}/email`, { email: byId("email").value });
    byId("email-said").textContent = _("If the address can be used, a message with a link is on its way to it. The link works once, for 48 hours.");
  });
});

function typed() {
  return {
    version: profile.version, name: byId("name").value, country: byId("country").value, locale: byId("locale").value,
    kind: form.elements.kind.value, address: byId("address").value,
    levels: [...form.elements.levels].filter((box) => box.checked).map((box) => box.value),
  };
}

function fillIn({ name, country, locale, kind, levels, address }) {
  Object.assign(byId("name"), { value: name });
  Object.assign(byId("country"), { value: country });
  Object.assign(byId("locale"), { value: locale });
  Object.assign(byId("address"), { value: address });
  // One by one: browsers do not choose the empty value of a group.
  for (const radio of form.elements.kind) radio.checked = radio.value === kind;
  for (const box of form.elements.levels) box.checked = levels.includes(box.value);
}

/** Show what is not typed in: addresses and coordinators. */
function show(found, path) {
  profile = found;
  byId("emails").replaceChildren(...profile.emails.map((email, place) => element("li", {},
    element("span", { dir: "ltr" }, email), place > 0 && " ", place > 0 && removal(email, path))));
  byId("email-label").textContent = profile.emails.length > 1 ? _("Another additional address instead") : _("Additional address");
  byId("coordinators").replaceChildren(...profile.coordinators.map(({ role, you }) =>
    element("li", {}, roleNames[role], you && ` (${_("you")})`)));
}

const roleNames = { primary: _("Primary coordinator"), secondary: _("Secondary coordinator") };

function removal(email, path) {
  const button = element("button.button.button--quiet", {
    type: "button",
    onclick: () => {
      const yes = element("button.button.button--warning", { type: "button", onclick: remove }, _("Yes, remove it"));
      button.replaceWith(yes);
      yes.focus();
    },
  }, _("Remove"), element("span.visually-hidden", {}, `: ${email}`));
  const remove = () => send("DELETE", `${path}/email?version=${profile.version}`).then(
    (changed) => { show(changed, path); byId("email").focus(); },
    (problem) => { byId("email-said").textContent = problemText(problem); },
  );
  return button;
}
