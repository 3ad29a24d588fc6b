// The fields of what is written into an action plan, and how they are read.

import { byId, element } from "./dom.js";
import { fieldText } from "./field-texts.js";
import { showErrors } from "./form.js";
import { _, number, percent } from "./messages.js";
import { longest } from "./rules.js";
import { statusNames } from "./plan-words.js";

const field = (id, label, control, hint = "") => {
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  return element("div.field", {}, element("label", { for: id }, label), hint && element("p.hint", { id: `${id}-hint` }, hint), control);
};
const area = (id, label, value, most, hint, rows = 2) =>
  field(id, label, element("textarea.input", { id, rows, maxlength: most, dir: "auto" }, value ?? ""), hint);
const line = (id, label, value, most, hint) =>
  field(id, label, element("input.input", { id, type: "text", value: value ?? "", maxlength: most, dir: "auto", autocomplete: "off" }), hint);
const day = (id, label, value) => field(id, label, element("input.input.input--date", { id, type: "date", value: value ?? "" }));
const choice = (id, label, entries, chosen) =>
  field(id, label, element("select.input", { id }, entries.map(([value, name]) => element("option", { value, selected: value === chosen }, name))));

const valueOf = (id) => byId(id).value;

/** Refuse at once what is empty but needed. */
function needed(form, ids) {
  const empty = ids.filter((id) => !valueOf(id).trim());
  if (empty.length) showErrors(form, empty.map((id) => ({ field: id, text: fieldText({ field: id, code: "missing" }) })));
  return empty.length === 0;
}

/** What the school wants to reach. */
export function objectiveFields(objective) {
  return {
    nodes: [area("text", _("What do you want to reach?"), objective?.text, longest.objective, _("One sentence that says what will be different, and by when."), 3)],
    read: (form) => needed(form, ["text"]) && { text: valueOf("text") },
  };
}

/** What somebody does. */
export function activityFields(entry) {
  return {
    nodes: [
      area("text", _("What is done?"), entry?.text, longest.activity),
      element("div.plan-editor__row", {},
        line("resources", _("Resources"), entry?.resources, longest.resources, _("Rooms, devices, time, help from outside.")),
        line("budget", _("Budget"), entry?.budget, longest.budget)),
      line("persons", _("Who"), entry?.persons, longest.persons, _("Roles are enough. Names are kept with the plan until you delete it.")),
      element("div.plan-editor__row", {}, day("first_day", _("From"), entry?.first_day), day("last_day", _("By"), entry?.last_day)),
      choice("activity-status", _("State"), Object.entries(statusNames), entry?.status ?? "planned"),
    ],
    read: (form) => needed(form, ["text"]) && {
      text: valueOf("text"), resources: valueOf("resources"), budget: valueOf("budget"), persons: valueOf("persons"),
      first_day: valueOf("first_day") || null, last_day: valueOf("last_day") || null, status: valueOf("activity-status"),
    },
  };
}

/** A figure to aim at: of which question and group, the mean or some options, and where it stands now. */
export function measurementFields(entry, results, plan) {
  const questions = questionsOf(results, plan);
  const target = entry?.target ?? { question: plan.statements[0].code, unit: "", options: [], aim: "at_least", value: "" };
  const question = element("select.input", { id: "target.question" }, grouped(questions, target.question));
  const unit = element("select.input", { id: "target.unit" });
  const counted = element("div");
  const figure = element("p.plan-editor__figure", { role: "status" });
  const value = element("input.input.input--number", { id: "target.value", type: "number", inputmode: "decimal", step: "any", value: target.value });
  const unitOfValue = element("span.hint", { id: "target.value-hint" });
  value.setAttribute("aria-describedby", "target.value-hint");
  const asked = () => questions.find(({ code }) => code === question.value);
  const isShare = () => counted.querySelector("[name=counted]:checked")?.value !== "mean";
  const chosen = () => [...counted.querySelectorAll("[name='target.options']:checked")].map((box) => box.value);

  const showUnits = (wanted) => unit.replaceChildren(...asked().units.map(({ unit: key, name }) => element("option", { value: key, selected: key === wanted }, name)));
  const showCounted = (options) => counted.replaceChildren(...countedFields(asked(), options));
  const showFigure = () => {
    const share = isShare();
    for (const node of counted.querySelectorAll("[data-shares]")) node.hidden = !share;
    unitOfValue.textContent = share ? _("percent") : _("from 1 to {highest}", { highest: number(asked().highest) });
    const said = figureOf(asked(), unit.value, share ? chosen() : null);
    figure.textContent = said === null
      ? _("{session}: no figure to show", { session: results.session.name })
      : `${results.session.name}: ${share ? percent(said) : number(said, 1)}`;
  };
  question.addEventListener("change", () => { showUnits(unit.value); showCounted([]); showFigure(); });
  unit.addEventListener("change", showFigure);
  counted.addEventListener("change", showFigure);
  showUnits(target.unit);
  showCounted(target.options);
  showFigure();

  return {
    nodes: [
      field("target.question", _("Which figure would show it?"), question),
      field("target.unit", _("Who is asked"), unit),
      counted,
      figure,
      element("div.plan-editor__row", {},
        choice("target.aim", _("The figure should be"), [["at_least", _("at least")], ["at_most", _("at most")]], target.aim),
        element("div.field", {}, element("label", { for: "target.value" }, _("Target")), value, unitOfValue)),
      area("note", _("Note (you may leave it out)"), entry?.note, longest.note, _("What is meant exactly, or how else you will look at it.")),
    ],
    read: (form) => {
      if (!needed(form, ["target.value"])) return null;
      const options = isShare() ? chosen() : [];
      if (isShare() && options.length === 0) return showErrors(form, [{ field: "target.options", text: _("Choose at least one answer.") }]);
      return {
        note: valueOf("note"),
        target: { question: question.value, unit: unit.value, options, aim: valueOf("target.aim"), value: Number(value.value) },
      };
    },
  };
}

