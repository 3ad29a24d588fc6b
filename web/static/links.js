// The links of an active exercise: to copy, to send with a text, and to replace.

import { problemText, send } from "./api.js";
import { copyText } from "./clipboard.js";
import { byId, element, groupLabel } from "./dom.js";
import { invitation } from "./invitation.js";
import { languageChoice } from "./languages.js";
import { _, formatWeekday } from "./messages.js";
import { groupNames } from "./names.js";
import { address, isUnderWay } from "./page.js";
import { slipSheets } from "./slips.js";

/** Show the links of an active exercise; before activation there are none. */
export function showLinks(exercise) {
  byId("links-place").replaceChildren(...(exercise.links === null ? [] : [
    element("h2", { tabindex: "-1" }, _("The links are ready")),
    element("div.notice.notice--success", {}, element("p", {},
      _("They work from {first} to {last}. Give each group only its own link.", { first: formatWeekday(exercise.first_day), last: formatWeekday(exercise.last_day) }))),
    element("p.link__actions", {}, copyAll(exercise)),
    element("ul.links", {}, Object.entries(exercise.links).map(([group, path]) => linkCard(exercise, group, path))),
    element("p", {}, element("a.button.button--secondary", { href: address("participation/") }, _("Follow the participation"))),
  ]));
}

const urlOf = (path) => new URL(path, location.origin).href;

function copyAll({ links }) {
  const said = element("span", { role: "status", class: "link__said" });
  const all = Object.entries(links).map(([group, path]) => _("{name}: {value}", { name: groupNames[group], value: urlOf(path) })).join("\n");
  return [element("button.button.button--secondary", { type: "button", onclick: () => copyText(all, said) }, _("Copy all links")), said];
}

function linkCard(exercise, group, path) {
  const url = urlOf(path);
  const said = element("span", { role: "status", class: "link__said" });
  const copy = element("button.button", { type: "button", onclick: () => copyText(url, said) },
    _("Copy the link"), element("span.visually-hidden", {}, `: ${groupNames[group]}`));
  return element("li.card.link", { "data-group": group },
    element("h3", {}, groupLabel(group, groupNames[group])),
    element("p", {}, element("code.link__address", {}, url)),
    element("p.link__actions", {}, copy, said),
    isUnderWay(exercise) && sheet(exercise, group, path),
    slipSheets(exercise, group),
    isUnderWay(exercise) && invitation(exercise, group, url),
    isUnderWay(exercise) && replacement(exercise, group));
}

/** The link as a code to scan, and a page to hang up or hand out. */
function sheet({ id }, group, path) {
  const base = `/api/exercises/${id}/links/${group}`;
  // The path in the address makes the browser fetch the code of a replaced link anew.
  const code = `${base}/qr-code?of=${encodeURIComponent(path)}`;
  const print = element("a", { download: "" }, _("Download the sheet (PDF)"), element("span.visually-hidden", {}, `: ${groupNames[group]}`));
  const point = () => { print.href = `${base}/sheet?locale=${language.value}`; };
  const language = languageChoice({ "aria-label": _("Language of the sheet"), onchange: point });
  point();
  return element("details.link__sheet", {}, element("summary", {}, _("QR code and sheet to print"), element("span.visually-hidden", {}, `: ${groupNames[group]}`)),
    element("p", {}, element("a", { href: code, target: "_blank" },
      element("img.link__code", { src: code, width: 160, height: 160, loading: "lazy", alt: _("QR code of this link; opens in a new tab, large enough for a whole class") }))),
    element("p", {}, language), element("p", {}, print));
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
    exercise.slips[group] && element("p", {}, _("Slips that were printed before stop with it: print new ones.")),
    said,
    element("p", {}, element("button.button.button--warning", { type: "button", onclick: replace }, _("Make a new link and stop the old one"))));
}
