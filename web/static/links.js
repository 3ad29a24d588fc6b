// The links of an active exercise: to copy, to send with a text, and to replace.

import { problemText, send } from "./api.js";
import { byId, element, groupLabel } from "./dom.js";
import { invitation } from "./invitation.js";
import { _, formatWeekday } from "./messages.js";
import { groupNames } from "./names.js";
import { address, isUnderWay } from "./page.js";

/** Show the links of an active exercise; before activation there are none. */
export function showLinks(exercise) {
  byId("links-place").replaceChildren(...(exercise.links === null ? [] : [
    element("h2", { tabindex: "-1" }, _("The links are ready")),
    element("div.notice.notice--success", {}, element("p", {},
      _("They answer from {first} to {last}. Give each group only its own link.", { first: formatWeekday(exercise.first_day), last: formatWeekday(exercise.last_day) }))),
    element("ul.links", {}, Object.entries(exercise.links).map(([group, path]) => linkCard(exercise, group, path))),
    element("p", {}, element("a.button.button--secondary", { href: address("participation/") }, _("Follow the participation"))),
  ]));
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
      showLinks(await send("POST", `/api/exercises/${exercise.id}/links/${group}/replacement`));
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
