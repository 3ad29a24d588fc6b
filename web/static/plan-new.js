// Begin an action plan: from which results, for which area and year, with which statements.

import { get, send } from "./api.js";
import { byId, element } from "./dom.js";
import { onSubmit, showErrors } from "./form.js";
import { _, number } from "./messages.js";
import { address, exerciseId, locale, page, parameters } from "./page.js";
import { noResults } from "./plan-words.js";

const form = byId("form");
const wanted = parameters.get("statement");
let school;
let results;

page(async (ours) => {
  school = ours;
  const { sources, areas, school_years: years } = await get(`/api/schools/${school.id}/plans?locale=${locale}`);
  if (sources.length === 0) {
    form.replaceChildren(noResults());
    return;
  }
  const known = sources.some(({ exercise }) => exercise === exerciseId);
  byId("exercise").append(
    ...sources.map(({ exercise, level_name: level, session_name: session }) => element("option", { value: exercise, selected: exercise === exerciseId }, _("{level}, {session}", { level, session }))),
    ...(exerciseId && !known ? [await earlier()] : []),
  );
  byId("school_year").append(...years.map((year) => element("option", { value: year }, _("{first_year}–{second_year}", { first_year: year, second_year: year + 1 }))));
  byId("area").append(...areas.map(({ code, name }) => element("option", { value: code, selected: code === wanted?.[0] }, `${code} ${name}`)));
  byId("exercise").addEventListener("change", loadResults);
  byId("area").addEventListener("change", showStatements);
  await loadResults();
  onSubmit(form, begin);
});

/** An exercise that is not the newest of its level can be started from as well. */
async function earlier() {
  const { level_name: level, session } = await get(`/api/exercises/${exerciseId}/results?locale=${locale}`);
  return element("option", { value: exerciseId, selected: true }, _("{level}, {session}", { level, session: session.name }));
}

async function loadResults() {
  results = await get(`/api/exercises/${byId("exercise").value}/results?locale=${locale}`);
  showStatements();
}

/** Offer the statements of the area with their overall mean, lowest first, then those left out and the school's own. */
function showStatements() {
  const area = byId("area").value;
  const asked = results.statements.filter((statement) => statement.area === area)
    .sort((a, b) => (a.overall ?? Infinity) - (b.overall ?? Infinity));
  const own = results.statements.filter((statement) => statement.area === null);
  const left = results.not_chosen.filter((statement) => statement.area === area);
  byId("statements").replaceChildren(...[...asked, ...left, ...own].map(choice));
}

function choice({ code, area, topic, overall, locale: lang }) {
  const own = area === null;
  const figure = overall === undefined ? _("optional, not chosen") : overall === null ? _("no overall mean") : _("overall mean {mean}", { mean: number(overall, 1) });
  return element("label.choice", {},
    element("input", { type: "checkbox", name: "statements", id: `statement-${code}`, value: code, checked: code === wanted }),
    element("span", {}, element("span.choice__name", {}, !own && `${code} `, element("span", own ? { lang, dir: "auto" } : {}, topic)),
      element("span.hint", {}, own ? `${_("a statement of your own")} · ${figure}` : figure)));
}

async function begin() {
  const codes = [...form.querySelectorAll("[name=statements]:checked")].map(({ value }) => value);
  if (codes.length === 0) return showErrors(form, [{ field: "statements", text: _("Choose at least one statement.") }]);
  const body = { exercise: byId("exercise").value, school_year: Number(byId("school_year").value), area: byId("area").value, statements: codes };
  try {
    const plan = await send("POST", `/api/schools/${school.id}/plans?locale=${locale}`, body);
    location.assign(address("plans/plan/", { plan: plan.id }));
  } catch (problem) {
    if (problem.code !== "plan_exists") throw problem;
    showErrors(form, [], _("There is a plan for this area and school year already."));
    const plan = `${school.id}-${body.school_year}-${results.level}-${body.area}`;
    form.querySelector(".error-summary").append(element("p", {}, element("a", { href: address("plans/plan/", { plan }) }, _("Go to that plan and add the statement there"))));
  }
}
