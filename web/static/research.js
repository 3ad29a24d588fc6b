// The public register of releases of research data: what left, to whom and what for.

import { get, problemText } from "./api.js";
import { byId, element } from "./dom.js";
import { _, countryNames, formatDay, listing, ngettext, number } from "./messages.js";
import { levelNames, sessionName } from "./names.js";

const purposeNames = {
  scientific_research: _("Scientific research"),
  education_policy: _("Education policy"),
  public_report: _("A public report"),
  quality_of_service: _("Quality of this service"),
};

try {
  const [{ releases }, { regions }] = await Promise.all([get("/api/research/releases"), get("/api/sign-ups")]);
  byId("releases").append(...releases.map((release) => entry(release, regions)));
  if (!releases.length) byId("status").append(element("p", {}, _("Nothing has left so far.")));
} catch (problem) {
  if (problem.code === undefined) throw problem;
  byId("status").append(element("div.notice.notice--danger", {}, element("p", {}, problemText(problem))));
}

function entry(release, regions) {
  return element("li.kept__entry", {},
    element("h3", {}, element("bdi", {}, release.recipient)),
    element("dl.kept__answers", {},
      line(_("Day"), formatDay(release.on)),
      line(_("What for"), purposeNames[release.purpose]),
      line(_("What"), sessions(release)),
      line(_("Where"), place(release, regions)),
      line(_("Education levels"), release.levels.length ? listing(release.levels.map((level) => levelNames[level])) : _("All")),
      line(_("How much"), ngettext("{n} mean, over up to {schools} schools", "{n} means, over up to {schools} schools", release.rows, { schools: number(release.schools) }))),
    element("details", {}, element("summary", {}, _("Fingerprints of the files (SHA-256)")),
      element("ul", {}, Object.entries(release.files).map(([name, hash]) => element("li", {}, name, " ", element("code.kept__hash", { dir: "ltr" }, hash))))));
}

function line(term, text) {
  return element("div", {}, element("dt", {}, term), element("dd", {}, text));
}

function sessions({ session, since }) {
  return since ? _("How the same schools changed between {earlier} and {later}", { earlier: sessionName(since), later: sessionName(session) })
    : sessionName(session);
}

function place({ country, region }, regions) {
  if (!country) return _("All countries");
  const [[, name]] = countryNames([country]);
  return region ? _("{region} ({country})", { region: regions[country]?.[region] ?? region, country: name }) : name;
}
