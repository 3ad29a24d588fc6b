// The questionnaire with a script: one part at a time, and sending that survives a lost network.
// Without it the page is one long form that the browser sends. Nothing is stored anywhere.

const form = document.getElementById("questionnaire");
const words = form.dataset;
const parts = [...form.querySelectorAll(".part")];
const send = document.getElementById("send");
const ending = form.querySelector(".sending");
const state = document.getElementById("state");
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

function show(index, focus = true) {
  current = index;
  parts.forEach((part, position) => { part.hidden = position !== index; });
  const last = index === parts.length - 1;
  ending.hidden = !last;
  onward.hidden = last;
  back.hidden = index === 0;
  bar.value = index + 1;
  place.textContent = words.progress.replace("{n}", index + 1).replace("{all}", parts.length);
  if (last) countAnswered();
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

function countAnswered() {
  const all = new Set([...form.elements].map((control) => control.name).filter((name) => name.startsWith("a.")));
  const answered = document.getElementById("answered");
  answered.textContent = answered.dataset.text.replace("{n}", answeredNames().size).replace("{all}", all.size);
}

// --- the open question ----------------------------------------------------------------------------------------------

function countCharacters(text) {
  const hint = text.parentElement.querySelector("[data-left]");
  const tell = () => { hint.textContent = hint.dataset.left.replace("{n}", text.maxLength - text.value.length); };
  text.addEventListener("input", tell);
  if (text.value) tell();
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
  const content = [heading, ...answer.paragraphs.map((text) => element("p", { textContent: text }))];
  if (answer.afresh) {
    const start = form.action.replace(/\/submissions(\?|$)/, "$1");
    const link = element("a", { className: "button button--secondary", href: start, textContent: answer.afresh });
    content.push(element("p", { className: "buttons" }, link));
  }
  return [heading, content];
}

// Counted: the answers leave the page, so that the next person at this device does not find them.
function finish(answer) {
  unsent = false;
  const [heading, content] = outcome(answer, "h1");
  document.getElementById("main").replaceChildren(element("div", { className: "outcome outcome--good" }, ...content));
  document.querySelector(".languages")?.remove();
  document.title = answer.heading;
  history.replaceState(null, "", location.pathname + location.search);
  window.scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}

// Not counted: the answers stay where they are.
function refuse(answer) {
  const [heading, content] = outcome(answer, "h2");
  tell(element("div", { className: "notice notice--warning" }, ...content));
  const wrong = (answer.errors ?? []).map((error) => document.getElementById(`q-${error.field}`)).find(Boolean);
  if (wrong) show(parts.indexOf(wrong.closest(".part")), false);
  heading.focus();
}

// --- start ----------------------------------------------------------------------------------------------------------

parts[0].before(element("div", { className: "progress" }, place, bar));
ending.before(element("div", { className: "buttons steps" }, back, onward));
form.classList.add("paged");
back.addEventListener("click", () => goTo(current - 1));
onward.addEventListener("click", () => goTo(current + 1));
addEventListener("popstate", () => followAddress(true));
followAddress(false);
form.querySelectorAll("textarea").forEach(countCharacters);

form.addEventListener("input", () => { unsent = true; });
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
  if (unsent && !send.disabled) event.preventDefault();
});