/** How answers become a figure: their mean, or the share of those who chose some options. */
function countedFields({ kind, options }, chosen) {
  const shares = chosen.length > 0 || kind !== "mean";
  const way = (value, text, checked) => element("label.choice", {}, element("input", { type: "radio", name: "counted", id: `counted-${value}`, value, checked }), element("span", {}, text));
  return [
    kind === "mean" && element("fieldset", {}, element("legend", {}, _("Which figure of the answers?")),
      element("div.choices", {}, way("mean", _("Their mean"), !shares), way("share", _("The share of some answers"), shares))),
    element("fieldset", { "data-shares": true }, element("legend", {}, kind === "ticks" ? _("Share of those who ticked") : _("Share of those who answered, added up")),
      element("div.choices", {}, options.map(({ code, label }, place) => element("label.choice", {},
        element("input", { type: kind === "ticks" ? "radio" : "checkbox", name: "target.options", id: place === 0 ? "target.options" : `target.options-${place}`, value: code, checked: chosen.includes(code) }),
        element("span", {}, /^\d+$/.test(code) ? `${code} ${label}` : label))))),
  ].filter(Boolean);
}

/** The published figure; null where none may be shown. */
function figureOf({ figures }, unit, options) {
  const found = figures.find((entry) => entry.unit === unit);
  if (!found) return null;
  if (options === null) return found.mean;
  if (!found.shares || options.length === 0) return null;
  return found.shares.filter(({ option }) => options.includes(option)).reduce((sum, share) => sum + share.percent, 0);
}

/** Everything that can be measured, the plan's own statements first. */
function questionsOf(results, plan) {
  const rated = (options) => options.filter(({ code }) => code !== "na");
  const scale = rated(results.scales.agreement);
  const unitsOf = (asked) => [
    ...results.units.filter(({ groups }) => groups.some((group) => asked.includes(group))),
    ...results.hidden.filter(({ group }) => asked.includes(group)).map(({ group, name }) => ({ unit: group, name })),
  ];
  const statements = [...results.statements, ...results.not_chosen].map(({ code, area: of, topic, asked, figures = [] }) =>
    ({ code, section: of ?? "own", name: of ? `${code} ${topic}` : topic, kind: "mean", options: scale, highest: scale.length, units: unitsOf(asked), figures }));
  const others = results.other_areas.flatMap(({ name, kind, questions, options, items }) => items.map(({ code, label, figures }) =>
    ({ code, section: "other", name: items.length > 1 ? `${name} · ${label}` : name, kind, options: rated(options), highest: rated(options).length, units: unitsOf(Object.keys(questions)), figures })));
  const own = new Set(plan.statements.map(({ code }) => code));
  return [...statements, ...others].filter(({ units }) => units.length > 0)
    .map((entry) => ({ ...entry, first: own.has(entry.code) }))
    .sort((a, b) => Number(b.first) - Number(a.first));
}

function grouped(questions, chosen) {
  const option = ({ code, name }) => element("option", { value: code, selected: code === chosen }, name);
  const group = (label, entries) => entries.length > 0 && element("optgroup", { label }, entries.map(option));
  return [
    group(_("Statements of this plan"), questions.filter(({ first }) => first)),
    group(_("Other areas"), questions.filter(({ first, section }) => !first && section === "other")),
    group(_("All statements"), questions.filter(({ first, section }) => !first && section !== "other")),
  ].filter(Boolean);
}
