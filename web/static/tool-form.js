// The form of one tool of a data map: a part at a time, fields that depend on others, what is open, and changes of others.

import { Problem } from "./api.js";
import { byId, element } from "./dom.js";
import { clearErrors, onSubmit } from "./form.js";
import { _, listing, ngettext } from "./messages.js";
import { onNewest, snapshot } from "./newest.js";

const form = byId("tool-form");
const fields = [...form.querySelectorAll("[data-field]")];
const parts = [...form.querySelectorAll(".tool-part")];
const steps = [...byId("tool-parts").querySelectorAll("[data-part]")];

/** Wire the form up. `post` and `put` send a tool, `newest` fetches one by its number, `done` leaves the form, `named` is told
 * which tool it is, `texts` say what a refusal means here.
 *
 * Returns `open(tool, gaps, field)`: begins to edit a tool, or with an object without a number a new one. */
export function toolForm({ post, put, newest, done, named, texts = {} }) {
  let base;
  let shown;

  const show = ({ tool, gaps }) => {
    base = tool;
    named(tool);
    write(tool);
    shown = read();
    showGaps(gaps);
    delete byId("tool-close").dataset.sure;
    byId("tool-close").textContent = _("Back to the list");
  };

  for (const button of steps) button.addEventListener("click", () => go(button.dataset.part));
  form.addEventListener("change", depend);
  byId("tool-close").addEventListener("click", () => {
    const button = byId("tool-close");
    if (same(read(), shown) || button.dataset.sure) return done();
    // Pressed once more, it leaves.
    button.dataset.sure = "yes";
    button.textContent = _("Leave without saving");
    byId("tool-said").textContent = _("What you typed is not saved yet.");
    return undefined;
  });
  onSubmit(form, async () => {
    byId("tool-said").textContent = "";
    const typed = read();
    const missing = ["name", "kind"].filter((field) => !typed[field]?.trim());
    if (missing.length) throw new Problem(422, { code: "invalid", errors: missing.map((field) => ({ field, code: "missing" })) });
    const saved = base.number ? await change() : await post(typed);
    show(saved);
    byId("tool-said").textContent = _("Saved");
    const next = parts[parts.findIndex((part) => !part.hidden) + 1];
    if (next) go(next.id.replace("part-", ""));
    else done();
  }, refusal);

  /** Store what was typed on the newest version: what others changed in other fields stays, the same field is asked about. */
  const change = () => onNewest(() => put(base.number, base.version, read()), async () => {
    const theirs = await newest(base.number);
    if (!theirs) throw new Problem(404, { code: "unknown" });
    const both = merge(theirs.tool);
    base = theirs.tool;
    if (both.length) throw new Problem(409, { code: "part_changed", errors: both });
  });

  /** Take over what others changed and we did not; return the fields that both changed. */
  function merge(theirs) {
    const mine = read();
    const both = [];
    for (const { dataset: { field } } of fields) {
      if (same(theirs[field], base[field]) || same(theirs[field], mine[field])) continue;
      if (same(mine[field], base[field])) mine[field] = theirs[field];
      else both.push({ field, code: "part_changed", text: _("Somebody else has written here: {text}. Save again to put yours in its place.", { text: said(field, theirs[field]) }) });
    }
    write(mine);
    return both;
  }

  function refusal(problem) {
    const first = problem.errors.map(({ field }) => fieldNode(field)).find(Boolean);
    if (first) go(partOf(first), false);
    if (problem.code === "unknown" && base.number) {
      base = { ...base, number: 0 };
      return _("Somebody else has deleted this tool. What you typed is still here: save again to list it anew.");
    }
    return problem.code === "too_many_tools" ? _("There is room for 200 tools.") : texts[problem.code];
  }

  return (tool, gaps = [], field = "") => {
    clearErrors(form);
    byId("tool-said").textContent = "";
    show({ tool, gaps });
    const node = fieldNode(field);
    go(node ? partOf(node) : "tool", !node);
    if (node) (node.querySelector(":checked") ?? node.querySelector("input, select, textarea")).focus();
  };
}

const same = (one, other) => snapshot(one) === snapshot(other);
const fieldNode = (name) => fields.find(({ dataset }) => dataset.field === name.split(".")[0]);
const partOf = (node) => node.closest(".tool-part").id.replace("part-", "");

/** Show one part and hide the others. */
function go(key, focus = true) {
  for (const part of parts) part.hidden = part.id !== `part-${key}`;
  for (const step of steps) {
    if (step.dataset.part === key) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  }
  byId("tool-save").textContent = key === steps.at(-1).dataset.part ? _("Save and close") : _("Save and go on");
  if (focus) byId(`heading-${key}`).focus();
}

/** Show fields that depend on what was chosen elsewhere. */
function depend() {
  for (const node of fields.filter(({ dataset }) => dataset.when)) {
    const [name, values] = node.dataset.when.split("=");
    const chosen = valuesOf(name);
    node.hidden = !values.split("|").some((value) => chosen.includes(value));
  }
}

function valuesOf(name) {
  const node = fieldNode(name);
  return [...node.querySelectorAll("input:checked, select")].map(({ value }) => value);
}

/** Read what was typed; a field that is not shown has nothing to say. */
function read() {
  depend();
  return Object.fromEntries(fields.map((node) => [node.dataset.field, valueOf(node)]));
}

function valueOf(node) {
  const { kind, field } = node.dataset;
  const values = node.hidden ? [] : valuesOf(field);
  if (kind === "many") return values;
  if (kind === "one") return values[0] || null;
  const typed = node.hidden ? "" : node.querySelector("input, textarea").value;
  if (kind === "text") return typed;
  return kind === "number" ? (typed === "" ? null : Math.round(Number(typed))) : typed || null;
}

function write(tool) {
  for (const node of fields) {
    const value = tool[node.dataset.field];
    const wanted = Array.isArray(value) ? value : [String(value ?? "")];
    for (const input of node.querySelectorAll("input, select, textarea")) {
      if (["checkbox", "radio"].includes(input.type)) input.checked = wanted.includes(input.value);
      else input.value = wanted[0] ?? "";
    }
  }
  depend();
}

/** Say a value in the words of its choices. */
function said(field, value) {
  const node = fieldNode(field);
  const words = [value ?? []].flat().map((key) => {
    const input = [...node.querySelectorAll("input, option")].find((each) => each.value === String(key));
    return (input?.closest("label") ?? input)?.textContent.trim() || String(key);
  });
  return words.length ? `«${listing(words)}»` : _("nothing");
}

/** Say at each field what is still open, and how much in each part. */
function showGaps(gaps) {
  for (const node of form.querySelectorAll(".field__open")) node.remove();
  for (const node of fields) {
    const texts = gaps.filter(({ field }) => field === node.dataset.field).map(({ text }) => text);
    const id = `${node.dataset.field}-open-point`;
    const hint = node.querySelector(".hint");
    if (texts.length) (hint ?? node.querySelector("legend, label")).after(element("p.field__open", { id }, texts.join(" ")));
    const described = node.matches("fieldset") ? node : node.querySelector("input, select, textarea");
    const ids = [hint?.id, texts.length && id].filter(Boolean);
    if (ids.length) described.setAttribute("aria-describedby", ids.join(" "));
    else described.removeAttribute("aria-describedby");
  }
  for (const step of steps) {
    const open = gaps.filter(({ field }) => partOf(fieldNode(field)) === step.dataset.part).length;
    step.querySelector("[data-open]").textContent = open ? ngettext("{n} open", "{n} open", open) : "";
  }
}
