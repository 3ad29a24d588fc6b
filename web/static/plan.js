// One action plan: statements, objectives, measurements, activities, each written in its place and saved at once.

import { get, Problem, problemText, send } from "./api.js";
import { byId, element } from "./dom.js";
import { onSubmit, showProblem } from "./form.js";
import { _, ngettext, number } from "./messages.js";
import { onNewest, snapshot } from "./newest.js";
import { address, locale, page, planId } from "./page.js";
import { activityFields, measurementFields, objectiveFields } from "./plan-fields.js";
import { figures, measured, outcomeTag, statusTag, when } from "./plan-words.js";

const path = `/api/plans/${encodeURIComponent(planId)}`;
const query = `locale=${locale}`;
let plan;
let results;
let editor = null;

page(async () => {
  plan = await get(`${path}?${query}`);
  results = await get(`/api/exercises/${plan.start.exercise}/results?${query}`);
  const title = _("{area}: action plan {school_year}", { area: plan.area.name, school_year: plan.school_year_name });
  document.querySelector("h1").textContent = title;
  document.title = document.title.replace(/^[^·]*/, `${title} `);
  byId("caption").textContent = plan.level_name;
  byId("caption").hidden = false;
  showAll();
});

// Changes

/** What is sent of a plan: all that was typed, nothing that was made of it. */
const sent = ({ statements }) => statements.map(({ code, objectives }) => ({
  code,
  objectives: objectives.map(({ number: of, text, measurements, activities }) => ({
    number: of,
    text,
    measurements: measurements.map(({ number: own, note, target }) => ({ number: own, note, target })),
    activities: activities.map(({ number: own, text: what, resources, budget, persons, first_day, last_day, status }) =>
      ({ number: own, text: what, resources, budget, persons, first_day, last_day, status })),
  })),
}));

/** Make a change on the newest version.
 *
 * `touched` picks the part of a plan that the change is about, `seen` is that part as it was when somebody began to
 * change it. When somebody else has changed other parts, both changes go in; when the same part, nothing is overwritten. */
async function change(touched, seen, request) {
  plan = await onNewest(() => request(plan), async () => {
    plan = await get(`${path}?${query}`);
    if (snapshot(touched(plan)) !== seen) throw new Problem(409, { code: "part_changed" });
  });
}

/** Store the plan with its parts changed by `edit`, which gets what would be sent. */
const store = (touched, seen, edit) => change(touched, seen, (now) => {
  const statements = sent(now);
  edit(statements);
  return send("PUT", `${path}?${query}`, { version: now.version, statements });
});

const statementIn = (statements, code) => statements.find((entry) => entry.code === code);
const objectiveIn = (statements, of) => statements.flatMap(({ objectives }) => objectives).find((entry) => entry.number === of);

function say(text) {
  byId("status").replaceChildren(element("p.saved", {}, text));
}

// The page

function showAll() {
  document.body.classList.toggle("is-editing", editor !== null);
  byId("head").replaceChildren(...head());
  byId("plan").replaceChildren(...plan.statements.map(statementCard));
  byId("more").replaceChildren(more());
  byId("sharing").replaceChildren(...sharing());
  byId("removal").replaceChildren(element("div.plan-actions", {}, confirmed(_("Delete the plan"), _("Yes, delete the plan"), removePlan, "secondary")));
  if (editor) (byId(editor.slot) ?? byId("head")).append(editor.form);
}

function head() {
  const { start, latest, progress: { activities, done, targets, measured: told, met } } = plan;
  const languages = [...document.querySelectorAll(".languages [lang]")].map((node) => [node.lang, node.textContent.trim()]);
  const pdf = element("a.button.button--secondary", { download: true }, _("Download PDF"));
  const excel = element("a.button.button--secondary", { download: true }, _("Download Excel"));
  const choice = element("select.input", { id: "download-locale", onchange: () => point() }, languages.map(([tag, name]) => element("option", { value: tag, lang: tag, selected: tag === locale }, name)));
  const point = () => {
    pdf.href = `${path}/document?locale=${choice.value}`;
    excel.href = `${path}/workbook?locale=${choice.value}`;
  };
  point();
  return [
    element("p", {}, _("Made from the results of {session}.", { session: start.name }), " ",
      latest && _("The newest figures are those of {session}.", { session: latest.name })),
    element("p", {}, activities === 0 ? _("No activities yet") : ngettext("{done} of {n} activity done", "{done} of {n} activities done", activities, { done: number(done) }),
      told > 0 && [" · ", ngettext("{met} of {n} target met", "{met} of {n} targets met", targets, { met: number(met) })]),
    plan.statements.length > 2 && element("div.notice.notice--warning", {}, element("p", {}, _("One or two statements at a time are enough: a plan for everything is carried out by nobody."))),
    element("div.card.documents.downloads", {},
      element("div.field", {}, element("label", { for: "download-locale" }, _("Language of the download")), choice),
      element("p.documents__buttons", {}, pdf, " ", excel, " ", element("button.button.button--quiet", { type: "button", onclick: () => print() }, _("Print this page")))),
  ].filter(Boolean);
}

