// The tools of a data map by kind, and what is easily forgotten: for coordinators and for colleagues behind a link.

import { byId, element } from "./dom.js";
import { _, ngettext } from "./messages.js";

/** Show tools by kind. `way` makes what leads to a tool, or with `{kind}` to a new one. */
export function showTools({ tools, kinds }, way) {
  byId("tools").replaceChildren(...kinds.map(({ key, name }) => {
    const listed = tools.filter(({ kind }) => kind === key);
    return element("div.card.map-kind", {},
      element("h3", {}, name),
      listed.length > 0 && element("ul.map-tools", {}, listed.map((tool) => element("li", {},
        way(tool, element("bdi", {}, tool.name)), " ",
        tool.gaps ? element("span.tag.tag--warning", {}, ngettext("{n} open", "{n} open", tool.gaps)) : element("span.tag.tag--success", {}, _("Complete"))))),
      element("p", {}, way({ kind: key }, _("Add a tool"), name)));
  }));
}

/** Show what is easily forgotten; `more` makes what else can be done about one. */
export function showPrompts({ open_prompts: open }, way, more = () => null) {
  byId("prompts").replaceChildren(...(open.length
    ? open.map(({ key, name }) => element("li", {}, element("span", {}, name), element("span.map-prompts__do", {}, way({ prompts: [key] }, _("List the tool"), name), more(key, name))))
    : [element("li", {}, _("Nothing is forgotten."))]));
}

/** Words for those who do not see what a link stands beside. */
export const about = (text) => (text ? element("span.visually-hidden", {}, `: ${text}`) : null);
