// The puzzle that a browser solves by computing before it may ask for an e-mail. The library is ALTCHA's; it shows
// nothing itself: what it does is said in our own words.

import "./altcha.mjs";

// The library sets its labels as HTML and starts a worker by its address; both are what Trusted Types refuse. On this
// page alone a default policy lets through texts without markup and the address of the one worker, and nothing else.
const WORKER = new URL("./altcha-worker.mjs", import.meta.url).href;
globalThis.trustedTypes?.createPolicy("default", {
  createHTML: (text) => (/[<&]/.test(text) ? null : text),
  createScriptURL: (address) => (address === WORKER ? address : null),
});
globalThis.$altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(WORKER));

// The library's look at how somebody moves and scrolls is switched off: it is on by default.
globalThis.$altcha.defaults.set({
  challenge: "/api/puzzle", display: "invisible", humanInteractionSignature: false, hideLogo: true, hideFooter: true, workers: 2,
});
const widget = document.createElement("altcha-widget");
widget.hidden = true;
const ready = new Promise((resolve) => { widget.addEventListener("load", resolve, { once: true }); });
document.body.append(widget);

/** Solve a fresh puzzle and return the solution; null when that did not work. */
export async function solve() {
  await ready;
  const solved = await widget.verify();
  return solved?.payload ?? null;
}
