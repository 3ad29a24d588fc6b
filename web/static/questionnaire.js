// Step 2: optional statements, statements of the school's own, and what both do to the length.

import { get, problemText, send } from "./api.js";
import { byId, element, groupLabel } from "./dom.js";
import { onSubmit, showErrors } from "./form.js";
import { groupsOf, lengthFor } from "./length.js";
import { _, formatDay, listing, ngettext } from "./messages.js";
import { groupNames } from "./names.js";
import { address, exerciseId, locale, showSteps, step } from "./page.js";
import { mostOwnStatements } from "./rules.js";

let exercise;
let questionnaire;
let groups;

step(async (loaded) => {
  exercise = loaded.exercise;
  await loadQuestionnaire();
  groups = groupsOf(exercise);
  byId("next").href = address("setup/dates/");
  byId("areas").replaceChildren(...questionnaire.areas.map(areaSection));
  byId("previews").replaceChildren(...groups.map(previewItem));
  byId("add-own").addEventListener("click", () => openEditor(null));
  byId("open-library").addEventListener("click", openLibrary);
  showAll();
});

async function loadQuestionnaire() {
  questionnaire = await get(`/api/exercises/${exerciseId}/questionnaire?locale=${locale}`);
}

const editable = () => exercise.state === "set_up";

function showAll() {
  showSteps(exercise);
  showOwn();
  showLength();
  for (const area of questionnaire.areas) showChosen(area);
}

/** Make one change after the other, each on the version that the one before left behind. */
let queue = Promise.resolve();
function change(method, path, body) {
  const run = async () => {
    const versioned = method === "DELETE" ? `?version=${exercise.version}` : "";
    exercise = await send(method, `/api/exercises/${exerciseId}/${path}${versioned}`, body && { version: exercise.version, ...body });
    await loadQuestionnaire();
  };
  queue = queue.catch(() => undefined).then(run);
  return queue;
}

function say(text) {
  byId("status").replaceChildren(element("p.saved", {}, text));
}

// Optional statements

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
  const asked = groups.filter((group) => statement.texts[group]);
  const box = element("input", {
    type: "checkbox", value: statement.code, checked: exercise.optional_statements.includes(statement.code),
    disabled: !editable() || asked.length === 0, onchange: () => saveOptional(box),
  });
  return element("div.optional", {},
    element("label.choice", {}, box, element("span", {},
      element("span.choice__name", {}, `${statement.code} `, statement.topic),
      element("span.hint", {}, asked.length
        ? _("Asked of: {groups}", { groups: listing(asked.map((group) => groupNames[group])) })
        : _("Not for the groups of this exercise")))),
    element("details.optional__words", {}, element("summary", {}, _("Wording"), element("span.visually-hidden", {}, ` ${statement.code}`)), wordings(statement.texts)));
}

/** Each group's own words, with the help that goes with them. */
function wordings(texts, lang) {
  return element("dl.wordings", {}, groups.filter((group) => texts[group]).map((group) => element("div", {},
    element("dt", {}, groupLabel(group, groupNames[group])),
    element("dd", { lang, dir: lang && "auto" }, texts[group].text, texts[group].help && element("span.hint.wordings__help", {}, texts[group].help)))));
}

async function saveOptional(box) {
  const wanted = new Set(exercise.optional_statements);
  for (const input of byId("areas").querySelectorAll("input[type=checkbox]")) {
    if (input.checked) wanted.add(input.value);
    else wanted.delete(input.value);
  }
  try {
    await change("PUT", "optional-statements", { codes: [...wanted] });
    say(_("Saved"));
  } catch (problem) {
    box.checked = !box.checked;
    say(problemText(problem));
  }
  showAll();
}

function showChosen(area) {
  const optional = area.statements.filter(({ status }) => status === "optional");
  const chosen = optional.filter(({ code }) => exercise.optional_statements.includes(code)).length;
  byId(`count-${area.code}`).textContent = optional.length
    ? _("{chosen} of {all} optional chosen", { chosen, all: optional.length })
    : _("core only");
}

// The school's own statements

function showOwn() {
  const full = exercise.own_statements.length >= mostOwnStatements;
  byId("own").replaceChildren(...exercise.own_statements.map(ownItem));
  byId("own-buttons").hidden = full || !editable();
  byId("own-full").hidden = !full || !editable();
}

function ownItem(own) {
  const name = _("Statement {number}", { number: own.number });
  const remove = element("button.button.button--quiet", { type: "button", onclick: () => confirmDeletion(own, remove) }, _("Delete"), element("span.visually-hidden", {}, ` ${name}`));
  return element("li.card.own", { id: `own-${own.number}`, tabindex: "-1" },
    element("h3.own__name", {}, name, " ", element("span.hint", {}, _("written on {day}", { day: formatDay(own.created_on) }))),
    wordings(own.texts, own.locale),
    editable() && element("p.buttons.own__buttons", {},
      element("button.button.button--secondary", { type: "button", onclick: () => openEditor(own) }, _("Edit"), element("span.visually-hidden", {}, ` ${name}`)),
      remove));
}

function confirmDeletion(own, button) {
  const yes = element("button.button.button--warning", { type: "button", onclick: async () => {
    try {
      await change("DELETE", `own-statements/${own.number}`);
      say(_("Deleted"));
    } catch (problem) {
      say(problemText(problem));
    }
    showAll();
    byId("own-heading").scrollIntoView({ block: "nearest" });
  } }, _("Yes, delete it"));
  button.replaceWith(yes);
  yes.focus();
}

