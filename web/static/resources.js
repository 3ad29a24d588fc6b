// Slides of each exercise, and the lists of statements; the guidance is in the page itself.

import { get, problemText } from "./api.js";
import { byId, element } from "./dom.js";
import { downloadsOf } from "./downloads.js";
import { _ } from "./messages.js";
import { labelled, languageChoice } from "./languages.js";
import { exerciseName, levelNames } from "./names.js";
import { address, page } from "./page.js";
import { catalogueVersion } from "./rules.js";

page(async (school) => {
  byId("lists").replaceChildren(...statementLists());
  const place = byId("slides");
  place.replaceChildren(element("p.loading", {}, _("Loading…")));
  get(`/api/schools/${school.id}/results`).then(
    ({ sessions }) => place.replaceChildren(...slides(sessions)),
    (problem) => place.replaceChildren(element("p", {}, problemText(problem))),
  );
});

function slides(sessions) {
  const viewable = sessions.flatMap(({ id, levels }) => levels
    .filter(({ state }) => state === "viewable")
    .map(({ level, exercise }) => ({ exercise, name: exerciseName(level, id) })));
  if (viewable.length === 0) return [element("div.notice", {}, element("p", {}, _("There are no results yet that slides could be made from.")))];
  const language = languageChoice({ id: "slides-language", onchange: () => point() });
  const links = viewable.map(({ exercise, name }) => ({ exercise, link: element("a", { download: true }, name, " (PDF)") }));
  const point = () => {
    for (const { exercise, link } of links) link.href = `/api/exercises/${exercise}/slides?locale=${language.value}`;
  };
  point();
  return [labelled(_("Language of the slides"), language), element("ul", {}, links.map(({ exercise, link }) =>
    element("li", {}, link, " · ", element("a", { href: address("results/exercise/", { exercise }) }, _("See the results"), element("span.visually-hidden", {}, `: ${link.textContent}`)))))];
}

/** The questionnaire has four wordings; people know which by their education level. */
const families = [
  ["primary", levelNames.primary],
  ["general", [levelNames.lower_secondary, levelNames.upper_secondary_general, levelNames.post_secondary].join(" · ")],
  ["vocational", levelNames.upper_secondary_vocational],
  ["wbl", _("Upper secondary, vocational, with in-company trainers")],
];

function statementLists() {
  const place = element("div");
  const show = () => place.replaceChildren(downloadsOf({ family: choice.value, catalogue_version: catalogueVersion }));
  const choice = element("select.input", { id: "family", onchange: show }, families.map(([value, name]) => element("option", { value }, name)));
  show();
  return [element("div.field", {}, element("label", { for: "family" }, _("Education level")), choice), place];
}
