"""Write the e-mails about accounts of companies."""

from collections.abc import Sequence

from selfie.domain.school import School
from selfie.i18n import first_offered, translator
from selfie.letters import Letter, email
from selfie.ports import Email


def confirm(address: str, link: str, locale: str) -> Email:
    """Ask whoever reads an address whether a company account should be made for it."""
    _ = translator(locale).gettext
    return email(
        (address,),
        locale,
        Letter(
            _("Confirm the address of your company"),
            (
                _("Somebody asked for a company account with this address."),
                _("If it was you, open this page and go on there. The link works once, for 48 hours."),
            ),
            link,
            _("Make the company account"),
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


def known(address: str, company: School, link: str, locales: Sequence[str]) -> Email:
    """Tell a company that it has an account; only the company itself learns that."""
    locale = first_offered(locales, company.locale)
    _ = translator(locale).gettext
    return email(
        (address,),
        locale,
        Letter(
            _("Your company has an account already"),
            (
                _("Somebody asked for an account with this address. {company} has one, so none was made.").format(
                    company=company.name
                ),
                _("Coordinators of the company can sign in here."),
            ),
            link,
            _("Sign in"),
            (_("If it was not you, do nothing: the account has not changed."),),
            _("You receive this message because this is an address of the company’s account."),
        ),
    )