function openEditor(own) {
  const form = element("form.card.editor", { novalidate: true, "aria-labelledby": "editor-heading" },
    element("h3", { id: "editor-heading", tabindex: "-1" }, own ? _("Edit statement {number}", { number: own.number }) : _("Write a statement")),
    element("p.hint", {}, _("One affirmative sentence about one thing, so that people can agree or disagree. It is shown in the language in which you write it.")),
    element("fieldset", {}, element("legend", {}, _("Who is asked?")),
      element("div.choices.choices--row", {}, groups.map((group, place) => element("label.choice", {},
        element("input", { type: "checkbox", name: "group", id: place === 0 ? "texts" : null, value: group, checked: own ? Boolean(own.texts[group]) : false, onchange: () => showGroupFields(form) }),
        groupLabel(group, groupNames[group]))))),
    groups.map((group) => groupFields(group, own?.texts[group])),
    element("p.buttons", {},
      element("button.button", { type: "submit" }, _("Save the statement")),
      element("button.button.button--quiet", { type: "button", onclick: closeEditor }, _("Cancel"))));
  showGroupFields(form);
  byId("editor").replaceChildren(form);
  byId("own-buttons").hidden = true;
  byId("editor-heading").focus();
  onSubmit(form, () => saveOwn(form, own));
}

function groupFields(group, { text = "", help = "" } = {}) {
  const area = (part, label, hint, value, rows) => {
    const id = `texts.${group}.${part}`;
    return element("div.field", {}, element("label", { for: id }, label),
      element("p.hint", { id: `${id}-hint` }, hint),
      element("textarea.input", { id, rows, "data-name": `${groupNames[group]}, ${label}`, "aria-describedby": `${id}-hint` }, value));
  };
  return element("fieldset.editor__group", { "data-group": group, hidden: true },
    element("legend", {}, groupLabel(group, groupNames[group])),
    area("text", _("Statement"), _("In the words of this group."), text, 2),
    area("help", _("Help text (you may leave it out)"), _("It says what deserves a 5, for example: “Choose 5 if every class has a plan for days of distance learning, and you know yours.”"), help, 3));
}

const chosenGroups = (form) => [...form.querySelectorAll("[name=group]:checked")].map(({ value }) => value);

function showGroupFields(form) {
  const chosen = chosenGroups(form);
  for (const fieldset of form.querySelectorAll(".editor__group")) fieldset.hidden = !chosen.includes(fieldset.dataset.group);
}

function closeEditor() {
  byId("editor").replaceChildren();
  showOwn();
  byId("add-own").focus();
}

async function saveOwn(form, own) {
  const chosen = chosenGroups(form);
  if (chosen.length === 0) return showErrors(form, [{ field: "texts", text: _("Choose at least one group.") }]);
  const value = (group, part) => byId(`texts.${group}.${part}`).value;
  const texts = Object.fromEntries(chosen.map((group) => [group, { text: value(group, "text"), help: value(group, "help") }]));
  if (own) await change("PUT", `own-statements/${own.number}`, { locale: own.locale, texts });
  else await change("POST", "own-statements", { locale, texts });
  byId("editor").replaceChildren();
  say(_("Saved"));
  showAll();
  byId(`own-${own?.number ?? exercise.own_statements.at(-1).number}`).focus();
}

function openLibrary() {
  byId("own-buttons").hidden = true;
  byId("editor").replaceChildren(element("div.card.editor", {},
    element("h3", { id: "editor-heading", tabindex: "-1" }, _("Suggestions on blended learning")),
    element("p.hint", {}, _("One click adds a suggestion to your statements. You can edit it there.")),
    element("ul.library", {}, questionnaire.library.map(suggestion)),
    element("p.buttons", {}, element("button.button.button--quiet", { type: "button", onclick: closeEditor }, _("Close the suggestions")))));
  byId("editor-heading").focus();
}

function suggestion({ topic, texts }) {
  const own = Object.fromEntries(groups.filter((group) => texts[group]).map((group) => [group, texts[group]]));
  const said = element("span", { role: "status" });
  const add = element("button.button.button--secondary", { type: "button", onclick: async () => {
    try {
      await change("POST", "own-statements", { locale, texts: own });
      said.textContent = _("Added");
      showAll();
      byId("own-buttons").hidden = true;
    } catch (problem) {
      said.textContent = problemText(problem);
    }
  } }, _("Add"), element("span.visually-hidden", {}, `: ${topic}`));
  return element("li", {}, element("div", {}, element("strong", {}, topic), wordings(texts)), element("div.library__add", {}, add, said));
}

// Length and preview

function showLength() {
  byId("length").replaceChildren(...groups.map((group) => {
    const { text, tooLong } = lengthFor(group, exercise, questionnaire);
    return element("li", {}, groupLabel(group, groupNames[group]), element("span.length__figure", {}, text),
      tooLong && element("span.tag.tag--warning", {}, _("too long")));
  }));
}

function previewItem(group) {
  return element("li", {}, element("button.button.button--quiet", { type: "button", onclick: async () => {
    // Opened before waiting: browsers allow new tabs only at the click itself.
    const tab = window.open("", "_blank");
    try {
      tab.location = (await send("POST", `/api/exercises/${exerciseId}/previews/${group}`)).path;
    } catch (problem) {
      tab.close();
      say(problemText(problem));
    }
  } }, groupLabel(group, groupNames[group]), element("span.visually-hidden", {}, ` (${_("opens in a new tab")})`)));
}
