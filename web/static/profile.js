// What the school says about itself, where its messages go, and who coordinates it.

import { get, problemText, send } from "./api.js";
import { byId, element } from "./dom.js";
import { onSubmit, showErrors } from "./form.js";
import { _, countryNames, formatDay, formatTime, listing } from "./messages.js";
import { levelNames } from "./names.js";
import { forget, page, showMailTroubles } from "./page.js";

const form = byId("form");
let profile;

page(async (school) => {
  const path = `/api/schools/${school.id}`;
  const [found, { countries, regions }, { sessions }] = await Promise.all([get(`${path}/profile`), get("/api/sign-ups"), get("/auth/sessions")]);
  for (const node of document.querySelectorAll("[data-level-name]")) node.textContent = levelNames[node.dataset.levelName];
  byId("country").append(...countryNames(countries).map(([code, name]) => element("option", { value: code }, name)));
  byId("country").addEventListener("change", () => offerRegions(regions));
  show(found, path);
  fillIn(found, regions);
  byId("sessions").replaceChildren(...sessions.map(sessionText));
  byId("sign-out-everywhere").addEventListener("click", signOutEverywhere);
  onSubmit(form, async () => {
    byId("saved").textContent = "";
    try {
      show(await send("PUT", `${path}/profile`, typed()), path);
    } catch (problem) {
      if (problem.code !== "changed_meanwhile") throw problem;
      return showErrors(form, [], _("Somebody else changed the profile in the meantime. Nothing was overwritten: load the page again to see it, then make your change."));
    }
    fillIn(profile, regions);
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
    kind: form.elements.kind.value, region: byId("region").value, address: byId("address").value,
    levels: [...form.elements.levels].filter((box) => box.checked).map((box) => box.value),
  };
}

function fillIn({ name, country, region, locale, kind, levels, address }, regions) {
  Object.assign(byId("name"), { value: name });
  Object.assign(byId("country"), { value: country });
  offerRegions(regions, region);
  Object.assign(byId("locale"), { value: locale });
  Object.assign(byId("address"), { value: address });
  // One by one: browsers do not choose the empty value of a group.
  for (const radio of form.elements.kind) radio.checked = radio.value === kind;
  for (const box of form.elements.levels) box.checked = levels.includes(box.value);
}

/** Offer the regions of the chosen country, where there is a list. */
function offerRegions(regions, chosen = "") {
  const list = byId("region");
  const offered = Object.entries(regions[byId("country").value] ?? {});
  byId("region-field").hidden = offered.length === 0;
  list.replaceChildren(...[["", _("Prefer not to say")], ...offered].map(([code, name]) => element("option", { value: code, selected: code === chosen }, name)));
}

/** Show what is not typed in: addresses and coordinators, and whether they can be changed now. */
function show(found, path) {
  profile = found;
  const { fresh, blocked_until: until } = profile;
  const changeable = fresh && !until;
  byId("again").hidden = fresh || Boolean(until);
  byId("again-link").href = `/auth/login?fresh=yes&return_to=${encodeURIComponent(location.pathname + location.search)}`;
  byId("blocked").hidden = !until;
  if (until) {
    byId("blocked").firstElementChild.textContent = _("Somebody at the school said that a change was not wanted. Coordinators and addresses cannot be changed until {day}.", { day: formatDay(until) });
  }
  byId("email-form").hidden = !changeable;
  const troubled = (profile.mail_troubles ?? []).map(({ email }) => email);
  showMailTroubles(profile.mail_troubles);
  byId("emails").replaceChildren(...profile.emails.map((email, place) => element("li", {},
    element("span", { dir: "ltr" }, email),
    troubled.includes(email) && [" ", again(email, path)],
    changeable && place > 0 && [" ", removal(email, path)])));
  byId("email-label").textContent = profile.emails.length > 1 ? _("Another additional address instead") : _("Additional address");
  byId("coordinators").replaceChildren(...Object.keys(roleNames).map((role) => coordinator(role, path, changeable)));
}

const roleNames = { primary: _("Primary coordinator"), secondary: _("Secondary coordinator") };

function coordinator(role, path, changeable) {
  const held = profile.coordinators.find((each) => each.role === role);
  const name = held?.you ? _("{role} (you)", { role: roleNames[role] }) : roleNames[role];
  return element("li", {}, element("span", {}, name, !held && element("span.hint", {}, ` · ${_("nobody")}`)),
    changeable && element("span.task-list__actions", {},
      link(role, "invitation", held ? _("Replace") : _("Invite somebody"), path),
      held && link(role, "removal", _("Remove"), path)));
}

/** A button that sends a link to the school once it was pressed twice. */
function link(role, what, name, path) {
  const ask = async () => {
    const said = byId("coordinators-said");
    said.textContent = "";
    try {
      await send("POST", `${path}/coordinators/${role}/${what}`);
      said.textContent = _("A link is on its way to: {addresses}", { addresses: listing(profile.emails) });
    } catch (problem) {
      said.textContent = problemText(problem);
      profile.fresh &&= problem.code !== "sign_in_again";
    }
    show(profile, path);
  };
  return twice(name, roleNames[role], _("Yes, send the link"), ask);
}

/** A button for an address at which mail did not arrive or was not wanted. */
function again(email, path) {
  const ask = async () => {
    try {
      show(await send("POST", `${path}/email/again`, { email }), path);
      byId("again-said").textContent = _("From now on everything is sent to this address again. If e-mails still come back, we say so here.");
    } catch (problem) {
      byId("again-said").textContent = problemText(problem);
    }
  };
  return element("button.button.button--quiet", { type: "button", onclick: ask },
    _("Send e-mails there again"), element("span.visually-hidden", {}, `: ${email}`));
}

function removal(email, path) {
  return twice(_("Remove"), email, _("Yes, remove it"), () => send("DELETE", `${path}/email?version=${profile.version}`).then(
    (changed) => { show(changed, path); byId("email").focus(); },
    (problem) => { byId("email-said").textContent = problemText(problem); },
  ));
}

/** A button that asks once more before it does something; `what` is read out with its name. */
function twice(name, what, yes, action) {
  const button = element("button.button.button--quiet", {
    type: "button",
    onclick: () => {
      const sure = element("button.button.button--warning", { type: "button", onclick: action }, yes);
      button.replaceWith(sure);
      sure.focus();
    },
  }, name, element("span.visually-hidden", {}, `: ${what}`));
  return button;
}

/** Say when one of the coordinator's sessions began; none is older than eight hours. */
function sessionText({ began, this: here }) {
  const time = formatTime(new Date(began));
  return element("li", {}, here ? _("Since {time}: in this browser", { time }) : _("Since {time}: in another browser, or in this one before", { time }));
}

async function signOutEverywhere() {
  try {
    const { end_session: next } = await send("DELETE", "/auth/sessions");
    forget();
    byId("status").replaceChildren(element("div.notice.notice--success", { tabindex: -1 },
      element("h2", {}, _("You are signed out everywhere")),
      element("p", {}, _("All your sessions here have ended. Your identity provider may still know you in this browser: if others use it, sign out there too.")),
      element("p", {}, element("a.button", { href: next }, _("Sign out at the identity provider")))));
    byId("status").firstElementChild.focus();
  } catch (problem) {
    byId("sessions-said").textContent = problemText(problem);
  }
}
