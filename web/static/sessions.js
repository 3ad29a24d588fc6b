// When exercises can take place: the session that is running and those to come.

import { get } from "./api.js";
import { byId, element } from "./dom.js";
import { _, formatPeriod } from "./messages.js";
import { sessionName } from "./names.js";
import { address, page, parameters } from "./page.js";

page(async () => {
  const { today, current, sessions } = await get("/api/calendar");
  const coming = sessions.filter((session) => session.last_day >= today);
  byId("sessions").replaceChildren(...coming.map((session) => card(session, session.id === current?.id)));
  if (coming.length === 0) byId("sessions").replaceWith(element("div.notice", {}, element("p", {}, _("The days of the next session have not been announced yet."))));
});

function card(session, isCurrent) {
  const school = parameters.get("school");
  return element("li.card.exercise", isCurrent ? { "data-phase": "running" } : {},
    element("h2.exercise__name", {}, sessionName(session.id)),
    element("p", {}, formatPeriod(session.first_day, session.last_day)),
    element("p", {}, isCurrent ? element("span.tag.tag--success", {}, _("Running")) : element("span.tag", {}, _("To come"))),
    isCurrent && element("p.exercise__actions", {}, element("a.button", { href: address("setup/", school ? { school } : {}) }, _("Go to the set-up"))));
}