function statementCard({ code, own, topic, locale: lang, texts, objectives }) {
  const words = own ? { lang, dir: "auto" } : {};
  const name = own ? topic : code;
  return element("section.card.planned", { "data-area": plan.area.code, "aria-labelledby": `statement-${code}` },
    element("h2", { id: `statement-${code}`, tabindex: "-1" }, !own && element("span.planned__code", {}, `${code} `), element("span", words, topic)),
    element("details", {}, element("summary", {}, _("Wording and figures"), element("span.visually-hidden", {}, `: ${name}`)), wordings(code, texts, words)),
    objectives.length === 0 && element("p.hint", {}, _("No objective yet. What do you want to reach by the end of the school year?")),
    objectives.map((objective, place) => objectivePart(code, objective, place + 1)),
    element("div", { id: `slot-${code}` }),
    element("div.plan-actions", {},
      button(_("Add an objective"), name, () => editObjective(code, null), objectives.length ? "secondary" : ""),
      plan.statements.length > 1 && confirmed(_("Take this statement out"), _("Yes, take it out with all that belongs to it"), () => remove(
        (now) => statementIn(now.statements, code), (statements) => { statements.splice(statements.findIndex((entry) => entry.code === code), 1); }))));
}

/** Each group's own words with its mean in the results that the plan was made from. */
function wordings(code, texts, words) {
  const found = results.statements.find((statement) => statement.code === code);
  const figureOf = (group) => {
    const unit = results.units.find(({ groups }) => groups.includes(group))?.unit;
    return found?.figures.find((figure) => figure.unit === unit)?.mean;
  };
  const nameOf = (group) => results.participation.groups.find((entry) => entry.group === group)?.name ?? group;
  return element("dl.wordings", {}, Object.entries(texts).map(([group, text]) => {
    const mean = figureOf(group);
    return element("div", {}, element("dt", {}, nameOf(group)), element("dd", {}, element("span", words, text), " ",
      typeof mean === "number" && element("strong.nowrap", {}, _("mean {mean}", { mean: number(mean, 1) }))));
  }));
}

function objectivePart(code, objective, place) {
  const title = _("Objective {number}", { number: number(place) });
  const of = objective.number;
  return element("div.objective", { id: `objective-${of}`, tabindex: "-1" },
    element("h3", {}, element("span.objective__number", {}, title), " ", element("span.typed", { dir: "auto" }, objective.text)),
    element("div.plan-actions", {},
      button(_("Edit"), title, () => editObjective(code, objective)),
      confirmed(_("Delete"), _("Yes, delete it with all that belongs to it"), () => remove(
        (now) => objectiveIn(now.statements, of), (statements) => {
          for (const { objectives } of statements) dropFrom(objectives, of);
        }), "quiet", title)),
    element("h4", {}, _("How we measure it")),
    objective.measurements.length === 0 && element("p.hint", {}, _("No target yet. Which figure would show that you got there?")),
    element("ul.measurements", {}, objective.measurements.map((entry) => measurementPart(of, entry))),
    element("div.plan-actions", {}, button(_("Add a target"), title, () => editMeasurement(of, null), "secondary")),
    element("h4", {}, _("What is done")),
    objective.activities.length === 0 && element("p.hint", {}, _("No activities yet. Who does what, with what, until when?")),
    element("ol.activities", {}, objective.activities.map((entry) => activityPart(of, entry))),
    element("div.plan-actions", {}, button(_("Add an activity"), title, () => editActivity(of, null), "secondary")),
    element("div", { id: `slot-${of}` }));
}

function measurementPart(of, entry) {
  return element("li.measurement", { id: `part-${entry.number}`, tabindex: "-1" },
    element("p", {}, measured(entry)),
    entry.note && element("p.hint", {}, element("span.typed", { dir: "auto" }, entry.note)),
    figures([
      [_("Who is asked"), element("span", {}, entry.unit_name)],
      [_("Target"), element("strong", {}, entry.said)],
      [_("At the start"), element("span", {}, entry.start_said)],
      [_("Now"), entry.now_said && element("span", {}, entry.now_said, " ", outcomeTag(entry))],
    ]),
    element("div.plan-actions", {},
      button(_("Edit"), entry.what, () => editMeasurement(of, entry)),
      confirmed(_("Delete"), _("Yes, delete it"), () => removePart("measurements", of, entry), "quiet", entry.what)),
    element("div", { id: `slot-part-${entry.number}` }));
}

