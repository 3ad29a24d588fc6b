// A company's exercises: join by a code, get the trainers' link, see how many have answered.

import { get, problemText, send } from "./api.js";
import { copyButton } from "./copy.js";
import { byId, element } from "./dom.js";
import { onSubmit } from "./form.js";
import { _, formatPeriod, ngettext, number } from "./messages.js";
import { sessionName } from "./names.js";
import { address, page } from "./page.js";

let path;
let company;

page(async ({ id }) => {
  company = id;
  path = `/api/companies/${id}/exercises`;
  await show();
  onSubmit(byId("form"), async () => {
    const joined = await send("POST", path, { code: byId("code").value, trainers: byId("trainers").valueAsNumber || 0 });
    byId("form").reset();
    await show();
    say(_("Your company has joined the exercise of {school}.", { school: joined.school }));
  });
});

const say = (text) => { byId("said").textContent = text; };

async function show() {
  const { exercises } = await get(path);
  byId("exercises").replaceChildren(...exercises.map(card));
}

const states = {
  set_up: _("The school is still setting it up. Your link will be here once the school has activated its links."),
  gone: _("The school did not activate this exercise, and its session is over."),
  withdrawn: _("The school has withdrawn this exercise."),
  waiting: _("The link answers from the first day on. You can get it now and pass it on."),
  running: _("Running: your trainers can answer now."),
  closing: _("It has just closed. Results are made tonight."),
  over: _("It is over."),
};

function card(entry) {
  const { school, state, link, trainers, submitted, first_day: first, last_day: last } = entry;
  const open = ["waiting", "running"].includes(state);
  return element("li.card.link", { "data-group": "in_company_trainer" },
    element("h2", {}, element("bdi", {}, school)),
    element("p.caption", {}, sessionName(entry.session_id), first && ` · ${formatPeriod(first, last)}`),
    element("p", {}, states[state]),
    element("p", {}, link
      ? ngettext("{submitted} of {n} trainer has answered.", "{submitted} of {n} trainers have answered.", trainers, { submitted: number(submitted), n: number(trainers) })
      : ngettext("{n} trainer is invited.", "{n} trainers are invited.", trainers, { n: number(trainers) })),
    link && open && shared(new URL(link, location.origin).href, school),
    open && getLink(entry),
    !link && ["set_up", "waiting", "running"].includes(state) && changes(entry),
    (!link || state === "withdrawn") && leaving(entry),
    state === "over" && element("p", {}, element("a.button", { href: address("company/results/", { school: company, exercise: entry.exercise }) },
      _("See the figures"), element("span.visually-hidden", {}, `: ${school}`))));
}

function shared(url, school) {
  return [element("p", {}, element("code.link__address", {}, url)), element("p.link__actions", {}, copyButton(url, _("Copy the link"), school))];
}

/** The first link, or another one behind a fold: the one before dies. */
function getLink({ exercise, link, school }) {
  const make = act(() => send("POST", `${path}/${exercise}/link`), link ? _("The new link is ready. The old one has stopped.") : _("The link is ready. Pass it on to your trainers."));
  if (!link) {
    return element("p", {}, element("button.button", { type: "button", onclick: make }, _("Get the link for your trainers"), element("span.visually-hidden", {}, `: ${school}`)),
      " ", element("span.hint", {}, _("After that, neither the number nor taking part can be changed.")));
  }
  return element("details", {}, element("summary", {}, _("Replace this link"), element("span.visually-hidden", {}, `: ${school}`)),
    element("p", {}, _("If the link fell into the wrong hands, make a new one. The old one stops at once, and what was sent so far stays counted.")),
    element("p", {}, element("button.button.button--warning", { type: "button", onclick: make }, _("Make a new link"))));
}

function changes({ exercise, trainers, school }) {
  const id = `trainers-${exercise}`;
  const input = element("input.input.input--number", { id, type: "number", inputmode: "numeric", min: "1", max: "500", value: trainers });
  const change = act(() => send("PUT", `${path}/${exercise}`, { trainers: input.valueAsNumber || 0 }), _("The number is changed."));
  return element("details", {}, element("summary", {}, _("Change the number of trainers"), element("span.visually-hidden", {}, `: ${school}`)),
    element("div.field", {}, element("label", { for: id }, _("How many of your trainers are invited?")), input),
    element("p", {}, element("button.button.button--secondary", { type: "button", onclick: change }, _("Save"))));
}

function leaving({ exercise, school }) {
  const leave = act(() => send("DELETE", `${path}/${exercise}`), _("Your company takes no longer part."));
  return element("details", {}, element("summary", {}, _("Do not take part"), element("span.visually-hidden", {}, `: ${school}`)),
    element("p", {}, _("To join again later, you need another code from the school.")),
    element("p", {}, element("button.button.button--warning", { type: "button", onclick: leave }, _("Leave this exercise"))));
}

/** Do something, show the list anew, and say how it went. */
function act(action, done) {
  return async () => {
    try {
      await action();
      await show();
      say(done);
    } catch (problem) {
      if (problem.code === undefined) throw problem;
      say(problem.errors.length ? _("Give a number from 1 to 500.") : problemText(problem));
    }
    byId("said").scrollIntoView({ block: "nearest" });
  };
}
