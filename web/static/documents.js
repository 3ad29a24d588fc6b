// Downloads of an exercise's results: Excel at once, PDF in any language when it has been made.

import { get, problemText, send } from "./api.js";
import { element } from "./dom.js";
import { _ } from "./messages.js";
import { locale } from "./page.js";

const ASK_AGAIN_MILLISECONDS = 3000;

const progress = {
  waiting: _("The PDF has been asked for and waits for its turn. It will also be sent to your school’s addresses."),
  in_progress: _("The PDF is being made. It will also be sent to your school’s addresses."),
  ready: _("The PDF is ready. It was also sent to your school’s addresses."),
  failed: _("The PDF could not be made. Please try again."),
};

/** Make the card with the downloads; it follows documents that are being made. */
export function documents(exercise) {
  const base = `/api/exercises/${exercise}`;
  const languages = [...document.querySelectorAll(".languages [lang]")].map((node) => [node.lang, node.textContent.trim()]);
  const choice = element("select.input", { id: "document-locale", onchange: () => show() },
    languages.map(([tag, name]) => element("option", { value: tag, lang: tag, selected: tag === locale }, name)));
  const excel = element("a.button.button--secondary", { download: true }, _("Download Excel"));
  const place = element("span.documents__pdf");
  const said = element("p", { role: "status" });
  let states = new Map();

  const load = async () => {
    states = new Map((await get(`${base}/documents`)).documents.map(({ locale: tag, state }) => [tag, state]));
    show();
  };
  const show = () => {
    const state = states.get(choice.value);
    excel.href = `${base}/workbook?locale=${choice.value}`;
    const download = element("a.button", { href: `${base}/documents/${choice.value}`, download: true }, _("Download PDF"));
    const ask = element("button.button", { type: "button", onclick: request }, state === "failed" ? _("Try again") : _("Make the PDF"));
    place.replaceChildren(state === "ready" ? download : state === undefined || state === "failed" ? ask : "");
    said.textContent = progress[state] ?? "";
    if (state === "waiting" || state === "in_progress") setTimeout(() => load().catch(fail), ASK_AGAIN_MILLISECONDS);
  };
  const request = () => send("POST", `${base}/documents`, { locale: choice.value }).then(load).catch(fail);
  const fail = (problem) => { said.textContent = problemText(problem); };

  show();
  load().catch(fail);
  return element("div.card.documents", {},
    element("div.field", {}, element("label", { for: "document-locale" }, _("Language of the download")), choice),
    element("p.documents__buttons", {}, excel, place),
    said);
}
