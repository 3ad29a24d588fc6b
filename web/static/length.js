// How long the questionnaire of each group gets.

import { _, ngettext } from "./messages.js";

const MOST_MINUTES = { school_leader: 40, teacher: 40, student: 20, in_company_trainer: 40 };

/** Name the groups that an exercise addresses: trainers only when there are any. */
export const groupsOf = ({ numbers }) => Object.keys(numbers).filter((group) => numbers[group] > 0);

/** Say how many statements a group is asked and how long it needs; `tooLong` when that is more than it should be. */
export function lengthFor(group, exercise, { areas, minutes }) {
  const statements = areas.flatMap((area) => area.statements)
    .filter(({ code, status, texts }) => texts[group] && (status === "core" || exercise.optional_statements.includes(code))).length
    + exercise.own_statements.filter(({ texts }) => texts[group]).length;
  const count = ngettext("{n} statement", "{n} statements", statements);
  const time = ngettext("about {n} minute", "about {n} minutes", minutes[group]);
  return {
    text: _("{statements}, {minutes}", { statements: count, minutes: time }),
    tooLong: minutes[group] > MOST_MINUTES[group],
  };
}
