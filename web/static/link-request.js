// A form of strangers that has a link sent: a puzzle that the browser solves by itself, then where to look for the link.

import { send } from "./api.js";
import { byId } from "./dom.js";
import { onSubmit, showErrors, showProblem } from "./form.js";
import { _ } from "./messages.js";
import { solve } from "./puzzle.js";

/** Wire the form up; `check` returns what is missing, `body` what is sent to `path` beside language and solution. */
export function linkRequest({ path, check, body }) {
  const form = byId("form");
  let solution = null;

  // Only now: without this script, sending the form would put what was typed into the page's own address.
  form.hidden = false;
  // While somebody types, so that nobody waits for it.
  form.addEventListener("focusin", () => { solution ??= compute(); }, { once: true });

  /** Ask for the link with a fresh solution: each one counts once. */
  async function ask() {
    const solved = (await solution) ?? (await compute());
    solution = null;
    await send("POST", path, { ...body(), locale: document.documentElement.lang, puzzle: solved ?? "" });
  }

  onSubmit(form, async () => {
    const errors = check();
    if (errors.length) return showErrors(form, errors);
    await ask();
    byId("sent-to").textContent = byId("email").value.trim();
    byId("resent").textContent = "";
    show(true);
    byId("sent-heading").focus();
  });

  byId("resend").addEventListener("click", async () => {
    const button = byId("resend");
    button.disabled = true;
    byId("resent").textContent = _("Sending…");
    try {
      await ask();
      byId("resent").textContent = _("Sent again.");
    } catch (problem) {
      if (problem.code === undefined) throw problem;
      show(false);
      showProblem(form, problem);
    } finally {
      button.disabled = false;
    }
  });

  byId("other").addEventListener("click", () => {
    show(false);
    byId("email").focus();
  });
}

async function compute() {
  byId("puzzle").textContent = _("Checking that this is not a program: your browser computes for a moment, nothing else is looked at.");
  const solved = await solve();
  byId("puzzle").textContent = solved ? _("The check is done.") : _("The check did not work. It is tried again when you send.");
  return solved;
}

function show(sent) {
  byId("ask").hidden = sent;
  byId("sent").hidden = !sent;
}
