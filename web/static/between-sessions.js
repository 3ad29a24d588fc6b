// What the pages say between two sessions, when nothing can be set up.

import { element } from "./dom.js";
import { _, formatDay } from "./messages.js";

/** Say that no session is running and when the next one starts, where that is known. */
export const noSession = (next) => element("div.notice", {}, element("h2", {}, _("No session is running")), element("p", {}, next
  ? _("The next one starts on {day}. Until then nothing can be set up, and earlier results stay available.", { day: formatDay(next.first_day) })
  : _("The days of the next one have not been announced yet. Earlier results stay available.")));
