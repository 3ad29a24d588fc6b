// The questionnaire with a script: one part at a time, and sending that survives a lost network.
// Without it the page is one long form that the browser sends. Nothing is stored but a draft that somebody asked for.

const form = document.getElementById("questionnaire");
const words = form.dataset;
const parts = [...form.querySelectorAll(".part")];
const send = document.getElementById("send");
const ending = form.querySelector(".sending");
const state = document.getElementById("state");
const guide = form.querySelector(".guide");
const isPreview = send.disabled;
// The page's own address: a form that comes back with a mistake has the one it was sent to.
const start = form.action.replace(/\/submissions(\?|$)/, "$1");
const WAITS_S = [2, 4, 8, 15, 30];

let current = 0;
let sending = false;
// Answers can be there from the start: after a change of language, or when something was wrong with them.
let unsent = answeredNames().size > 0;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// --- one part at a time ---------------------------------------------------------------------------------------------

const place = element("span", { id: "place" });
const bar = element("progress", { max: parts.length });
bar.setAttribute("aria-labelledby", "place");
const back = element("button", { type: "button", className: "button button--secondary", textContent: words.back });
const onward = element("button", { type: "button", className: "button", textContent: words.continue });

const keep = element("input", { type: "checkbox", id: "keep" });
const keepHint = element("p", { className: "hint", id: "keep-hint", textContent: words.alone });
const keeping = element("div", { className: "keeping" }, element("label", {}, keep, words.keep), keepHint);
keep.setAttribute("aria-describedby", "keep-hint");

function show(index, focus = true) {
  current = index;
  parts.forEach((part, position) => { part.hidden = position !== index; });
  const last = index === parts.length - 1;
  ending.hidden = !last;
  onward.hidden = last;
  back.hidden = index === 0;
  bar.value = index + 1;
  place.textContent = words.progress.replace("{n}", index + 1).replace("{all}", parts.length);
  // One explanation serves all parts that are answered on its scale.
  if (guide && parts[index].matches(".part--area, .part--own")) {
    (parts[index].querySelector(".part__intro") ?? parts[index].querySelector("h2")).after(guide);
  }
  keeping.hidden = isPreview || index > 0;
  if (last) listSkipped();
  if (focus) {
    window.scrollTo(0, 0);
    parts[index].querySelector("h2").focus({ preventScroll: true });
  }
}

function goTo(index) {
  // A step in the browser's history, so that its Back button leads to the part before and not out of the page.
  history.pushState(null, "", addressOf(index));
  show(index);
}

function addressOf(index) {
  return `#${parts[index].querySelector("h2").id}`;
}

// An address may name a part's heading or, from the error summary, a control within a part.
function followAddress(focus) {
  const target = document.getElementById(location.hash.slice(1));
  const index = target ? parts.indexOf(target.closest(".part")) : -1;
  show(Math.max(index, 0), focus && index < 0);
  if (focus && index >= 0) target.focus();
}

function answeredNames() {
  const filled = [...new FormData(form)].filter(([name, value]) => name.startsWith("a.") && value.trim());
  return new Set(filled.map(([name]) => name));
}

// --- what was left out ----------------------------------------------------------------------------------------------

const skipped = element("details", { className: "skipped" });

function titleOf(control) {
  return control.closest(".asked").querySelector("legend, .asked__label").textContent.trim();
}

function listSkipped() {
  const seen = answeredNames();
  const links = [];
  for (const control of form.elements) {
    if (!control.name.startsWith("a.") || seen.has(control.name)) continue;
    seen.add(control.name);
    control.id ||= `q-${control.name.slice(2)}`;
    links.push(element("li", {}, element("a", { href: `#${control.id}`, textContent: titleOf(control) })));
  }
  skipped.hidden = links.length === 0;
  skipped.replaceChildren(
    element("summary", { textContent: words.skipped.replace("{n}", links.length) }),
    element("ul", {}, ...links),
  );
}

// --- the open question ----------------------------------------------------------------------------------------------

function countCharacters(text) {
  const hint = text.parentElement.querySelector("[data-left]");
  const tell = () => { hint.textContent = hint.dataset.left.replace("{n}", text.maxLength - text.value.length); };
  text.addEventListener("input", tell);
  if (text.value) tell();
}

// --- time -----------------------------------------------------------------------------------------------------------
// Counted by the clock that nobody can set. A device that slept may be told late; the server decides by its own clock.

