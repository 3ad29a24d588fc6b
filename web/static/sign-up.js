// Sign-up: an address, a consent, a puzzle that the browser solves by itself; then where to look for the link.

import { get, send } from "./api.js";
import { byId } from "./dom.js";
import { onSubmit, showErrors, showProblem } from "./form.js";
import { _ } from "./messages.js";
import { solve } from "./puzzle.js";

const form = byId("form");
let solution = null;
let policy = "";

get("/api/sign-ups").then((known) => { policy = known.policy; }, (problem) => showProblem(form, problem));
// Only now: without this script, sending the form would put the address into the page's own address.
form.hidden = false;
// While somebody types, so that nobody waits for it.
form.addEventListener("focusin", () => { solution ??= compute(); }, { once: true });

async function compute() {
  byId("puzzle").textContent = _("Checking that this is not a program: your browser computes for a moment, nothing else is looked at.");
  const solved = await solve();
  byId("puzzle").textContent = solved ? _("The check is done.") : _("The check did not work. It is tried again when you send.");
  return solved;
}

/** Ask for the link with a fresh solution: each one counts once. */
async function ask() {
  const solved = (await solution) ?? (await compute());
  solution = null;
  await send("POST", "/api/sign-ups", {
    email: byId("email").value, policy, locale: document.documentElement.lang, puzzle: solved ?? "",
  });
}

onSubmit(form, async () => {
  const errors = [];
  if (!byId("email").value.trim()) errors.push({ field: "email", text: _("Give the address of your school.") });
  if (!byId("policy").checked) errors.push({ field: "policy", text: _("Tick the box if you agree: without it no account can be made.") });
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

function show(sent) {
  byId("ask").hidden = sent;
  byId("sent").hidden = !sent;
}
