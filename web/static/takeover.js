// A school whose coordinators are gone: one of its addresses, then where to look for the link.

import { byId } from "./dom.js";
import { linkRequest } from "./link-request.js";
import { _ } from "./messages.js";

linkRequest({
  path: "/api/takeovers",
  check: () => (byId("email").value.trim() ? [] : [{ field: "email", text: _("Give the address of your school.") }]),
  body: () => ({ email: byId("email").value }),
});
