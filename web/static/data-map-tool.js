// One tool of a school's data map, for a coordinator.

import { get, Problem, problemText, send } from "./api.js";
import { byId, element } from "./dom.js";
import { _ } from "./messages.js";
import { address, locale, page, parameters } from "./page.js";
import { toolForm } from "./tool-form.js";

const query = `locale=${locale}`;
let number = Number(parameters.get("tool"));
let version;

page(async (school) => {
  const base = `/api/schools/${school.id}/data-map`;
  const newest = async (of) => {
    const map = await get(`${base}?${query}`);
    const tool = map.tools.find((each) => each.number === of);
    return tool && { tool, gaps: map.gaps.filter((gap) => gap.tool === of) };
  };
  const open = toolForm({
    post: async (tool) => {
      const saved = await send("POST", `${base}/tools?${query}`, tool);
      // Loaded again, the page goes on with the tool that was made.
      history.replaceState(null, "", address("data-protection/map/tool/", { tool: saved.tool.number }));
      return saved;
    },
    put: (of, seen, tool) => send("PUT", `${base}/tools/${of}?${query}`, { version: seen, tool }),
    newest,
    done: () => location.assign(address("data-protection/map/", {})),
    named: (tool) => {
      ({ number = 0, version } = tool);
      document.querySelector("h1").textContent = tool.name || _("Add a tool");
      byId("removal").hidden = !number;
    },
  });
  const found = number ? await newest(number) : begun();
  if (!found) throw new Problem(404, { code: "unknown" });
  byId("removal").replaceChildren(removal(base));
  byId("content").hidden = false;
  open(found.tool, found.gaps, parameters.get("field") ?? "");
});

/** A new tool, as the link that led here wants it. */
function begun() {
  const prompt = parameters.get("prompt");
  return { tool: { kind: parameters.get("kind") ?? "", prompts: prompt ? [prompt] : [] }, gaps: [] };
}

function removal(base) {
  const said = element("p", { role: "status" });
  const first = element("button.button.button--quiet", { type: "button", onclick: () => {
    const yes = element("button.button.button--warning", { type: "button", onclick: async () => {
      try {
        await send("DELETE", `${base}/tools/${number}?version=${version}`);
        location.assign(address("data-protection/map/", {}));
      } catch (problem) {
        if (problem.code === undefined) throw problem;
        said.textContent = problem.code === "changed_meanwhile" ? _("Somebody else has changed this in the meantime, so it was not deleted. Look at it first.") : problemText(problem);
      }
    } }, _("Yes, delete it"));
    first.replaceWith(yes);
    yes.focus();
  } }, _("Delete the tool"));
  return element("div", {}, element("p", {}, first), said);
}
