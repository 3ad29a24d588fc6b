// What every coordinator's page does: find out who is signed in, load, show what went wrong.

import { get, Problem, problemText, send, whoAmI } from "./api.js";
import { byId, element } from "./dom.js";
import { _, formatDay, formatPeriod } from "./messages.js";
import { levelNames, sessionName } from "./names.js";

export const locale = document.documentElement.lang;
export const parameters = new URLSearchParams(location.search);
export const exerciseId = parameters.get("exercise");
export const planId = parameters.get("plan");

// Companies have pages of their own.
const forCompanies = location.pathname.split("/")[2] === "company";
const isCompany = (id) => id.startsWith("company-");

// Named by a coordinator of several schools in every address, so that windows and bookmarks stay with their school.
let chosenSchool = "";

/** Make the address of another page, for the same exercise unless told otherwise. */
export function address(path, query = exerciseId ? { exercise: exerciseId } : {}) {
  const named = chosenSchool && !query.exercise && !query.plan ? { school: chosenSchool, ...query } : query;
  const search = new URLSearchParams(named).toString();
  return `/${locale}/${path}${search && `?${search}`}`;
}

// On a narrow screen the tabs are behind a button.
byId("menu").addEventListener("click", (event) => {
  const button = event.currentTarget;
  button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") === "false"));
});

/** Load a page; `load` gets the schools of the coordinator and fills the content. */
export async function page(load) {
  for (const link of document.querySelectorAll(".languages a")) link.search = location.search;
  const status = byId("status");
  status.replaceChildren(element("p.loading", {}, _("Loading…")));
  const wanted = wantedSchool();
  // Whoever is faster than the answer stays with the school, too.
  leadTo(wanted);
  try {
    const me = await whoAmI();
    const [own, others] = forCompanies ? [me.companies, me.schools] : [me.schools, me.companies ?? []];
    const school = wanted ? own.find(({ id }) => id === wanted) : own[0];
    // Who coordinates only a company has nothing to do on a school's pages, and the other way round.
    if (!own.length && others.length) return location.replace(firstPage(others[0].id));
    if (!school) {
      leadTo(null);
      throw new Problem(403, { code: "other_school" });
    }
    if (own.length > 1) keepSchool(school.id);
    else leadTo(null);
    showAccount([...own, ...others], school);
    showMailTroubles(school.mail_troubles);
    await load(school);
    byId("content").hidden = false;
    status.replaceChildren();
  } catch (problem) {
    if (problem.code === undefined) console.error(problem);
    status.replaceChildren(failure(problem));
  }
}

/** A coordinator of several schools stays with the chosen one, from page to page and in other languages. */
function keepSchool(school) {
  chosenSchool = school;
  if (!exerciseId && !planId && !parameters.has("school")) {
    parameters.set("school", school);
    history.replaceState(null, "", `?${parameters}${location.hash}`);
  }
  for (const link of document.querySelectorAll(".languages a")) link.search = location.search;
  leadTo(school);
}

function leadTo(school) {
  for (const link of document.querySelectorAll(".tabs a, a[data-keep-school]")) link.search = school ? `?school=${school}` : "";
}

/** The school is named by an exercise's or a plan's id, or chosen by a coordinator of several; a company is always chosen. */
function wantedSchool() {
  return (!forCompanies && (exerciseId ?? planId)?.split("-")[0]) || parameters.get("school");
}

const firstPage = (account) => `/${locale}/${isCompany(account) ? "company/" : "setup/"}?school=${account}`;

function showAccount(schools, school) {
  byId("account").replaceChildren(
    schools.length > 1 ? schoolChoice(schools, school) : element("span", {}, school.name),
    element("button.button.button--quiet", { type: "button", onclick: signOut }, _("Sign out")),
  );
}

function schoolChoice(schools, school) {
  const select = element(
    "select.input",
    { "aria-label": schools.some(({ id }) => isCompany(id)) ? _("School or company") : _("School"), onchange: () => choose(select.value) },
    schools.map(({ id, name }) => element("option", { value: id, selected: id === school.id }, name)),
  );
  return select;
}

/** Go to another school: to the same page, or to its list where the page is about one exercise or plan. */
function choose(school) {
  if (isCompany(school) !== forCompanies) return location.assign(firstPage(school));
  const list = planId ? "plans/" : exerciseId && (forCompanies ? "company/" : "setup/");
  const path = list || location.pathname.split("/").slice(2).join("/");
  location.assign(address(path, { school }));
}

/** Say at which addresses our e-mails do not arrive, or are not wanted. */
export function showMailTroubles(troubles = []) {
  const profile = forCompanies ? "company/profile/" : "profile/";
  const here = location.pathname.endsWith(`/${profile}`);
  byId("mail-troubles").replaceChildren(...troubles.map(({ email, trouble, since }) => element(
    "div.notice.notice--warning",
    {},
    element("p", {}, mailTroubleTexts[trouble]({ address: isolated(email), day: formatDay(since) })),
    !here && element("p", {}, element("a", { href: address(profile, {}) }, _("Look at the addresses"))),
  )));
}

