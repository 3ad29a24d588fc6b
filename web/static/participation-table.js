// Who was invited, who answered, and how far that is from the recommended minimum.

import { bar, element, groupLabel } from "./dom.js";
import { _, ngettext, number, percent } from "./messages.js";
import { groupNames } from "./names.js";

/** Make the table of groups, with a note on what the dashed line is. */
export function participationTable(groups) {
  return element("div", {}, table(groups), element("p.hint", {}, _("The dashed line marks the recommended minimum.")));
}

/** What a bar says, to whoever points at it. */
function sentence(group, { invited, submitted, required, rate }) {
  const took = _("{group}: {submitted} of {invited} took part ({rate}%).", { group: groupNames[group], submitted, invited, rate });
  return required === null ? took : `${took} ${_("Recommended minimum: {required}.", { required })}`;
}

// The roles are said again: on phones the rows are laid out as blocks, which would take them away.
function table(groups) {
  return element("table.participation", { role: "table" },
    element("thead", { role: "rowgroup" }, element("tr", { role: "row" },
      element("th", { scope: "col", role: "columnheader" }, _("Group")),
      element("th", { scope: "col", role: "columnheader", class: "participation__bar" }, _("Rate")),
      element("th.number", { scope: "col", role: "columnheader" }, _("Answered")),
      element("th.number", { scope: "col", role: "columnheader" }, _("Invited")),
      element("th.number", { scope: "col", role: "columnheader" }, _("Minimum")))),
    element("tbody", { role: "rowgroup" }, groups.map(row)));
}

function row({ group, invited, submitted, required, rate }) {
  const reached = required !== null && submitted >= required;
  return element("tr", { role: "row" },
    element("th", { scope: "row", role: "rowheader" }, groupLabel(group, groupNames[group])),
    element("td.participation__bar", { role: "cell", title: sentence(group, { invited, submitted, required, rate }) },
      element("span.participation__rate", {}, percent(rate)),
      bar(rate, { group, minimum: required === null ? undefined : (100 * required) / invited })),
    element("td.number", { role: "cell", "data-label": _("Answered") }, number(submitted)),
    element("td.number", { role: "cell", "data-label": _("Invited") }, number(invited)),
    element("td.number", { role: "cell", "data-label": _("Minimum") }, required === null ? "–" : number(required), " ", reached
      ? element("span.tag.tag--success", {}, _("reached"))
      : required !== null && element("span.hint.participation__more", {}, ngettext("{n} more", "{n} more", required - submitted))));
}
