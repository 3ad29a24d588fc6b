// Step 4: check everything, activate, and hand out the links.

import { get, problemText, send } from "./api.js";
import { byId, element, groupLabel } from "./dom.js";
import { onSubmit, showErrors } from "./form.js";
import { invitation } from "./invitation.js";
import { _, formatWeekday, listing, ngettext, number } from "./messages.js";
import { groupNames, levelNames, sessionName } from "./names.js";
import { address, exerciseId, isUnderWay, locale, showSteps, step } from "./page.js";

step(async ({ exercise }) => {
  byId("back").href = address("setup/dates/");
  const questionnaire = await get(`/api/exercises/${exerciseId}/questionnaire?locale=${locale}`);
  showSummary(exercise, questionnaire);
  show(exercise);
  const form = byId("form");
  onSubmit(form, async () => {
    if (!byId("sure").checked) return showErrors(form, [{ field: "sure", text: _("Tick the box to say that you have checked everything.") }]);
    show(await send("POST", `/api/exercises/${exerciseId}/activation`, { version: exercise.version }));
    byId("links-place").querySelector("h2").focus();
  });
});

function show(exercise) {
  showSteps(exercise);
  const active = exercise.links !== null;
  byId("confirm").hidden = active;
  byId("check-heading").textContent = active ? _("What has been set up") : _("Check what you have set up");
  byId("links-place").replaceChildren(...(active ? linkCards(exercise) : []));
}

function showSummary(exercise, { areas }) {
  const editable = exercise.state === "set_up";
  const row = (name, value, path) => element("div", {}, element("dt", {}, name), element("dd", {}, value),
    path && editable && element("dd", {}, element("a", { href: address(path) }, _("Change"), element("span.visually-hidden", {}, ` (${name})`))));
  const statements = areas.flatMap((area) => area.statements);
  const core = statements.filter(({ status }) => status === "core").length;
  const chosen = exercise.optional_statements.map((code) => statements.find((s) => s.code === code)?.topic ?? code);
  byId("summary").replaceChildren(
    row(_("Education level"), levelNames[exercise.level]),
    row(_("Session"), sessionName(exercise.session_id)),
    row(_("People invited"), element("ul.plain", {}, Object.entries(exercise.numbers).filter(([, n]) => n > 0).map(([group, n]) =>
      element("li", {}, groupLabel(group, _("{name}: {value}", { name: groupNames[group], value: number(n) })),
        exercise.required[group] ? element("span.hint", {}, " · ", ngettext("At least {n} person should answer", "At least {n} people should answer", exercise.required[group])) : null))), "setup/level/"),
    row(_("Core statements"), ngettext("{n} statement", "{n} statements", core)),
    row(_("Optional statements"), chosen.length ? listing(chosen) : _("None"), "setup/questionnaire/"),
    row(_("Statements of your own"), exercise.own_statements.length
      ? element("ul.plain", {}, exercise.own_statements.map(({ texts, locale: lang }) => element("li", { lang, dir: "auto" }, Object.values(texts)[0].text)))
      : _("None"), "setup/questionnaire/"),
    row(_("First day"), exercise.first_day ? formatWeekday(exercise.first_day) : _("Not chosen yet"), "setup/dates/"),
    row(_("Last day"), exercise.last_day ? formatWeekday(exercise.last_day) : _("Not chosen yet"), "setup/dates/"),
  );
}

function linkCards(exercise) {
  return [
    element("h2", { tabindex: "-1" }, _("The links are ready")),
    element("div.notice.notice--success", {}, element("p", {},
      _("They answer from {first} to {last}. Give each group only its own link.", { first: formatWeekday(exercise.first_day), last: formatWeekday(exercise.last_day) }))),
    element("ul.links", {}, Object.entries(exercise.links).map(([group, path]) => linkCard(exercise, group, path))),
    element("p", {}, element("a.button.button--secondary", { href: address("participation/") }, _("Follow the participation"))),
  ];
}

function linkCard(exercise, group, path) {
  const url = new URL(path, location.origin).href;
  const said = element("span", { role: "status", class: "link__said" });
  const copy = element("button.button", { type: "button", onclick: () => copyText(url, said) },
    _("Copy the link"), element("span.visually-hidden", {}, `: ${groupNames[group]}`));
  return element("li.card.link", { "data-group": group },
    element("h3", {}, groupLabel(group, groupNames[group])),
    element("p", {}, element("code.link__address", {}, url)),
    element("p.link__actions", {}, copy, said),
    isUnderWay(exercise) && invitation(exercise, group, url),
    isUnderWay(exercise) && replacement(exercise, group));
}

async function copyText(text, said) {
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = _("Copied");
  } catch {
    said.textContent = _("Your browser does not allow copying. Please select the link and copy it yourself.");
  }
}

function replacement(exercise, group) {
  const said = element("p", { role: "alert" });
  const replace = async () => {
    try {
      show(await send("POST", `/api/exercises/${exercise.id}/links/${group}/replacement`));
      byId("links-place").querySelector("h2").focus();
    } catch (problem) {
      said.textContent = problemText(problem);
    }
  };
  return element("details", {}, element("summary", {}, _("Replace this link"), element("span.visually-hidden", {}, `: ${groupNames[group]}`)),
    element("p", {}, _("If the link fell into the wrong hands, make a new one. The old one stops at once, and what was sent so far stays counted.")),
    said,
    element("p", {}, element("button.button.button--warning", { type: "button", onclick: replace }, _("Make a new link and stop the old one"))));
}