const time = element("div", { id: "time" });
time.setAttribute("role", "status");
let secondsLeft = Number(words.seconds);
let since = performance.now();
let told = Infinity;

function remaining() {
  return secondsLeft - (performance.now() - since) / 1000;
}

function watchTime() {
  if (remaining() <= 0) {
    clearInterval(watching);
    time.replaceChildren();
    forgetDraft();
    return;
  }
  // Said three times and not every minute: who listens to the page wants to answer.
  const minutes = [2, 5, 10].find((step) => remaining() <= step * 60 + 1);
  if (minutes >= told || !minutes) return;
  told = minutes;
  const text = words.soon.replace("{n}", minutes);
  time.replaceChildren(element("div", { className: "notice notice--warning" }, element("p", { textContent: text })));
}

// --- a draft in this browser ----------------------------------------------------------------------------------------
// Only for who asks for it: a class may answer on one tablet, one pupil after another. It is in localStorage, because it
// is there for a browser that ends or a device that is switched off, and sessionStorage would end with them. It holds the
// token: answers that arrived just before are not counted again. Storage cannot forget by itself: a draft is deleted
// when it is sent, when its two hours end on an open page, and else by the next questionnaire opened in this browser.

const DRAFT = "draft ";
const TWO_HOURS_MS = 7200000;
const draftName = DRAFT + new URL(start).pathname;

function readDraft() {
  try {
    for (const name of Object.keys(localStorage).filter((each) => each.startsWith(DRAFT))) {
      const left = JSON.parse(localStorage.getItem(name)).endsAt - Date.now();
      // More than two hours: the clock was changed, and it is not known how old this is.
      if (!(left > 0 && left <= TWO_HOURS_MS)) localStorage.removeItem(name);
    }
    return JSON.parse(localStorage.getItem(draftName));
  } catch {
    return null; // no storage in this browser
  }
}

function keepDraft() {
  if (!keep.checked) return;
  const answers = [...new FormData(form)].filter(([name]) => name.startsWith("a."));
  const draft = { token: form.elements.token.value, endsAt: Date.now() + remaining() * 1000, answers };
  try {
    localStorage.setItem(draftName, JSON.stringify(draft));
  } catch {
    keep.checked = false;
  }
}

function forgetDraft() {
  keep.checked = false;
  try {
    localStorage.removeItem(draftName);
  } catch { /* no storage in this browser */ }
}

function fillIn(draft) {
  const given = new Set(draft.answers.map(([name, value]) => `${name}=${value}`));
  for (const control of form.elements) {
    if (control.type === "radio" || control.type === "checkbox") {
      control.checked = given.has(`${control.name}=${control.value}`);
    } else if (control.type === "textarea") {
      control.value = draft.answers.find(([name]) => name === control.name)?.[1] ?? "";
      control.dispatchEvent(new Event("input"));
    }
  }
  form.elements.token.value = draft.token;
  secondsLeft = (draft.endsAt - Date.now()) / 1000;
  since = performance.now();
  keep.checked = true;
  unsent = true;
  watchTime();
  show(current);
}

function offerDraft(draft) {
  const mine = element("button", { type: "button", className: "button", textContent: words.mine });
  const afresh = element("button", { type: "button", className: "button button--secondary", textContent: words.afresh });
  const question = element("p", { textContent: words.found });
  const offer = element("div", { className: "notice" }, question, element("p", { className: "buttons" }, mine, afresh));
  mine.addEventListener("click", () => { offer.remove(); fillIn(draft); });
  afresh.addEventListener("click", () => { offer.remove(); forgetDraft(); show(current); });
  form.before(offer);
}

// --- sending --------------------------------------------------------------------------------------------------------

function tell(...content) {
  state.replaceChildren(...content);
}

// One answer of the server, or null where it is not known whether anything arrived.
async function post() {
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "application/json" },
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout?.(20000),
    });
    const body = await answer.json();
    // A busy server and one that failed are asked again: a submission is counted once, however often it is sent.
    return answer.status >= 500 || !body.heading ? null : body;
  } catch {
    return null;
  }
}

function waitOrPress(seconds) {
  return new Promise((resolve) => {
    const again = element("button", { type: "button", className: "button button--secondary", textContent: words.again });
    const done = () => { clearTimeout(timer); removeEventListener("online", done); resolve(); };
    const timer = setTimeout(done, seconds * 1000);
    again.addEventListener("click", done);
    addEventListener("online", done);
    tell(element("div", { className: "notice notice--warning" }, element("p", { textContent: words.lost }), again));
  });
}

