// When exercises can take place: the session that is running and those to come.

import { get } from "./api.js";
import { noSession } from "./between-sessions.js";
import { byId, element } from "./dom.js";
import { _, addDays, formatDay, formatPeriod } from "./messages.js";
import { sessionName } from "./names.js";
import { address, page } from "./page.js";
import { shortestDays } from "./rules.js";

page(async () => {
  const { today, current, next, sessions } = await get("/api/calendar");
  const coming = sessions.filter((session) => session.last_day >= today);
  const until = (coming[0]?.school_year ?? 0) + 1;
  byId("now").replaceChildren(...(current ? [] : [noSession(next)]));
  byId("sessions").replaceChildren(...coming.filter((session) => session.school_year <= until).map((session) => card(session, session.id === current?.id, today)));
  byId("sessions").hidden = coming.length === 0;
});

function card(session, isCurrent, today) {
  const latest = addDays(session.last_day, 1 - shortestDays);
  return element("li.card.exercise", isCurrent ? { "data-phase": "running" } : {},
    element("h2.exercise__name", {}, sessionName(session.id)),
    element("p", {}, formatPeriod(session.first_day, session.last_day)),
    element("p", {}, isCurrent ? element("span.tag.tag--success", {}, _("Running")) : element("span.tag", {}, _("To come"))),
    element("p.hint", {}, latest < today
      ? _("No exercise can start in it any more.")
      : _("An exercise lasts at least a week, so it starts on {day} at the latest.", { day: formatDay(latest) })),
    isCurrent && element("p.exercise__actions", {}, element("a.button", { href: address("setup/", {}) }, _("Go to the set-up"))));
}
