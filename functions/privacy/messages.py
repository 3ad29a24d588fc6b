"""Write the e-mails about the end of a school account."""

from collections.abc import Sequence

from selfie.domain.retention import Counts, Erasure, LastLogin
from selfie.domain.school import School
from selfie.i18n import first_offered, format_day, translator
from selfie.letters import Letter, email
from selfie.ports import Email


def will_be_erased(school: School, erasure: Erasure, link: str, locales: Sequence[str]) -> Email:
    """Tell a school that a coordinator wants its account erased, and how to take that back."""
    locale = first_offered(locales, school.locale)
    _ = translator(locale).gettext
    return email(
        school.emails,
        locale,
        Letter(
            _("Your school account will be erased"),
            (
                _("A coordinator of {school} asked us to erase the school account and everything in it.").format(
                    school=school.name
                ),
                _("It happens in the night of {day}. Until then any coordinator can take it back.").format(
                    day=format_day(erasure.on, locale)
                ),
                _("Number of your receipt: {receipt}").format(receipt=erasure.receipt),
            ),
            link,
            _("Look at it or take it back"),
            (_("Download all that you want to keep before that day: afterwards nobody can bring it back."),),
            _("You receive this message because this is an address of the school's account."),
        ),
    )


def kept_after_all(school: School, locales: Sequence[str]) -> Email:
    """Tell a school that its account stays."""
    locale = first_offered(locales, school.locale)
    _ = translator(locale).gettext
    return email(
        school.emails,
        locale,
        Letter(
            _("Your school account stays"),
            (_("A coordinator of {school} took the erasure back. Nothing was erased.").format(school=school.name),),
            "",
            "",
            (),
            _("You receive this message because this is an address of the school's account."),
        ),
    )


def erased(school: School, receipt: str, counts: Counts, locales: Sequence[str]) -> Email:
    """Confirm an erasure: how much was deleted, and what is left where and for how long."""
    locale = first_offered(locales, school.locale)
    translated = translator(locale)
    _, total = translated.gettext, sum(counts.values())
    return email(
        school.emails,
        locale,
        Letter(
            _("Your school account was erased"),
            (
                _("The account of {school} was erased, with all exercises, results and reports.").format(
                    school=school.name
                ),
                translated.ngettext("{n} entry was deleted.", "{n} entries were deleted.", total).format(n=total),
                _("Number of your receipt: {receipt}").format(receipt=receipt),
            ),
            "",
            "",
            (
                _(
                    "Backups of the database are overwritten after 35 days. If one has to be used before, your account "
                    "is erased from it again."
                ),
                _(
                    "Logs keep ids of exercises for 30 days and histories of nightly runs for 90 days. The ids are "
                    "random and lead to nothing any more."
                ),
            ),
            _("You receive this message because this was an address of the school's account. It is the last one."),
        ),
    )


def nobody_signed_in(school: School, login: LastLogin, link: str, locales: Sequence[str]) -> Email:
    """Remind a school that its account ends when nobody signs in."""
    locale = first_offered(locales, school.locale)
    _ = translator(locale).gettext
    return email(
        school.emails,
        locale,
        Letter(
            _("Does your school still need its account?"),
            (
                _("Nobody has signed in for {school} since {day}.").format(
                    school=school.name, day=format_day(login.day, locale)
                ),
                _("If nobody signs in, the account and everything in it will be erased in the night of {day}.").format(
                    day=format_day(login.closes_on, locale)
                ),
            ),
            link,
            _("Sign in as a coordinator"),
            (_("Signing in once is enough to keep it. If the school does not need it any more, do nothing."),),
            _("You receive this message because this is an address of the school's account."),
        ),
    )
