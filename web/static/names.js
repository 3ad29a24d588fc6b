// What groups, levels, sessions and steps are called.

import { _ } from "./messages.js";

export const groupNames = {
  school_leader: _("School leaders"),
  teacher: _("Teachers"),
  staff: _("School leaders and teachers together"),
  student: _("Students"),
  in_company_trainer: _("In-company trainers"),
};

export const levelNames = {
  primary: _("Primary"),
  lower_secondary: _("Lower secondary"),
  upper_secondary_general: _("Upper secondary, general"),
  upper_secondary_vocational: _("Upper secondary, vocational"),
  post_secondary: _("Post-secondary non-tertiary"),
};

/** Name a session by its id, as in «2026–2027, session 1». */
export function sessionName(id) {
  const [year, number] = id.split("-");
  return _("{first_year}–{second_year}, session {number}", { first_year: year, second_year: Number(year) + 1, number });
}

/** Name an exercise by its level and session. */
export const exerciseName = (level, session) => _("{level}, {session}", { level: levelNames[level], session: sessionName(session) });
