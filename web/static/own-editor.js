// The form in which a school writes a statement of its own, with notes on what is typed.

import { element, groupLabel } from "./dom.js";
import { labelled, languageChoice } from "./languages.js";
import { likeness } from "./likeness.js";
import { _, ngettext } from "./messages.js";
import { groupNames } from "./names.js";
import { longestHelp, longestStatement } from "./rules.js";

const LONGEST = { text: longestStatement, help: longestHelp };
// Two statements that share so many of their words ask the same, or nearly.
const ALIKE = 0.6;
const PAUSE_MILLISECONDS = 400;
// What the server leaves out: control characters, marks that turn the direction of writing round, and the like.
const INVISIBLE = /(?![\t\n\r\u200c-\u200f])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u;
const MARKUP = /<\/?[a-z][^>]*>/i;

/** Make the form; `own` is the statement to edit, null for a new one. */
export function editor(setUp, own, close) {
  const { groups } = setUp;
  const form = element("form.card.editor", { novalidate: true, "aria-labelledby": "editor-heading" },
    element("h3", { id: "editor-heading", tabindex: "-1" }, own ? _("Edit statement {number}", { number: own.number }) : _("Write a statement")),
    element("p.hint", {}, _("One affirmative sentence about one thing, so that people can agree or disagree. It is shown in the language in which you write it, whatever language people choose.")),
    labelled(_("Language in which you write"), languageChoice({ name: "language" }, own?.locale)),
    element("fieldset", {}, element("legend", {}, _("Who is asked?")),
      element("div.choices.choices--row", {}, groups.map((group, place) => element("label.choice", {},
        element("input", { type: "checkbox", name: "group", id: place === 0 ? "texts" : null, value: group, checked: own ? Boolean(own.texts[group]) : false, onchange: () => showFields(form) }),
        groupLabel(group, groupNames[group]))))),
    groups.map((group) => groupFields(setUp, own, group)),
    element("p.buttons", {},
      element("button.button", { type: "submit" }, _("Save the statement")),
      element("button.button.button--quiet", { type: "button", onclick: close }, _("Cancel"))));
  showFields(form);
  form.addEventListener("input", () => { form.dataset.unsaved = ""; });
  return form;
}

function groupFields(setUp, own, group) {
  const { text = "", help = "" } = own?.texts[group] ?? {};
  return element("fieldset.editor__group", { "data-group": group, hidden: true },
    element("legend", {}, groupLabel(group, groupNames[group])),
    field(group, "text", _("Statement"), _("In the words of this group."), text, 2, (typed) => similar(setUp, own, group, typed)),
    field(group, "help", _("Help text (you may leave it out)"), _("It says what deserves a 5, for example: “Choose 5 if every class has a plan for days of distance learning, and you know yours.”"), help, 3, () => []));
}

function field(group, part, label, hint, value, rows, more) {
  const id = `texts.${group}.${part}`;
  const notes = element("ul.notes", { id: `${id}-notes`, "aria-live": "polite" });
  let waiting;
  const look = (typed) => notes.replaceChildren(...[...notesOn(typed, LONGEST[part]), ...more(typed)].map((note) => element("li", {}, note)));
  const area = element("textarea.input", {
    id, rows, dir: "auto", "data-name": `${groupNames[group]}, ${label}`, "data-part": part, "aria-describedby": `${id}-hint ${id}-notes`,
    oninput: () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => look(area.value), PAUSE_MILLISECONDS);
    },
  }, value);
  look(value);
  return element("div.field", {}, element("label", { for: id }, label), element("p.hint", { id: `${id}-hint` }, hint), area, notes);
}

/** Count as the server does: blanks in a row are one. */
const lengthOf = (text) => [...text.normalize("NFC").replace(/\s+/g, " ").trim()].length;

function notesOn(typed, most) {
  const length = lengthOf(typed);
  return [
    length > most && ngettext("{n} character too many", "{n} characters too many", length - most),
    length <= most && length > 0.8 * most && ngettext("{n} character left", "{n} characters left", most - length),
    INVISIBLE.test(typed) && _("There are invisible characters in this text, such as come along when text is copied. They are left out."),
    MARKUP.test(typed) && _("This looks like HTML. People will see it exactly as you typed it."),
  ].filter(Boolean);
}

/** Say which statement asks nearly the same: of the catalogue, or of the school's own. */
function similar({ exercise, questionnaire }, own, group, typed) {
  const all = [
    ...questionnaire.areas.flatMap((area) => area.statements).map(({ code, texts, status }) => ({ name: code, status, text: texts[group]?.text })),
    ...exercise.own_statements.filter(({ number }) => number !== own?.number)
      .map(({ number, texts }) => ({ name: _("Statement {number}", { number }), status: "own", text: texts[group]?.text })),
  ];
  const nearest = all.filter(({ text }) => text).map((one) => ({ ...one, alike: likeness(one.text, typed) })).sort((a, b) => b.alike - a.alike)[0];
  if (!nearest || nearest.alike < ALIKE) return [];
  const { name, text, status } = nearest;
  const said = {
    core: _("Nearly the same is always asked: {name}, “{text}”", { name, text }),
    optional: _("Nearly the same can be chosen among the optional statements: {name}, “{text}”", { name, text }),
    own: _("Nearly the same is among your own statements: {name}, “{text}”", { name, text }),
  };
  return [said[status]];
}

const chosenGroups = (form) => [...form.querySelectorAll("[name=group]:checked")].map(({ value }) => value);
const areaOf = (form, group, part) => form.querySelector(`[id="texts.${group}.${part}"]`);

function showFields(form) {
  const chosen = chosenGroups(form);
  for (const fieldset of form.querySelectorAll(".editor__group")) fieldset.hidden = !chosen.includes(fieldset.dataset.group);
}

/** Find what does not fit before anything is sent. */
export function mistakesIn(form) {
  const chosen = chosenGroups(form);
  const errors = chosen.length ? [] : [{ field: "texts", text: _("Choose at least one group.") }];
  for (const group of chosen) {
    if (!areaOf(form, group, "text").value.trim()) errors.push({ field: `texts.${group}.text`, text: _("Write the statement, or do not ask this group.") });
    for (const part of ["text", "help"]) {
      const length = lengthOf(areaOf(form, group, part).value);
      const said = ngettext("{n} character is too long: at most {most} fit.", "{n} characters are too long: at most {most} fit.", length, { most: LONGEST[part] });
      if (length > LONGEST[part]) errors.push({ field: `texts.${group}.${part}`, text: said });
    }
  }
  return errors;
}

/** Read the texts of the chosen groups. */
export function textsIn(form) {
  const value = (group, part) => areaOf(form, group, part).value;
  return Object.fromEntries(chosenGroups(form).map((group) => [group, { text: value(group, "text"), help: value(group, "help") }]));
}
