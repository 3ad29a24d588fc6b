"""Write the e-mails about accounts of the former system."""

from selfie.domain.school import School
from selfie.i18n import translator
from selfie.letters import Letter, email
from selfie.ports import Email


def associate(school: School, link: str) -> Email:
    """Ask whoever reads a school's mailboxes to go on with the association of its old account."""
    _ = translator(school.locale).gettext
    return email(
        school.emails,
        school.locale,
        Letter(
            _("Associate your school’s old account"),
            (
                _("Somebody wants to associate the account that {school} had in the former system.").format(
                    school=school.name
                ),
                _("If it was you, open this page and go on there. The link works once, for 48 hours."),
            ),
            link,
            _("Associate the account"),
            (
                _(
                    "You then sign in at the identity provider, with a password and a second factor, for example an "
                    "app on your phone. If you have no identity there yet, you can make one on the way."
                ),
                _("Whoever signs in coordinates the school from then on. You can pass this message on to that person."),
                _("If it was not you, do nothing: without the link nothing happens, and the request is forgotten."),
            ),
            _("You receive this message because this is an address of the school’s old account."),
        ),
    )


def password_wrong(address: str, school: School, link: str) -> Email:
    """Tell a school that the old password was not right; the page that was asked does not say so."""
    _ = translator(school.locale).gettext
    return email(
        (address,),
        school.locale,
        Letter(
            _("The old password was not right"),
            (
                _("Somebody wanted to associate the account that {school} had in the former system.").format(
                    school=school.name
                ),
                _("The password did not fit, or the account had none. You can have a link sent without it."),
            ),
            link,
            _("Ask for a link without the password"),
            (_("If it was not you, do nothing: the account has not changed."),),
            _("You receive this message because this is an address of the school’s old account."),
        ),
    )


def no_old_account(address: str, link: str, locale: str) -> Email:
    """Tell whoever reads an address that no account of the former system belongs to it."""
    _ = translator(locale).gettext
    return email(
        (address,),
        locale,
        Letter(
            _("No old account belongs to this address"),
            (
                _("Somebody wanted to associate an old account with this address. There is none."),
                _("Perhaps it had another address. If your school never had an account, sign it up."),
            ),
            link,
            _("Sign up your school"),
            (_("If it was not you, do nothing: nothing was kept."),),
            _("You receive this message because this address was typed on the page for old accounts."),
        ),
    )


def associated(school: School, link: str) -> Email:
    """Tell all addresses of a school that its old account has a coordinator now."""
    _ = translator(school.locale).gettext
    return email(
        school.emails,
        school.locale,
        Letter(
            _("Your school’s old account has been associated"),
            (
                _("{school} has a coordinator now, who signs in with two factors.").format(school=school.name),
                _("What the former system kept of the school is there. The old password has been deleted."),
            ),
            link,
            _("Look at the profile"),
            (_("If nobody at your school did this, tell whoever runs this service at once."),),
            _("You receive this message because this is an address of the school’s account."),
        ),
    )
