// Requests to the API, and what its refusals mean in words.

import { _ } from "./messages.js";

/** A refusal: `code` is stable, `errors` names fields; `status` is 0 when the network failed. */
export class Problem extends Error {
  constructor(status, { code = "internal", errors = [] } = {}) {
    super(code);
    Object.assign(this, { status, code, errors });
  }
}

let token = "";

/** Ask who is signed in; remembers the token that changes need. */
export async function whoAmI() {
  const me = await get("/api/me");
  token = me.csrf_token;
  return me;
}

/** Read something. */
export const get = (path) => request("GET", path);

/** Change something; a token that a new sign-in has replaced is fetched again once. */
export async function send(method, path, body) {
  try {
    return await request(method, path, body);
  } catch (problem) {
    if (problem.code !== "cross_site_request") throw problem;
    await whoAmI();
    return request(method, path, body);
  }
}

async function request(method, path, body) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = token;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
  } catch {
    throw new Problem(0, { code: "network" });
  }
  // «No content» has none, whatever type it is said to have.
  const content = answer.status !== 204 && answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : undefined;
  if (!answer.ok) throw new Problem(answer.status, content);
  return content;
}

const texts = {
  network: _("The connection was lost. What you typed is still here; please try again."),
  not_signed_in: _("You are signed out. That happens after 30 minutes without activity."),
  cross_site_request: _("Your sign-in has changed in another window. Please load this page again."),
  sign_in_again: _("This needs a fresh sign-in: please sign in again, then do it once more."),
  changes_blocked: _("Somebody at the school said that a change was not wanted. Coordinators and addresses cannot be changed for 7 days after that."),
  other_school: _("This belongs to a school that you do not coordinate."),
  unknown: _("This does not exist, or no longer."),
  not_viewable: _("There are no results to show: the exercise is not over yet, or fewer than 5 people answered."),
  exercise_exists: _("Your school already has an exercise of this level in this session."),
  changed_meanwhile: _("Somebody else changed this set-up in the meantime. Nothing was overwritten: load the page again to see it, then make your change."),
  part_changed: _("Somebody else has changed this in the meantime. Nothing was overwritten."),
  exercise_frozen: _("The links are active, so nothing can be changed any more."),
  no_session_running: _("No session is running, so nothing can be set up now."),
  session_over: _("The session of this set-up is over, so it can be changed no more. It is kept for two years: once the next session runs, begin a new set-up with a copy of it."),
  too_many_own_statements: _("There are ten statements of your own already. Delete one to write another."),
  criteria_unmet: _("No exercise of this session meets all criteria for a badge."),
  incomplete: _("Choose the dates before you activate the links."),
  already_joined: _("Your company takes part in this exercise already. The code was not used."),
  link_in_use: _("The trainers have their link, so this cannot be changed any more."),
  not_yet_activated: _("The school has not activated its links yet."),
  exercise_closed: _("This exercise is over."),
  too_many_companies: _("As many companies take part as can."),
  too_many_attempts: _("This was tried too often with this address. Try again tomorrow."),
  migration_over: _("Old accounts can no longer be associated."),
  too_large: _("That is too much text."),
  invalid: _("Something does not fit yet."),
  try_again: _("The service is busy. Please try again in a moment."),
};

/** Say in words why something was refused. */
export const problemText = (problem) =>
  texts[problem.code] ?? _("Something went wrong on our side. Please try again in a moment.");
