"""Write the e-mails about school accounts: text and HTML, without pictures."""

from collections.abc import Sequence

from selfie.domain.school import School
from selfie.i18n import first_offered, translator
from selfie.letters import Letter, email
from selfie.ports import Email


def confirm(address: str, link: str, locale: str) -> Email:
    """Ask whoever reads an address whether a school account should be made for it."""
    _ = translator(locale).gettext
    return email(
        (address,),
        locale,
        Letter(
            _("Confirm the address of your school"),
            (
                _("Somebody asked for a school account with this address."),
                _("If it was you, open this page and go on there. The link works once, for 48 hours."),
            ),
            link,
            _("Make the school account"),
            (
                _(
                    "You then sign in at the identity provider, with a password and a second factor, for example an "
                    "app on your phone. If you have no identity there yet, you can make one on the way."
                ),
                _("If it was not you, do nothing: without the link nothing happens, and the request is forgotten."),
            ),
            _("You receive this message because this address was typed on the sign-up page."),
        ),
    )


def known(address: str, school: School, link: str, locales: Sequence[str]) -> Email:
    """Tell a school that it has an account; only the school itself learns that."""
    locale = first_offered(locales, school.locale)
    _ = translator(locale).gettext
    return email(
        (address,),
        locale,
        Letter(
            _("Your school has an account already"),
            (
                _("Somebody asked for a school account with this address. {school} has one, so none was made.").format(
                    school=school.name
                ),
                _("Coordinators of the school can sign in here."),
            ),
            link,
            _("Sign in as a coordinator"),
            (
                _("If you are new, ask the coordinators of your school."),
                _("If they have left, choose «Our coordinators are gone» on the first page of this service."),
                _("If it was not you, do nothing: the account has not changed."),
            ),
            _("You receive this message because this is an address of the school's account."),
        ),
    )


def confirm_additional(address: str, school: School, link: str) -> Email:
    """Ask whoever reads an address whether a school may send its messages there too."""
    _ = translator(school.locale).gettext
    return email(
        (address,),
        school.locale,
        Letter(
            _("Confirm an additional address"),
            (
                _("{school} wants its messages to come to this address too.").format(school=school.name),
                _("If that is right, confirm it. The link works once, for 48 hours."),
            ),
            link,
            _("Confirm the address"),
            (_("If you do not know why, do nothing: without the link nothing happens."),),
            _("You receive this message because a coordinator of {school} typed this address.").format(
                school=school.name
            ),
        ),
    )


def address_taken(address: str, locale: str) -> Email:
    """Tell a school that somebody wanted its address; only the school itself learns that it has an account."""
    _ = translator(locale).gettext
    return email(
        (address,),
        locale,
        Letter(
            _("Another school wanted to use this address"),
            (
                _("A school asked to get its messages at this address. It belongs to your school's account already."),
                _("Nothing has changed. An address can belong to one school only."),
            ),
            "",
            "",
            (),
            _("You receive this message because this is an address of the school's account."),
        ),
    )


def addresses_changed(to: tuple[str, ...], school: School, link: str) -> Email:
    """Tell all addresses of a school which ones it has now."""
    _ = translator(school.locale).gettext
    return email(
        to,
        school.locale,
        Letter(
            _("The addresses of your school have changed"),
            (
                _("Messages of {school} now go to: {addresses}").format(
                    school=school.name, addresses=", ".join(school.emails)
                ),
            ),
            link,
            _("Look at the profile"),
            (_("If nobody at your school did this, sign in and change it back."),),
            _("You receive this message because this is or was an address of the school's account."),
        ),
    )
