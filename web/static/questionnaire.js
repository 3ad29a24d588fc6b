// Step 2: optional statements, statements of the school's own, and what both do to the length.

import { get, problemText, send } from "./api.js";
import { byId, element, groupLabel } from "./dom.js";
import { downloadsOf } from "./downloads.js";
import { groupsOf, lengthFor } from "./length.js";
import { _, listing, ngettext } from "./messages.js";
import { groupNames } from "./names.js";
import { ownStatements } from "./own-statements.js";
import { address, exerciseId, frozenNotice, locale, showSteps, step } from "./page.js";
import { previews } from "./previews.js";
import { wordings } from "./wordings.js";

/** The set-up as this page knows it; parts of the page change it through `change` and are told by `show`. */
const setUp = {
  exercise: null,
  questionnaire: null,
  groups: [],
  editable: () => setUp.exercise.state === "set_up",
  change,
  say: (text) => byId("status").replaceChildren(element("p.saved", {}, text)),
  show,
};
let own;

step(async ({ exercise, school }) => {
  setUp.exercise = exercise;
  setUp.groups = groupsOf(exercise);
  await loadQuestionnaire();
  byId("next").href = address("setup/dates/");
  byId("areas").replaceChildren(...setUp.questionnaire.areas.map(areaSection));
  byId("previews").replaceChildren(previews(exercise, setUp.say));
  byId("downloads").replaceChildren(downloadsOf(exercise));
  own = ownStatements(setUp, school);
  show();
});

async function loadQuestionnaire() {
  setUp.questionnaire = await get(`/api/exercises/${exerciseId}/questionnaire?locale=${locale}`);
}

function show() {
  showSteps(setUp.exercise);
  own.show();
  showLength();
  for (const area of setUp.questionnaire.areas) showChosen(area);
  byId("frozen").replaceChildren(...(setUp.editable() ? [] : [frozenNotice(setUp.exercise)]));
}

/** Make one change after the other, each on the version that the one before left behind.
 *
 * When somebody else was faster, what is there now is loaded, so that the change can be made again on it. */
let queue = Promise.resolve();
function change(method, path, body) {
  const run = async () => {
    const versioned = method === "DELETE" ? `?version=${setUp.exercise.version}` : "";
    try {
      setUp.exercise = await send(method, `/api/exercises/${exerciseId}/${path}${versioned}`, body && { version: setUp.exercise.version, ...body });
    } catch (problem) {
      if (["changed_meanwhile", "exercise_frozen"].includes(problem.code)) {
        setUp.exercise = await get(`/api/exercises/${exerciseId}`);
        await loadQuestionnaire();
      }
      throw problem;
    }
    await loadQuestionnaire();
  };
  queue = queue.catch(() => undefined).then(run);
  return queue;
}

function areaSection(area) {
  const core = area.statements.filter(({ status }) => status === "core");
  const optional = area.statements.filter(({ status }) => status === "optional");
  return element("details.area.card", {},
    element("summary", {},
      element("span.area-name", { "data-area": area.code }, area.name),
      element("span.area__count.hint", { id: `count-${area.code}` })),
    optional.length
      ? element("fieldset", {}, element("legend", {}, _("Optional statements: choose those you want to ask")),
        element("div.choices", {}, optional.map(optionalChoice)))
      : element("p", {}, _("This area has core statements only.")),
    element("details", {}, element("summary", {}, ngettext("{n} core statement, always asked", "{n} core statements, always asked", core.length)),
      core.map((statement) => element("div.statement", {}, element("p.statement__topic", {}, element("strong", {}, `${statement.code} `), statement.topic), wordings(statement.texts)))));
}

function optionalChoice(statement) {
  const asked = setUp.groups.filter((group) => statement.texts[group]);
  const box = element("input", { type: "checkbox", value: statement.code, onchange: saveOptional, "data-unasked": asked.length === 0 });
  return element("div.optional", {},
    element("label.choice", {}, box, element("span", {},
      element("span.choice__name", {}, `${statement.code} `, statement.topic),
      element("span.hint", {}, asked.length
        ? _("Asked of: {groups}", { groups: listing(asked.map((group) => groupNames[group])) })
        : _("Not for the groups of this exercise")))),
    element("details.optional__words", {}, element("summary", {}, _("Wording"), element("span.visually-hidden", {}, ` ${statement.code}`)), wordings(statement.texts)));
}

const boxes = () => [...byId("areas").querySelectorAll("input[type=checkbox]")];

async function saveOptional() {
  const codes = boxes().filter(({ checked }) => checked).map(({ value }) => value);
  try {
    await change("PUT", "optional-statements", { codes });
    setUp.say(_("Saved"));
  } catch (problem) {
    setUp.say(problem.code === "changed_meanwhile"
      ? _("Somebody else changed this set-up in the meantime. The page now shows what is stored: please choose again.")
      : problemText(problem));
  }
  show();
}

function showChosen(area) {
  const optional = area.statements.filter(({ status }) => status === "optional");
  const chosen = optional.filter(({ code }) => setUp.exercise.optional_statements.includes(code));
  for (const box of boxes()) {
    if (!optional.some(({ code }) => code === box.value)) continue;
    box.checked = chosen.some(({ code }) => code === box.value);
    box.disabled = !setUp.editable() || "unasked" in box.dataset;
  }
  byId(`count-${area.code}`).textContent = optional.length
    ? _("{chosen} of {all} optional chosen", { chosen: chosen.length, all: optional.length })
    : _("core only");
}

function showLength() {
  byId("length").replaceChildren(...setUp.groups.map((group) => {
    const { text, tooLong } = lengthFor(group, setUp.exercise, setUp.questionnaire);
    return element("li", {}, groupLabel(group, groupNames[group]), element("span.length__figure", {}, text),
      tooLong && element("span.tag.tag--warning", {}, _("too long")));
  }));
}
