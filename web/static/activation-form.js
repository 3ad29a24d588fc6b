// What is confirmed before the links go out: that people were informed, that a council agreed where it must, that all was checked.

import { get } from "./api.js";
import { byId } from "./dom.js";
import { _ } from "./messages.js";

const entry = (name) => byId(`approval.${name}`);
let required = false;

/** Ask what the school's country asks for; what a council agreed to last time is offered again. */
export async function prepareConfirmation({ id, country }, { today, council_countries: mustAgree }) {
  required = mustAgree.includes(country);
  byId("council-required").hidden = !required;
  byId("council-choice").hidden = byId("council-optional").hidden = required;
  entry("day").max = today;
  const show = () => { byId("approval").hidden = !required && !byId("agreed").checked; };
  byId("agreed").addEventListener("change", show);
  show();
  // An extra: it can be typed anew.
  const { exercises } = await get(`/api/schools/${id}/templates`).catch(() => ({ exercises: [] }));
  const last = exercises.map(({ informing }) => informing?.approval).find(Boolean);
  if (last) for (const name of ["body", "day", "reference"]) entry(name).value = last[name];
}

const asked = () => required || byId("agreed").checked;

/** Find what is still missing. */
export function mistakes() {
  const errors = [];
  if (!byId("informed").checked) errors.push({ field: "informed", text: _("Tick the box to say that people have been informed. Inform them first if they have not.") });
  if (asked()) {
    if (!entry("body").value.trim()) errors.push({ field: "approval.body", text: _("Name the body that has agreed.") });
    if (!entry("day").value) errors.push({ field: "approval.day", text: _("Choose a day.") });
    else if (entry("day").value > entry("day").max) errors.push({ field: "approval.day", text: _("This day has not come yet.") });
    if (!entry("reference").value.trim()) errors.push({ field: "approval.reference", text: _("Say where it is written down.") });
  }
  if (!byId("sure").checked) errors.push({ field: "sure", text: _("Tick the box to say that you have checked everything.") });
  return errors;
}

/** Say what was confirmed, as the API wants it. */
export function confirmed() {
  const approval = { body: entry("body").value, day: entry("day").value, reference: entry("reference").value };
  return { informed: byId("informed").checked, approval: asked() ? approval : null };
}