async function sendAll() {
  if (sending) return;
  sending = true;
  send.setAttribute("aria-disabled", "true");
  let answer = null;
  for (let attempt = 0; !answer; attempt += 1) {
    tell(element("div", { className: "notice" }, element("p", { textContent: words.sending })));
    answer = await post();
    if (!answer) await waitOrPress(WAITS_S[Math.min(attempt, WAITS_S.length - 1)]);
  }
  sending = false;
  send.removeAttribute("aria-disabled");
  if (answer.good) finish(answer);
  else refuse(answer);
}

function outcome(answer, level) {
  const heading = element(level, { textContent: answer.heading, tabIndex: -1 });
  return [heading, [heading, ...answer.paragraphs.map((text) => element("p", { textContent: text }))]];
}

// What whoever comes next presses; the certificate stands before it, since it cannot be had later.
function forTheNext(answer) {
  if (!answer.afresh) return [];
  const link = element("a", { className: "button button--secondary", href: start, textContent: answer.afresh });
  return [element("p", { className: "buttons" }, link)];
}

// Works by itself: the browser saves what the server answers, and this page stays.
function certificateForm(offer) {
  const name = element("input", {
    className: "input", id: "name", name: "name", maxLength: offer.longest_name, dir: "auto", autocomplete: "off",
  });
  name.setAttribute("aria-describedby", "certificate-hint");
  return element("form", {
    className: "certificate", method: "post", action: form.action.replace("/submissions", "/certificate"),
  },
  element("h2", { textContent: offer.heading }),
  element("p", { className: "hint", id: "certificate-hint", textContent: offer.hint }),
  element("input", { type: "hidden", name: "token", value: offer.token }),
  element("div", { className: "field" }, element("label", { htmlFor: "name", textContent: offer.label }), name),
  element("p", { className: "buttons" }, element("button", { className: "button", textContent: offer.button })));
}

// Counted: the answers leave the page, so that the next person at this device does not find them.
function finish(answer) {
  unsent = false;
  clearInterval(watching);
  forgetDraft();
  const [heading, content] = outcome(answer, "h1");
  document.getElementById("main").replaceChildren(
    element("div", { className: "outcome outcome--good" }, ...content),
    ...(answer.certificate ? [certificateForm(answer.certificate)] : []),
    ...forTheNext(answer),
  );
  document.querySelector(".languages")?.remove();
  document.title = answer.heading;
  history.replaceState(null, "", location.pathname + location.search);
  window.scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}

// Not counted: the answers stay where they are.
function refuse(answer) {
  const [heading, content] = outcome(answer, "h2");
  tell(element("div", { className: "notice notice--warning" }, ...content, ...forTheNext(answer)));
  const wrong = (answer.errors ?? []).map((error) => document.getElementById(`q-${error.field}`)).find(Boolean);
  if (wrong) show(parts.indexOf(wrong.closest(".part")), false);
  heading.focus();
}

// --- start ----------------------------------------------------------------------------------------------------------

parts[0].before(time, element("div", { className: "progress" }, place, bar));
ending.querySelector(".review").after(skipped);
ending.before(keeping, element("div", { className: "buttons steps" }, back, onward));
form.classList.add("paged");
back.addEventListener("click", () => goTo(current - 1));
onward.addEventListener("click", () => goTo(current + 1));
addEventListener("popstate", () => followAddress(true));
followAddress(false);
form.querySelectorAll("textarea").forEach(countCharacters);

const watching = isPreview ? 0 : setInterval(watchTime, 15000);
if (!isPreview) {
  watchTime();
  const draft = readDraft();
  // The same token: this is the page it was made on, in another language.
  keep.checked = draft?.token === form.elements.token.value;
  keepDraft();
  if (draft && !keep.checked) offerDraft(draft);
}
keep.addEventListener("change", () => (keep.checked ? keepDraft() : forgetDraft()));
form.addEventListener("input", (event) => {
  if (event.target === keep) return;
  unsent = true;
  keepDraft();
});
form.addEventListener("submit", (event) => {
  if (event.submitter === send) {
    event.preventDefault();
    sendAll();
  } else if (event.submitter?.id === "enter") {
    event.preventDefault();
  } else if (event.submitter) {
    // Another language: the answers go along, and so does the place.
    unsent = false;
    event.submitter.formAction = event.submitter.formAction.split("#")[0] + addressOf(current);
  }
});
addEventListener("beforeunload", (event) => {
  if (unsent && !isPreview) event.preventDefault();
});