function activityPart(of, entry) {
  return element("li.activity", { id: `part-${entry.number}`, tabindex: "-1" },
    element("p.activity__text", {}, element("span.typed", { dir: "auto" }, entry.text), " ", statusTag(entry.status)),
    figures([[_("When"), when(entry)], [_("Resources"), entry.resources], [_("Budget"), entry.budget], [_("Who"), entry.persons]]),
    element("div.plan-actions", {},
      button(_("Edit"), entry.text, () => editActivity(of, entry)),
      confirmed(_("Delete"), _("Yes, delete it"), () => removePart("activities", of, entry), "quiet", entry.text)),
    element("div", { id: `slot-part-${entry.number}` }));
}

/** A button whose hidden words say what it is about. */
function button(text, about, onclick, kind = "quiet") {
  return element(kind ? `button.button.button--${kind}` : "button.button", { type: "button", onclick }, text, about && element("span.visually-hidden", {}, `: ${about}`));
}

/** A button that asks once more before it acts. */
function confirmed(text, question, action, kind = "quiet", about = "") {
  const first = button(text, about, () => {
    const yes = element("button.button.button--warning", { type: "button", onclick: () => action().catch((problem) => {
      showAll();
      say(textOf(problem));
    }) }, question);
    first.replaceWith(yes);
    yes.focus();
  }, kind);
  return first;
}

// Removing

function dropFrom(parts, of) {
  const at = parts.findIndex((entry) => entry.number === of);
  if (at >= 0) parts.splice(at, 1);
}

async function remove(touched, edit) {
  await store(touched, snapshot(touched(plan)), edit);
  showAll();
  say(_("Deleted"));
  byId("main").focus();
}

const removePart = (kind, of, { number: part }) => remove(
  (now) => objectiveIn(now.statements, of)?.[kind].find((entry) => entry.number === part),
  (statements) => dropFrom(objectiveIn(statements, of)?.[kind] ?? [], part),
);

async function removePlan() {
  await change(() => null, snapshot(null), (now) => send("DELETE", `${path}?version=${now.version}`).then(() => now));
  location.assign(address("plans/", {}));
}

// Writing

/** Open a form in a slot. `touched` is the part it is about, `put` writes what was read from the form into a plan. */
function open(slot, heading, fields, touched, put, after) {
  const form = element("form.card.plan-editor", { novalidate: true, "aria-labelledby": "editor-heading" },
    element("h3", { id: "editor-heading", tabindex: "-1" }, heading),
    fields.nodes,
    element("p.buttons", {}, element("button.button", { type: "submit" }, _("Save")), element("button.button.button--quiet", { type: "button", onclick: () => close(after) }, _("Cancel"))));
  const opened = { slot, form };
  let seen = snapshot(touched(plan));
  editor = opened;
  showAll();
  byId("editor-heading").focus();
  onSubmit(form, async () => {
    const read = fields.read(form);
    if (!read) return;
    try {
      await store(touched, seen, (statements) => put(statements, read));
    } catch (problem) {
      if (problem.code === "part_changed") {
        // From now on the form is about what the other one wrote: saving again is a decision.
        seen = snapshot(touched(plan));
        showAll();
        showProblem(form, problem, conflict(touched(plan)));
        return;
      }
      showProblem(form, { ...problem, code: problem.code, errors: problem.errors.map(shortened) }, textOf(problem));
      return;
    }
    close(after);
    say(_("Saved"));
  });
}

/** Fields of the form are named without the place of their part in the plan. */
const shortened = (error) => ({ ...error, field: error.field.replace(/^statements(\.\d+\.(objectives|measurements|activities))*\.\d+\./, "") });

function conflict(now) {
  return now === undefined
    ? _("Somebody else has deleted this in the meantime. What you typed is still here: save again to put it back.")
    : _("Somebody else has changed this in the meantime, and nothing was overwritten. What you typed is still here; the plan now says: «{text}». Save again to put yours in its place.", { text: described(now) });
}

const described = (part) => [part.text ?? part.said, part.note, part.resources, part.budget, part.persons, part.text && when(part), part.status_name].filter(Boolean).join(" · ");

const textOf = (problem) => problem.code === "part_changed"
  ? _("Somebody else has changed this in the meantime, so it was not deleted. Look at it first.")
  : problemText(problem);

function close(after) {
  editor = null;
  showAll();
  (byId(after) ?? byId("main")).focus();
}

/** Put a part into a list: in the place of the one with its number, or at the end. */
function put(parts, read, of) {
  const at = parts.findIndex((entry) => entry.number === of);
  if (at >= 0) parts[at] = { ...parts[at], ...read };
  else parts.push({ number: of ?? 0, ...read });
}

