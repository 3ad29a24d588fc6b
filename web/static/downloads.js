// The full list of statements and the library of suggestions, to read at leisure.

import { element } from "./dom.js";
import { labelled, languageChoice } from "./languages.js";
import { _ } from "./messages.js";

/** Make links to both lists as PDF and Excel, in a language that can be chosen. */
export function downloadsOf({ family, catalogue_version: version }) {
  const links = [
    ...list("statements", _("All core and optional statements")),
    ...list("suggestions", _("Suggestions for statements of your own")),
  ];
  const language = languageChoice({ onchange: () => point() });
  const point = () => {
    for (const link of links.flatMap(({ anchors }) => anchors)) {
      link.href = `/api/catalogue/${family}/${link.dataset.list}?${new URLSearchParams({ version, locale: language.value, format: link.dataset.format })}`;
    }
  };
  point();
  return element("div", {}, labelled(_("Language of the lists"), language), element("ul.lists", {}, links.map(({ name, anchors }) =>
    element("li", {}, name, element("span.lists__links", {}, anchors)))));
}

function list(key, name) {
  const link = (format, text) => element("a", { "data-list": key, "data-format": format, download: "" }, text, element("span.visually-hidden", {}, `: ${name}`));
  return [{ name, anchors: [link("pdf", "PDF"), link("xlsx", "Excel")] }];
}
