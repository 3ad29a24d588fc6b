// A school's own notice, all that is stored of it to take along, the end of its account, and who looked at it.

import { get, problemText, send } from "./api.js";
import { byId, element } from "./dom.js";
import { onSubmit } from "./form.js";
import { _, formatDay, ngettext } from "./messages.js";
import { page } from "./page.js";

page(async (school) => {
  const path = `/api/schools/${school.id}`;
  const [profile, { parts }, { accesses }, erasure] = await Promise.all(
    ["profile", "export", "accesses", "erasure"].map((each) => get(`${path}/${each}`)),
  );
  byId("contact").value = profile.emails[0] ?? "";
  byId("export").replaceChildren(...parts.map((part) => element("li", {}, exportLink(path, part, parts.length))));
  showAccesses(accesses);
  showErasure(erasure, path, school);
  onSubmit(byId("notice-form"), () => writeNotice(path));
  onSubmit(byId("erasure-form"), async () => {
    const { erasure: asked } = await send("POST", `${path}/erasure`, { name: byId("name").value });
    byId("name").value = "";
    showErasure({ ...erasure, erasure: asked }, path, school);
    byId("erasure-heading").scrollIntoView();
  });
});

function exportLink(path, { number, documents }, parts) {
  const name = parts === 1 ? _("Everything as one file") : _("Part {number} of {parts}", { number, parts });
  const content = ngettext("{n} report", "{n} reports", documents);
  return element("a", { href: `${path}/export/${number}`, download: "" }, _("{name} (zip, {value})", { name, value: content }));
}

async function writeNotice(path) {
  const typed = Object.fromEntries(new FormData(byId("notice-form")));
  const query = new URLSearchParams(typed);
  const made = await get(`${path}/notice?${query}`);
  query.set("format", "pdf");
  const said = element("p", { role: "status" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(made.text);
      said.textContent = _("Copied.");
    } catch {
      said.textContent = _("Please select the text and copy it.");
    }
  };
  const notice = byId("notice");
  const heading = element("h3", { tabindex: "-1" }, made.title);
  notice.replaceChildren(
    element("div", { lang: typed.locale, dir: directionOf(typed.locale) },
      heading,
      made.sections.flatMap((section) => [element("h4", {}, section.heading), ...section.paragraphs.map((text) => element("p", {}, text))])),
    element("div.buttons", {},
      element("a.button", { href: `${path}/notice?${query}`, download: "" }, _("Save as PDF")),
      element("button.button.button--secondary", { type: "button", onclick: copy }, _("Copy the text"))),
    said,
  );
  notice.hidden = false;
  heading.focus();
}

const directionOf = (locale) => byId("notice-locale").querySelector(`option[value="${CSS.escape(locale)}"]`).dir;

function showAccesses(accesses) {
  byId("accesses").replaceChildren(accesses.length === 0
    ? element("p", {}, _("Nobody has looked at it."))
    : element("ul", {}, accesses.map(({ at, reason }) => element("li", {}, _("{name}: {value}", { name: formatDay(at.slice(0, 10)), value: reason })))));
}

function showErasure({ counts, erasure }, path, school) {
  byId("erasure-form").hidden = Boolean(erasure);
  byId("erasure").replaceChildren(...(erasure ? coming(erasure, counts, path, school) : preview(counts)));
}

function preview(counts) {
  const n = (kind) => counts[kind] ?? 0;
  return [
    element("p", {}, _("Erased would be the account itself, its addresses and coordinators, and with it:")),
    element("ul", {},
      element("li", {}, ngettext("{n} exercise with its statements and links", "{n} exercises with their statements and links", n("SCHOOL/EXERCISE"))),
      element("li", {}, ngettext("{n} tool in the data map", "{n} tools in the data map", n("SCHOOL/TOOL"))),
      element("li", {}, ngettext("{n} set of results", "{n} sets of results", n("EXERCISE/RESULTS"))),
      element("li", {}, ngettext("{n} report", "{n} reports", n("EXERCISE/DOCUMENT")))),
  ];
}

function coming({ on, receipt }, counts, path, school) {
  const back = async () => {
    try {
      await send("DELETE", `${path}/erasure`);
      showErasure({ counts, erasure: null }, path, school);
      byId("erasure-said").textContent = _("The account stays. Nothing was erased.");
    } catch (problem) {
      byId("erasure-said").textContent = problemText(problem);
    }
  };
  return [element("div.notice.notice--warning", {},
    element("p", {}, _("The account and everything in it will be erased in the night of {day}.", { day: formatDay(on) })),
    element("p", {}, _("Number of your receipt: {receipt}", { receipt })),
    element("p", {}, element("button.button", { type: "button", onclick: back }, _("Take it back"))))];
}