function editObjective(code, objective) {
  const of = objective?.number;
  open(of ? `objective-${of}` : `slot-${code}`, of ? _("Edit the objective") : _("Add an objective"), objectiveFields(objective),
    (now) => (of ? pick(objectiveIn(now.statements, of), ["text"]) : Boolean(statementIn(now.statements, code))),
    (statements, read) => put(statementOf(statements, code).objectives, of ? read : { ...read, measurements: [], activities: [] }, of),
    of ? `objective-${of}` : `statement-${code}`);
}

const pick = (part, names) => part && Object.fromEntries(names.map((name) => [name, part[name]]));

/** A statement or objective that somebody else has taken out cannot be written into. */
function statementOf(statements, code) {
  const found = statementIn(statements, code);
  if (!found) throw new Problem(404, { code: "unknown" });
  return found;
}

function objectiveOf(statements, of) {
  const found = objectiveIn(statements, of);
  if (!found) throw new Problem(404, { code: "unknown" });
  return found;
}

function editPart(kind, of, entry, heading, fields) {
  const part = entry?.number;
  open(part ? `slot-part-${part}` : `slot-${of}`, heading, fields,
    (now) => (part ? objectiveIn(now.statements, of)?.[kind].find((other) => other.number === part) : Boolean(objectiveIn(now.statements, of))),
    (statements, read) => put(objectiveOf(statements, of)[kind], read, part),
    part ? `part-${part}` : `objective-${of}`);
}

const editMeasurement = (of, entry) => editPart("measurements", of, entry, entry ? _("Edit the target") : _("Add a target"), measurementFields(entry, results, plan));
const editActivity = (of, entry) => editPart("activities", of, entry, entry ? _("Edit the activity") : _("Add an activity"), activityFields(entry));

// Another statement

function more() {
  const taken = new Set(plan.statements.map(({ code }) => code));
  const offered = [...results.statements, ...results.not_chosen].filter(({ code, area }) => !taken.has(code) && (area === plan.area.code || area === null));
  const select = element("select.input", { id: "another" }, offered.map(({ code, area, topic }) => element("option", { value: code }, area ? `${code} ${topic}` : topic)));
  const form = element("form", { novalidate: true },
    element("div.field", {}, element("label", { for: "another" }, _("Statement")), element("p.hint", { id: "another-hint" }, _("One or two are enough: a plan for everything is carried out by nobody.")), select),
    element("p.buttons", {}, element("button.button.button--secondary", {}, _("Add the statement"))));
  select.setAttribute("aria-describedby", "another-hint");
  onSubmit(form, async () => {
    const code = select.value;
    await store((now) => Boolean(statementIn(now.statements, code)), snapshot(false), (statements) => { statements.push({ code, objectives: [] }); });
    showAll();
    say(_("Saved"));
    byId(`statement-${code}`).focus();
  });
  return form;
}

// The link

function sharing() {
  const { sharing: shared } = plan;
  const box = (name, text) => element("label.choice", {}, element("input", { type: "checkbox", id: `share-${name}`, checked: shared?.[name] }), element("span", {}, text));
  const form = element("form", { novalidate: true },
    element("fieldset", {}, element("legend", {}, _("What readers see beside the plan itself")),
      element("div.choices", {}, box("persons", _("Who does what: the names that you have typed")), box("budget", _("Budgets")))),
    element("p.buttons", {}, element("button.button.button--secondary", {}, shared ? _("Save what readers see") : _("Make the link"))));
  const touched = (now) => now.sharing;
  onSubmit(form, async () => {
    const body = { persons: byId("share-persons").checked, budget: byId("share-budget").checked };
    await change(touched, snapshot(plan.sharing), (now) => send("PUT", `${path}/link?${query}`, { version: now.version, ...body }));
    showAll();
    say(_("Saved"));
    byId("share-heading").scrollIntoView({ block: "nearest" });
  });
  return shared ? [linkCard(shared), form] : [form];
}

function linkCard({ path: link }) {
  const whole = new URL(link, location.href).href;
  const said = element("span", { role: "status" });
  const revoke = async () => {
    await change((now) => now.sharing, snapshot(plan.sharing), (now) => send("DELETE", `${path}/link?${query}&version=${now.version}`));
    showAll();
    say(_("The link leads nowhere any more."));
  };
  return element("div.card", {},
    element("code.link__address", {}, whole),
    element("div.plan-actions", {},
      element("button.button.button--secondary", { type: "button", onclick: async () => {
        await navigator.clipboard.writeText(whole);
        said.textContent = _("Copied");
      } }, _("Copy the link")),
      element("a.button.button--quiet", { href: link, target: "_blank" }, _("Look at the page"), element("span.visually-hidden", {}, ` (${_("opens in a new tab")})`)),
      confirmed(_("Take the link back"), _("Yes, take it back"), revoke),
      said));
}
