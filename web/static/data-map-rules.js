// What a school says of all its tools together: images, rights, contact, and the agreement of the participation council.

import { get, send } from "./api.js";
import { byId, element } from "./dom.js";
import { onSubmit } from "./form.js";
import { _, formatDay } from "./messages.js";
import { onNewest, snapshot } from "./newest.js";
import { address, locale, page } from "./page.js";

const form = byId("form");
const channels = [...form.querySelectorAll("[data-channel]")];
const fields = ["images", "no_images", "rights", "contact", "officer", "approval", "no_council"];
let base;
let map;

page(async (school) => {
  base = `/api/schools/${school.id}/data-map?locale=${locale}`;
  map = await get(base);
  byId("back").href = address("data-protection/map/", {});
  write(map.rules);
  form.addEventListener("change", depend);
  onSubmit(form, save, (problem) => (problem.code === "part_changed" ? _("Somebody else has changed this page in the meantime. Nothing was overwritten. What you typed is still here: save again to put it in its place.") : undefined));
  byId("content").hidden = false;
  // A link from what is open leads to its field.
  if (location.hash) document.getElementById(location.hash.slice(1))?.focus();
});

async function save() {
  const before = map.rules;
  // What the map's first page says of forgotten things stays as it is.
  map = await onNewest(() => send("PUT", base, { version: map.version, absent: map.rules.absent, ...read() }), async (problem) => {
    map = await get(base);
    if (fields.some((name) => snapshot(map.rules[name]) !== snapshot(before[name]))) throw Object.assign(problem, { code: "part_changed" });
  });
  write(map.rules);
  byId("saved").textContent = _("Saved");
}

function read() {
  const council = form.elements.council.value;
  return {
    images: channels.filter((node) => box(node, "images").checked).map((node) => ({
      channel: node.dataset.channel, asked: box(node, "asked").checked, withdrawable: box(node, "withdrawable").checked,
    })),
    no_images: byId("no_images").checked,
    rights: [...form.querySelectorAll("[name=rights]:checked")].map(({ value }) => value),
    contact: byId("contact").value,
    officer: byId("officer").value,
    approval: council === "agreed" ? { body: byId("approval.body").value, day: byId("approval.day").value || null, reference: byId("approval.reference").value } : null,
    no_council: council === "none",
  };
}

const box = (node, name) => byId(`${name}-${node.dataset.channel}`);

function write({ images, no_images: none, rights, contact, officer, approval, no_council: noCouncil }) {
  for (const node of channels) {
    const use = images.find(({ channel }) => channel === node.dataset.channel);
    box(node, "images").checked = Boolean(use);
    box(node, "asked").checked = Boolean(use?.asked);
    box(node, "withdrawable").checked = Boolean(use?.withdrawable);
  }
  byId("no_images").checked = none;
  for (const input of form.querySelectorAll("[name=rights]")) input.checked = rights.includes(input.value);
  byId("contact").value = contact;
  byId("officer").value = officer;
  byId(approval ? "approval" : noCouncil ? "no_council" : "council-open").checked = true;
  for (const name of ["body", "day", "reference"]) byId(`approval.${name}`).value = approval?.[name] ?? "";
  byId("changed").replaceChildren(map.rules_changed_on
    ? element("span", {}, _("Rules last changed on {day}: the council’s agreement should not be older.", { day: formatDay(map.rules_changed_on) }))
    : "");
  depend();
}

function depend() {
  for (const node of channels) node.querySelector(".map-channel__more").hidden = !box(node, "images").checked;
  byId("agreed").hidden = form.elements.council.value !== "agreed";
}
