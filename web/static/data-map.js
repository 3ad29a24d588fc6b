// A school's data map: its tools, what is easily forgotten, what is open, the link for colleagues, and what is printed.

import { get, problemText, send } from "./api.js";
import { copyText } from "./clipboard.js";
import { byId, element } from "./dom.js";
import { onSubmit } from "./form.js";
import { _, formatDay } from "./messages.js";
import { onNewest } from "./newest.js";
import { address, locale, page } from "./page.js";
import { about, showPrompts, showTools } from "./tool-list.js";

let base;
let map;

page(async (school) => {
  base = `/api/schools/${school.id}/data-map`;
  show(await get(`${base}?locale=${locale}`));
  byId("rules-link").href = address("data-protection/map/rules/", {});
  byId("print-locale").addEventListener("change", point);
  point();
  byId("notice-show").addEventListener("click", showNotice);
  onSubmit(byId("invite-form"), async () => {
    const made = await changed((version) => send("PUT", `${base}/link?locale=${locale}`, { version, days: Number(byId("days").value) }));
    show(made.map);
    showLink(made.token);
  });
});

/** Change something on the newest version: nothing that is done on this page can overwrite what others wrote. */
const changed = (request) => onNewest(() => request(map.version), async () => { map = await get(`${base}?locale=${locale}`); });

function show(seen) {
  map = seen;
  showTools(map, way);
  showPrompts(map, way, (key, name) => element("button.button.button--quiet", { type: "button", onclick: () => setAbsent(key, true) }, _("We have none"), about(name)));
  showAbsent();
  showGaps();
  showInvitation();
}

/** A link to a tool, or to the form of a new one. */
function way({ number, kind, prompts }, text, beside) {
  const query = number ? { tool: number } : kind ? { kind } : { prompt: prompts[0] };
  return element("a", { href: address("data-protection/map/tool/", query) }, text, about(beside));
}

async function setAbsent(key, absent) {
  try {
    show(await changed((version) => send("PUT", `${base}?locale=${locale}`, {
      version, ...map.rules, absent: [...map.rules.absent.filter((other) => other !== key), ...(absent ? [key] : [])],
    })));
    byId("prompts-said").textContent = _("Saved");
  } catch (problem) {
    if (problem.code === undefined) throw problem;
    byId("prompts-said").textContent = problemText(problem);
  }
  byId("prompts-heading").focus();
}

function showAbsent() {
  byId("absent").replaceChildren(...map.absent_prompts.map(({ key, name }) => element("li", {},
    _("The school has none: {name}", { name }), " ",
    element("button.button.button--quiet", { type: "button", onclick: () => setAbsent(key, false) }, _("Take this back"), about(name)))));
}

function showGaps() {
  const numbers = [...new Set(map.gaps.map(({ tool }) => tool))];
  const names = new Map(map.tools.map(({ number, name }) => [number, name]));
  byId("gaps").replaceChildren(...(numbers.length ? numbers.map((number) => {
    const gaps = map.gaps.filter(({ tool }) => tool === number);
    // Before there is a tool, all that is open stands on the page already.
    return element("details.card", { open: numbers.length === 1 && map.tools.length > 0 },
      element("summary", {}, element("bdi", {}, names.get(number) ?? _("For all tools together")), ` (${gaps.length})`),
      element("ul", {}, gaps.map((gap) => element("li", {}, element("a", { href: placeOf(gap) }, gap.text)))));
  }) : [element("p", {}, _("Nothing is open."))]));
}

function placeOf({ tool, field, about: key }) {
  if (tool) return address("data-protection/map/tool/", { tool, field });
  if (field === "tools") return address("data-protection/map/tool/", { kind: "classroom" });
  if (field === "prompts") return "#prompts-heading";
  return `${address("data-protection/map/rules/", {})}#${field === "approval" ? "council-open" : key ? `${field}-${key}` : field}`;
}

function showInvitation() {
  const { invitation } = map;
  byId("invitation").replaceChildren(...(invitation ? [element("p", {},
    invitation.over ? _("The link worked until {day}.", { day: formatDay(invitation.last_day) }) : _("There is a link that works until {day}. A new one ends it.", { day: formatDay(invitation.last_day) }), " ",
    element("button.button.button--quiet", { type: "button", onclick: takeBack }, _("Take the link back")))] : []));
}

async function takeBack() {
  try {
    show(await changed((version) => send("DELETE", `${base}/link?locale=${locale}&version=${version}`)));
    byId("invitation").replaceChildren(element("p", { role: "status" }, _("The link leads nowhere any more.")));
  } catch (problem) {
    if (problem.code === undefined) throw problem;
    byId("invitation").append(element("p", { role: "alert" }, problemText(problem)));
  }
}

/** The link is shown once: only a hash of it is kept. */
function showLink(token) {
  const link = `${location.origin}/${locale}/data-map/#${token}`;
  const said = element("span", { role: "status" });
  const heading = element("h3", { tabindex: "-1" }, _("The link for colleagues"));
  byId("invitation").prepend(element("div.card", {}, heading,
    element("code.link__address", { dir: "ltr" }, link),
    element("p", {}, _("It is shown only now. Whoever has it can write tools until its last day.")),
    element("p.map-print__links", {}, element("button.button.button--secondary", { type: "button", onclick: () => copyText(link, said) }, _("Copy the link")), " ", said)));
  heading.focus();
}

function point() {
  for (const link of document.querySelectorAll("[data-print]")) link.href = `${base}/${link.dataset.print}&locale=${byId("print-locale").value}`;
  byId("notice").hidden = true;
}

async function showNotice() {
  const choice = byId("print-locale");
  const notice = byId("notice");
  notice.hidden = false;
  try {
    const made = await get(`${base}/notice?locale=${choice.value}`);
    const said = element("span", { role: "status" });
    const heading = element("h3", { tabindex: "-1" }, made.title);
    notice.replaceChildren(
      element("div", { lang: choice.value, dir: choice.selectedOptions[0].dir }, heading,
        made.sections.flatMap((section) => [element("h4", { dir: "auto" }, section.heading), ...section.paragraphs.map((text) => element("p", {}, text))])),
      element("p.map-print__links", {}, element("button.button.button--secondary", { type: "button", onclick: () => copyText(made.text, said) }, _("Copy the text")), " ", said));
    heading.focus();
  } catch (problem) {
    if (problem.code === undefined) throw problem;
    notice.replaceChildren(element("p", { role: "alert" }, problemText(problem)));
  }
}
