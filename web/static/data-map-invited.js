// Colleagues list the tools that they know, behind a link, without an account.

import { problemText, send } from "./api.js";
import { byId, element } from "./dom.js";
import { _, formatDay } from "./messages.js";
import { toolForm } from "./tool-form.js";
import { about, showPrompts, showTools } from "./tool-list.js";

const locale = document.documentElement.lang;
// The fragment is sent to no server and stands in no log.
const token = location.hash.slice(1);
const path = (rest = "") => `/api/data-map-links${rest}?locale=${locale}`;
let seen;

for (const link of document.querySelectorAll(".languages a")) link.hash = location.hash;

const texts = {
  unknown: _("This link does not work, or no longer. Ask the coordinator of your school for the new one."),
  invitation_over: _("The last day of this link has passed. Ask the coordinator of your school for a new one."),
  too_many_attempts: _("So much was written with this link today that it takes no more. Try again tomorrow."),
};
const load = async () => {
  seen = await send("POST", path(), { token });
};
const newest = async (number) => {
  await load();
  const tool = seen.tools.find((each) => each.number === number);
  return tool && { tool, gaps: seen.gaps.filter((gap) => gap.tool === number) };
};
const open = toolForm({
  post: (tool) => send("POST", path("/tools"), { token, tool }),
  put: (number, version, tool) => send("PUT", path(`/tools/${number}`), { token, version, tool }),
  newest,
  done: () => overview().then(() => byId("main").focus()),
  texts,
  named: ({ name }) => { byId("editor-heading").textContent = name || _("Add a tool"); },
});

async function overview() {
  byId("status").replaceChildren(element("p.loading", {}, _("Loading…")));
  try {
    await load();
  } catch (problem) {
    if (problem.code === undefined) throw problem;
    byId("status").replaceChildren(element("div.notice.notice--warning", {}, element("p", {}, texts[problem.code] ?? problemText(problem))));
    return;
  }
  byId("status").replaceChildren();
  byId("school").replaceChildren(element("bdi", {}, seen.school));
  byId("until").textContent = _("This link works until {day}.", { day: formatDay(seen.last_day) });
  showTools(seen, way);
  showPrompts(seen, way);
  byId("editor").hidden = true;
  byId("overview").hidden = false;
}

function way(tool, text, beside) {
  return element("button.map-way", { type: "button", onclick: () => edit(tool) }, text, about(beside));
}

function edit(tool) {
  byId("overview").hidden = true;
  byId("editor").hidden = false;
  open(tool, seen.gaps.filter((gap) => gap.tool === tool.number));
}

overview();
