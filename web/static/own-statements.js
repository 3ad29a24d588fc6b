// The statements of a school's own: the list, and where new ones come from.

import { get, problemText } from "./api.js";
import { byId, element } from "./dom.js";
import { onSubmit, showErrors } from "./form.js";
import { _, formatDay, languageName } from "./messages.js";
import { exerciseName } from "./names.js";
import { editor, mistakesIn, textsIn } from "./own-editor.js";
import { locale } from "./page.js";
import { mostOwnStatements } from "./rules.js";
import { wordings } from "./wordings.js";

/** Run the part of the page that shows the school's statements; `show` draws the list anew. */
export function ownStatements(setUp, school) {
  byId("add-own").addEventListener("click", () => openEditor(null));
  byId("open-library").addEventListener("click", openLibrary);
  byId("open-earlier").addEventListener("click", openEarlier);
  // Everything else on the page is saved at once; a statement that is half written is asked about before it is lost.
  addEventListener("beforeunload", (event) => {
    if (byId("editor").querySelector("[data-unsaved]")) event.preventDefault();
  });

  function show() {
    const { own_statements: statements } = setUp.exercise;
    const full = statements.length >= mostOwnStatements;
    byId("own").replaceChildren(...statements.map(item));
    byId("own-buttons").hidden = full || !setUp.editable() || byId("editor").childElementCount > 0;
    byId("own-full").hidden = !full || !setUp.editable();
  }

  function item(own) {
    const name = _("Statement {number}", { number: own.number });
    const remove = element("button.button.button--quiet", { type: "button", onclick: () => confirmDeletion(own, remove) }, _("Delete"), element("span.visually-hidden", {}, ` ${name}`));
    return element("li.card.own", { id: `own-${own.number}`, tabindex: "-1" },
      element("h3.own__name", {}, name, " ", element("span.hint", {}, _("written on {day}", { day: formatDay(own.created_on) }), " · ", languageName(own.locale))),
      wordings(own.texts, own.locale),
      setUp.editable() && element("p.buttons.own__buttons", {},
        element("button.button.button--secondary", { type: "button", onclick: () => openEditor(own) }, _("Edit"), element("span.visually-hidden", {}, ` ${name}`)),
        remove));
  }

  function confirmDeletion(own, button) {
    const yes = element("button.button.button--warning", { type: "button", onclick: async () => {
      try {
        await setUp.change("DELETE", `own-statements/${own.number}`);
        setUp.say(_("Deleted"));
      } catch (problem) {
        setUp.say(problemText(problem));
      }
      setUp.show();
      byId("own-heading").focus();
    } }, _("Yes, delete it"));
    button.replaceWith(yes);
    yes.focus();
  }

  function open(content) {
    byId("editor").replaceChildren(content);
    byId("own-buttons").hidden = true;
    byId("editor-heading").focus();
  }

  function close() {
    byId("editor").replaceChildren();
    show();
    byId(byId("own-buttons").hidden ? "own-heading" : "add-own").focus();
  }

  function openEditor(own) {
    const form = editor(setUp, own, close);
    let number = own?.number;
    open(form);
    onSubmit(form, save, refused);

    async function save() {
      const errors = mistakesIn(form);
      if (errors.length) return showErrors(form, errors);
      const body = { locale: form.elements.language.value, texts: textsIn(form) };
      if (number) await setUp.change("PUT", `own-statements/${number}`, body);
      else await setUp.change("POST", "own-statements", body);
      byId("editor").replaceChildren();
      setUp.say(_("Saved"));
      setUp.show();
      byId(`own-${number ?? setUp.exercise.own_statements.at(-1).number}`).focus();
    }

    /** The form stays as it was filled in; the list above it shows what is stored now. */
    function refused({ code }) {
      if (code === "changed_meanwhile") {
        setUp.show();
        if (!number || setUp.exercise.own_statements.some((stored) => stored.number === number)) {
          return _("Somebody else changed this set-up in the meantime. Nothing was overwritten: the list above shows what is stored now, and what you typed is still here. Save again to keep yours.");
        }
        number = undefined;
        return _("Somebody else deleted this statement in the meantime. What you typed is still here: save again to add it anew.");
      }
      return undefined;
    }
  }

  function openLibrary() {
    open(element("div.card.editor", {},
      element("h3", { id: "editor-heading", tabindex: "-1" }, _("Suggestions on blended learning")),
      element("p.hint", {}, _("One click adds a suggestion to your statements. You can edit it there.")),
      element("ul.library", {}, setUp.questionnaire.library.map(({ topic, texts }) => offered(topic, texts, locale, true))),
      element("p.buttons", {}, element("button.button.button--quiet", { type: "button", onclick: close }, _("Close the suggestions")))));
  }

  async function openEarlier() {
    let exercises;
    try {
      ({ exercises } = await get(`/api/schools/${school.id}/templates`));
    } catch (problem) {
      return setUp.say(problemText(problem));
    }
    const earlier = exercises.filter(({ id, own_statements: statements }) => id !== setUp.exercise.id && statements.length > 0);
    open(element("div.card.editor", {},
      element("h3", { id: "editor-heading", tabindex: "-1" }, _("Statements of earlier exercises")),
      element("p.hint", {}, earlier.length
        ? _("One click adds a statement that your school wrote before. You can edit it there.")
        : _("In the last two years your school has written no statements of its own.")),
      earlier.flatMap(({ level, session_id: session, own_statements: statements }) => [
        element("h4", {}, exerciseName(level, session)),
        element("ul.library", {}, statements.map(({ texts, locale: lang, number }) => offered(_("Statement {number}", { number }), texts, lang))),
      ]),
      element("p.buttons", {}, element("button.button.button--quiet", { type: "button", onclick: close }, _("Close the list")))));
  }

  /** A statement that one click adds, for those of its groups that take part here; `folded` where its name says enough. */
  function offered(name, texts, lang, folded = false) {
    const fitting = Object.fromEntries(setUp.groups.filter((group) => texts[group]).map((group) => [group, texts[group]]));
    const said = element("span", { role: "status" }, isThere(fitting) && _("Already among your statements"));
    const add = element("button.button.button--secondary", { type: "button", disabled: Object.keys(fitting).length === 0, onclick: async () => {
      try {
        await setUp.change("POST", "own-statements", { locale: lang, texts: fitting });
        said.textContent = _("Added");
      } catch (problem) {
        said.textContent = problem.code === "changed_meanwhile"
          ? _("Somebody else changed this set-up in the meantime. The list above shows what is stored now: add it again if it is still missing.")
          : problemText(problem);
      }
      setUp.show();
    } }, _("Add"), element("span.visually-hidden", {}, `: ${name}`));
    return element("li", {}, element("div", {}, element("strong", {}, name), folded
      ? element("details", {}, element("summary", {}, _("Wording"), element("span.visually-hidden", {}, `: ${name}`)), wordings(fitting, lang))
      : wordings(fitting, lang)), element("div.library__add", {}, add, said));
  }

  const isThere = (texts) => setUp.exercise.own_statements.some((own) =>
    Object.entries(texts).some(([group, { text }]) => own.texts[group]?.text === text));

  return { show };
}