const mailTroubleTexts = {
  bounced: (said) => _("Our e-mails to {address} have come back since {day}. Have a look at the mailbox, or use another address.", said),
  unwanted: (said) => _("On {day}, somebody who reads {address} marked one of our e-mails as unwanted. Reports and reminders are no longer sent there.", said),
};

// An address keeps its own direction within a sentence.
const isolated = (text) => `\u2068${text}\u2069`;

/** Leave nothing on the page that is for signed-in coordinators, nor in other windows of this browser. */
export function forget() {
  for (const id of ["account", "mail-troubles", "content"]) byId(id).replaceChildren();
  windows.postMessage("signed out");
}

// Whoever signs out in one window is signed out in all, also where a page would still show what it had loaded.
const windows = new BroadcastChannel("coordinator");
windows.addEventListener("message", () => location.reload());
// The Back button may bring a page as it was left; whoever signed out since then must not find it.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) whoAmI().catch(({ code }) => code === "not_signed_in" && location.reload());
});

async function signOut() {
  const { end_session: next } = await send("POST", "/auth/logout");
  forget();
  location.assign(next ?? `/${locale}/`);
}

// What loading again would not bring.
const NOT_HERE = ["not_viewable", "unknown", "other_school"];

/** A notice that says what went wrong and what to do about it. */
function failure(problem) {
  const signedOut = problem.code === "not_signed_in";
  const back = `/auth/login?return_to=${encodeURIComponent(location.pathname + location.search)}`;
  if (NOT_HERE.includes(problem.code)) {
    const [path, text] = forCompanies ? ["company/", _("Exercises")] : problem.code === "not_viewable" ? ["results/", _("Results")] : ["setup/", _("Set-up")];
    return element("div.notice.notice--warning", {}, element("p", {}, problemText(problem)), element("p", {}, element("a", { href: address(path, {}) }, text)));
  }
  return element(
    signedOut ? "div.notice" : "div.notice.notice--danger",
    {},
    element("h2", {}, signedOut ? _("Please sign in") : _("This page could not be loaded")),
    element("p", {}, problemText(problem)),
    element(
      "p",
      {},
      signedOut
        ? element("a.button", { href: back }, _("Sign in"))
        : element("button.button", { type: "button", onclick: () => location.reload() }, _("Load again")),
    ),
  );
}

/** A step of the set-up: load its exercise, if there is one yet, name it and link the steps. */
export function step(load) {
  return page(async (school) => {
    // Only the first step begins something; an address of the others may have lost its end.
    const begins = byId("steps").querySelector("[aria-current]").dataset.step === "level";
    if (!exerciseId && !begins) throw new Problem(404, { code: "unknown" });
    const [exercise, calendar] = await Promise.all([
      exerciseId ? get(`/api/exercises/${exerciseId}`) : null,
      get("/api/calendar"),
    ]);
    showSteps(exercise);
    await load({ exercise, calendar, school });
  });
}

/** Link the steps that can be reached and mark those that are done. */
export function showSteps(exercise) {
  const done = stepsDone(exercise);
  for (const item of byId("steps").children) {
    const name = item.querySelector(".step__name");
    const key = item.dataset.step;
    item.toggleAttribute("data-done", done.has(key));
    if (!exercise) continue;
    const text = name.textContent;
    const here = item.hasAttribute("aria-current");
    name.replaceWith(here ? name : element("a.step__name", { href: address(`setup/${key}/`) }, text));
    if (done.has(key)) {
      item.querySelector(".step__number").textContent = "✓";
      item.querySelector(".visually-hidden")?.remove();
      item.append(element("span.visually-hidden", {}, ` (${_("Done")})`));
    }
  }
  if (!exercise) return;
  byId("exercise-name").hidden = false;
  byId("exercise-name").textContent = `${levelNames[exercise.level]} · ${sessionName(exercise.session_id)}`;
}

/** Name the steps that are done; the questionnaire needs no choice, so it counts once dates are chosen. */
export function stepsDone(exercise) {
  const done = new Set();
  if (!exercise) return done;
  done.add("level");
  if (exercise.optional_statements.length || exercise.own_statements.length || exercise.first_day) done.add("questionnaire");
  if (exercise.first_day) done.add("dates");
  if (exercise.links) done.add("activate");
  return done;
}

/** Say why an exercise cannot be changed. */
export const frozenNotice = ({ state }) => element("div.notice", {}, element("p", {}, problemText({ code: state === "gone" ? "session_over" : "exercise_frozen" })));

/** Say when an exercise takes place. */
export const periodOf = ({ first_day: first, last_day: last }) =>
  first ? formatPeriod(first, last) : _("No dates yet");

/** Tell whether an exercise is activated and not over; `closing` is the last minute of its last day. */
export const isUnderWay = ({ state }) => ["waiting", "running", "closing"].includes(state);
