// The school's badges: what a session lacks for one, asking for it, and taking it home.

import { get, problemText, send } from "./api.js";
import { copyText } from "./clipboard.js";
import { byId, element } from "./dom.js";
import { _, formatDay } from "./messages.js";
import { levelNames, sessionName } from "./names.js";
import { locale } from "./page.js";

const criteriaNames = {
  all_three_groups: _("School leaders, teachers and students all took part."),
  more_than_ten: _("More than 10 of them answered in this exercise."),
};
const PICTURE_SIZE = 200;

/** Show every session that is over, newest first. */
export async function showBadges(school) {
  const { sessions } = await get(`/api/schools/${school.id}/badges`);
  byId("badges").replaceChildren(...(sessions.length > 0 ? sessions.map((session) => sessionCard(school, session))
    : [element("div.notice", {}, element("p", {}, _("A badge can be asked for from the day after the last day of an exercise.")))]));
}

function sessionCard(school, session) {
  const { id, badge } = session;
  return element("section.card.session-badge", { "aria-labelledby": `badge-${id}` },
    element("h3", { id: `badge-${id}`, tabindex: "-1" }, sessionName(id), " ", state(session)),
    badge === null ? criteria(school, session) : badge.revoked ? revoked() : issued(id, badge));
}

function state({ badge, earned }) {
  if (badge?.revoked) return element("span.tag.tag--warning", {}, _("Revoked"));
  if (badge !== null) return element("span.tag.tag--success", {}, _("Issued"));
  return earned ? element("span.tag.tag--info", {}, _("Can be asked for")) : element("span.tag", {}, _("Criteria not met"));
}

function criteria(school, { id, earned, levels }) {
  const said = element("p", { role: "status" });
  const ask = async () => {
    said.textContent = _("The badge is being signed …");
    try {
      await send("POST", `/api/schools/${school.id}/sessions/${id}/badge`, { locale });
      await showBadges(school);
      byId(`badge-${id}`).focus();
    } catch (problem) {
      said.textContent = problemText(problem);
    }
  };
  return [
    element("p", {}, earned ? _("One exercise of the session meets all criteria.") : _("No exercise of the session meets all criteria, so there is no badge for it.")),
    ...levels.map(({ level, criteria: met }) => element("div", {},
      element("h4", {}, levelNames[level]),
      element("ul.criteria", {}, Object.entries(met).map(([name, is]) => element("li", { "data-met": String(is) },
        element("strong", {}, is ? _("Met:") : _("Not met:")), " ", criteriaNames[name]))))),
    earned && element("p", {}, element("button.button", { type: "button", onclick: ask },
      _("Ask for the badge"), element("span.visually-hidden", {}, `: ${sessionName(id)}`))),
    said,
  ];
}

const revoked = () => element("p", {}, _("This badge was revoked by the operator. Please take its picture off your pages, and ask the operator why."));

function issued(session, { address, school: name, issued_on: day }) {
  const path = new URL(address).pathname;
  const alt = _("Badge of {school}: digital self-reflection, {session}", { school: name, session: sessionName(session) });
  const download = (file, ending, text) => element("li", {}, element("a", { href: `${path}/${file}`, download: `badge-${session}.${ending}` }, text));
  return element("div.shown-badge", {},
    element("img", { src: `${path}/badge.svg`, alt, width: PICTURE_SIZE, height: PICTURE_SIZE }),
    element("div.shown-badge__words", {},
      element("p", {}, _("Issued on {day}.", { day: formatDay(day) })),
      element("p", {}, element("a", { href: `${path}?lang=${locale}` }, _("The page that visitors see"))),
      element("h4", {}, _("Take it home")),
      element("ul", {},
        download("badge.png", "png", _("Picture (PNG) with the credential inside")),
        download("badge.svg", "svg", _("Picture (SVG) with the credential inside")),
        download("credential.json", "json", _("Credential (JSON)")),
        download("credential.jwt", "jwt", _("Credential (signed token, JWT)"))),
      snippet(session, address, alt)));
}

function snippet(session, address, alt) {
  const text = `<a href="${address}"><img src="${address}/badge.svg" alt="${escaped(alt)}" width="${PICTURE_SIZE}" height="${PICTURE_SIZE}"></a>`;
  const said = element("span", { role: "status", class: "link__said" });
  return [
    element("h4", { id: `snippet-${session}` }, _("Show it on your website")),
    element("p", {}, _("Put these lines into your page. Whoever follows the picture sees what the badge says and whether it is valid.")),
    element("pre.snippet", { dir: "ltr", tabindex: "0", role: "group", "aria-labelledby": `snippet-${session}` }, element("code", {}, text)),
    element("p.link__actions", {},
      element("button.button.button--secondary", { type: "button", onclick: () => copyText(text, said) }, _("Copy the lines")), said),
  ];
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
