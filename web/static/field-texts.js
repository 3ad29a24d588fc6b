// What the server says is wrong with a field, in words.

import { _ } from "./messages.js";

const fieldTexts = {
  missing: _("This is missing."),
  too_few: _("This number is too small."),
  too_many: _("This number is too large."),
  too_long: _("This text is too long."),
  in_the_past: _("This day has passed."),
  in_the_future: _("This day has not come yet."),
  outside_session: _("This day lies outside the session."),
  too_short: _("An exercise lasts at least 7 days."),
  no_code: _("This is not a code, as in K7QM-4TRX-9PWD."),
  no_email: _("This is not an e-mail address, as in office@school.example."),
  not_offered: _("Choose one of those that are offered."),
  exists: _("The school has this address already."),
  other_name: _("This is not the name of the school."),
  not_solved: _("The check by your browser has expired. Please send again."),
  outdated: _("What you agreed to has a new version. Please load this page again and read it."),
  not_asked: _("This group is not asked this question."),
  one_only: _("Choose one answer only: whoever ticked several would count twice."),
  too_exact: _("This number is more exact than the figures are."),
  other_area: _("This statement belongs to another area."),
  outside_school_year: _("This day is too far from the school year of the plan."),
  before_first_day: _("This day lies before the first one."),
  too_many_statements: _("A plan has room for 4 statements."),
  too_many_objectives: _("A plan has room for 8 objectives."),
  too_many_measurements: _("A plan has room for 16 targets."),
  not_with_others: _("This does not go together with the others that you chose."),
  too_many_activities: _("A plan has room for 40 activities."),
  invalid: _("This does not fit."),
};

/** Say in words what is wrong with a field; dates are too long in another sense than texts. */
export function fieldText({ field, code }) {
  if (field === "last_day" && code === "too_long") return _("An exercise lasts at most 21 days.");
  return fieldTexts[code] ?? fieldTexts.invalid;
}
