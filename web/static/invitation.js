// Texts that a coordinator sends to a group, in any language: the invitation with the links, the reminder later on.

import { element } from "./dom.js";
import { languageChoice } from "./languages.js";
import { _, inLanguage } from "./messages.js";
import { groupNames } from "./names.js";

/** Make a box with an invitation for a group, to be copied; the language can be chosen. */
export const invitation = (exercise, group, url) => textBox(_("Text of the invitation"), group, (words) => invite(words, exercise, group, url));

/** Make a box with a reminder for a group. */
export const reminder = (exercise, group, url) => textBox(_("Text of a reminder"), group, (words) => remind(words, exercise, url));

function invite({ _, day }, { level, first_day: first, last_day: last, slips }, group, url) {
  const young = group === "student" && level === "primary";
  return paragraphs(
    group === "student"
      ? _("Hello! Our school wants to know how we use digital technology, and your view counts.")
      : _("Dear all, our school looks at how it uses digital technology, and your view counts."),
    _("Please answer a short questionnaire from {first} to {last}:", { first: day(first), last: day(last) }),
    url,
    group in slips && _("You get a slip of paper with a one-time code. Nobody knows who has which one."),
    group === "student"
      ? _("It takes less than 20 minutes. You may leave out any question.")
      : _("It takes less than 40 minutes. You may leave out any question."),
    _("Taking part is voluntary and anonymous: no name, no account, and nobody can see what a single person answered."),
    young && _("For teachers: younger pupils answer best as a whole class, together with you."),
    _("Right after sending, you can get a certificate of participation. It cannot be had later."),
  );
}

function remind({ _, day }, { last_day: last }, url) {
  return paragraphs(
    _("A short reminder: our questionnaire on digital technology at school is open until {last}.", { last: day(last) }),
    url,
    _("Many thanks to all who have answered. We cannot see who has, so this message goes to everybody."),
    _("Taking part is voluntary and anonymous: no name, no account, and nobody can see what a single person answered."),
  );
}

const paragraphs = (...texts) => texts.filter(Boolean).join("\n\n");

function textBox(title, group, write) {
  const page = document.documentElement.lang;
  const text = element("textarea.input", { readonly: true, rows: 9, "aria-label": `${title}: ${groupNames[group]}` });
  const said = element("span", { role: "status", class: "link__said" });
  const language = languageChoice({ "aria-label": _("Language of the text"), onchange: () => fill(language.value) });
  const fill = async (locale) => {
    text.value = write(await inLanguage(locale));
    Object.assign(text, { lang: locale, dir: "auto" });
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text.value);
      said.textContent = _("Copied");
    } catch {
      text.select();
      said.textContent = _("Your browser does not allow copying. The text is selected: please copy it yourself.");
    }
  };
  fill(page);
  return element("details.invitation", {}, element("summary", {}, title, element("span.visually-hidden", {}, `: ${groupNames[group]}`)),
    element("p", {}, language), text,
    element("p.link__actions", {}, element("button.button.button--secondary", { type: "button", onclick: copy }, _("Copy the text")), said));
}
