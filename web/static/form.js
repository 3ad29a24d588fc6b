// Forms keep what was typed, and say at the top and at each field what does not fit.

import { problemText } from "./api.js";
import { element } from "./dom.js";
import { fieldText } from "./field-texts.js";
import { _ } from "./messages.js";

/** Send a form by `action`; a refusal becomes an error summary, and the form can be sent again.
 *
 * `onRefusal` may look at the problem first and return a better text for it. */
export function onSubmit(form, action, onRefusal = () => undefined) {
  let sending = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    clearErrors(form);
    form.setAttribute("aria-busy", "true");
    try {
      await action();
    } catch (problem) {
      if (problem.code === undefined) throw problem;
      showProblem(form, problem, await onRefusal(problem));
    } finally {
      sending = false;
      form.removeAttribute("aria-busy");
    }
  });
}

/** Show a refusal of the API at a form. */
export function showProblem(form, problem, otherwise = problemText(problem)) {
  const errors = problem.errors.map((error) => ({ field: error.field, text: error.text ?? fieldText(error) }));
  showErrors(form, errors, errors.length ? "" : otherwise);
  if (problem.code === "not_signed_in") form.querySelector(".error-summary").append(signInBeside());
}

/** Signing in again in another tab leaves what was typed where it is. */
function signInBeside() {
  const home = `/${document.documentElement.lang}/setup/`;
  return element("p", {}, element("a", { href: `/auth/login?return_to=${encodeURIComponent(home)}`, target: "_blank" },
    _("Sign in again in a new tab, then come back and save: what you typed is still here.")));
}

/** Show errors `{field, text}` in a summary that takes the focus, and at their fields. */
export function showErrors(form, errors, otherwise = "") {
  clearErrors(form);
  const items = errors.map(({ field, text }) => {
    const input = find(form, field);
    if (!input) return element("li", {}, text);
    // Read first: a label may hold its box, and then the error too.
    const name = input.dataset.name ?? labelOf(input);
    markInvalid(input, text);
    return element("li", {}, element("a", { href: `#${input.id}`, onclick: (event) => focus(event, input) }, !name ? text : /[?;؟]$/.test(name) ? `${name} ${text}` : _("{name}: {value}", { name, value: text })));
  });
  const summary = element(
    "div.error-summary",
    { role: "alert", tabindex: "-1" },
    element("h2", {}, _("Please check this")),
    items.length ? element("ul", {}, items) : element("p", {}, otherwise),
  );
  form.prepend(summary);
  summary.focus();
}

/** Remove the error summary and what stands at the fields. */
export function clearErrors(form) {
  for (const node of form.querySelectorAll(".error-summary, .field__error")) node.remove();
  for (const field of form.querySelectorAll(".field--invalid")) field.classList.remove("field--invalid");
  for (const input of form.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    describedBy(input, (ids) => ids.filter((id) => id !== errorId(input)));
  }
}

function find(form, field) {
  return form.querySelector(`[id="${CSS.escape(field)}"], [name="${CSS.escape(field)}"]`);
}

function markInvalid(input, text) {
  const field = input.closest(".field") ?? input.closest("fieldset") ?? input.parentElement;
  field.classList.add("field--invalid");
  const message = element("p.field__error", { id: errorId(input) }, text);
  const label = field.querySelector("legend, label");
  if (label && !label.contains(input)) label.after(message);
  else if (field.matches("label")) field.before(message);  // a box by itself
  else field.prepend(message);
  input.setAttribute("aria-invalid", "true");
  describedBy(input, (ids) => [errorId(input), ...ids]);
}

const errorId = (input) => `${input.id}-error`;

function describedBy(input, change) {
  const ids = change((input.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  if (ids.length) input.setAttribute("aria-describedby", ids.join(" "));
  else input.removeAttribute("aria-describedby");
}

// What is missing at a box or a choice says by itself what it is about.
const labelOf = (input) => (["radio", "checkbox"].includes(input.type) ? "" : input.labels?.[0]?.textContent.trim() ?? "");

function focus(event, input) {
  event.preventDefault();
  input.focus();
  input.scrollIntoView({ block: "center" });
}
