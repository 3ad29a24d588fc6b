// The questionnaire of each group as it will be seen, in any language, in a tab of its own.

import { problemText, send } from "./api.js";
import { element, groupLabel } from "./dom.js";
import { labelled, languageChoice } from "./languages.js";
import { groupsOf } from "./length.js";
import { _ } from "./messages.js";
import { groupNames } from "./names.js";

/** Make a button for each group and a choice of language; `say` shows what went wrong. */
export function previews(exercise, say) {
  const language = languageChoice();
  return element("div", {}, labelled(_("Language of the preview"), language),
    element("ul.previews", {}, groupsOf(exercise).map((group) => element("li", {}, previewButton(exercise, group, language, say)))));
}

function previewButton(exercise, group, language, say) {
  return element("button.button.button--quiet", { type: "button", onclick: async () => {
    // Opened before waiting: browsers allow new tabs only at the click itself.
    const tab = window.open("", "_blank");
    try {
      const { path } = await send("POST", `/api/exercises/${exercise.id}/previews/${group}`);
      // A browser that lets no tab be opened shows the preview in this one.
      (tab ?? window).location = `${path}?lang=${language.value}`;
    } catch (problem) {
      tab?.close();
      say(problemText(problem));
    }
  } }, groupLabel(group, groupNames[group]), element("span.visually-hidden", {}, ` (${_("opens in a new tab")})`));
}
