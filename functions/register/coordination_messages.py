"""Write the e-mails about who coordinates a school; each goes to all addresses of the school."""

from selfie.domain.account import Role
from selfie.domain.school import School
from selfie.i18n import format_day, translator
from selfie.letters import Letter, email
from selfie.ports import Email


def invitation(school: School, role: Role, link: str, *, replaces: bool) -> Email:
    """Give whoever reads the school's mail the link with which a coordinator begins."""
    _ = translator(school.locale).gettext
    asked = (
        _("A coordinator of {school} asks for a new primary coordinator.")
        if role is Role.PRIMARY
        else _("A coordinator of {school} asks for a new secondary coordinator.")
    )
    return email(
        school.emails,
        school.locale,
        Letter(
            _("A link for the new coordinator of your school"),
            (
                asked.format(school=school.name),
                _("Pass this message on to the person who is to coordinate. The link works once, for 7 days."),
                *((_("The new coordinator takes the place of the present one."),) if replaces else ()),
            ),
            link,
            _("Become a coordinator"),
            (
                _("The person signs in at the identity provider, with a password and a second factor."),
                _("If nobody at your school wants this, do not use the link: without it nothing changes."),
            ),
            _("You receive this message because this is an address of the school's account."),
        ),
    )


def removal(school: School, role: Role, link: str) -> Email:
    """Give whoever reads the school's mail the link with which a coordinator ends."""
    _ = translator(school.locale).gettext
    asked = (
        _("A coordinator of {school} asks to remove the primary coordinator.")
        if role is Role.PRIMARY
        else _("A coordinator of {school} asks to remove the secondary coordinator.")
    )
    return email(
        school.emails,
        school.locale,
        Letter(
            _("A coordinator of your school is to be removed"),
            (asked.format(school=school.name), _("If that is right, confirm it. The link works once, for 7 days.")),
            link,
            _("Remove the coordinator"),
            (_("If nobody at your school wants this, do not use the link: without it nothing changes."),),
            _("You receive this message because this is an address of the school's account."),
        ),
    )


def takeover(school: School, link: str, *, replaces: bool) -> Email:
    """Give a school whose coordinators are gone the link with which a new one begins."""
    _ = translator(school.locale).gettext
    return email(
        school.emails,
        school.locale,
        Letter(
            _("A link for the new coordinator of your school"),
            (
                _("Somebody asked to coordinate {school}, whose coordinators are gone.").format(school=school.name),
                _("Pass this message on to the person who is to coordinate. The link works once, for 7 days."),
                *((_("The new coordinator takes the place of the primary coordinator."),) if replaces else ()),
            ),
            link,
            _("Become a coordinator"),
            (
                _("The person signs in at the identity provider, with a password and a second factor."),
                _("If nobody at your school wants this, do not use the link: without it nothing changes."),
            ),
            _("You receive this message because this is an address of the school's account."),
        ),
    )


def no_school(address: str, link: str, locale: str) -> Email:
    """Tell an address that no school has it; nobody but its reader learns that."""
    _ = translator(locale).gettext
    return email(
        (address,),
        locale,
        Letter(
            _("No school account has this address"),
            (
                _("Somebody asked to coordinate the school with this address. No school account has it."),
                _("Perhaps your school signed up with another address. If it has no account yet, you can make one."),
            ),
            link,
            _("Sign up your school"),
            (_("If it was not you, do nothing."),),
            _("You receive this message because this address was typed on a page of this service."),
        ),
    )


def coordinators_changed(school: School, role: Role, objection: str, *, removed: bool) -> Email:
    """Tell a school that a coordinator has come or gone, and how to take that back."""
    _ = translator(school.locale).gettext
    if removed:
        said = (
            _("{school} has no primary coordinator any more.")
            if role is Role.PRIMARY
            else _("{school} has no secondary coordinator any more.")
        )
    else:
        said = (
            _("{school} has a new primary coordinator.")
            if role is Role.PRIMARY
            else _("{school} has a new secondary coordinator.")
        )
    return email(
        school.emails,
        school.locale,
        Letter(
            _("The coordinators of your school have changed"),
            (said.format(school=school.name), _("If your school wanted this, there is nothing to do.")),
            "",
            "",
            (
                _(
                    "If it did not, say so here within 7 days: the change is taken back, and nobody can change "
                    "coordinators or addresses of the school for 7 days."
                ),
            ),
            _("You receive this message because this is an address of the school's account."),
            objection=_("This was not us"),
            objection_link=objection,
        ),
    )


def undone(school: School, link: str) -> Email:
    """Tell a school that a change was taken back, and until when no other can be made."""
    _ = translator(school.locale).gettext
    day = format_day(school.blocked_until, school.locale) if school.blocked_until else ""
    return email(
        school.emails,
        school.locale,
        Letter(
            _("A change of coordinators was taken back"),
            (
                _("Somebody with a message to {school} said that a change of coordinators was not wanted.").format(
                    school=school.name
                ),
                _("Who coordinated before does so again."),
                _("Nobody can change coordinators or addresses of the school until {day}.").format(day=day),
            ),
            link,
            _("Look at the profile"),
            (_("Use the time to find out who can read the messages to your school, and change passwords if need be."),),
            _("You receive this message because this is an address of the school's account."),
        ),
    )


def reminder(school: School, link: str) -> Email:
    """Ask a school to look at its profile."""
    _ = translator(school.locale).gettext
    return email(
        school.emails,
        school.locale,
        Letter(
            _("Please check the profile of your school"),
            (
                _("Nobody has looked at the profile of {school} for a year.").format(school=school.name),
                _(
                    "Are the addresses still read, and do the coordinators still work at the school? "
                    "If people have left, replace them in time."
                ),
            ),
            link,
            _("Look at the profile"),
            (
                _(
                    "If nobody can sign in any more, choose «Our coordinators are gone» on the first page of this "
                    "service."
                ),
                _("We ask once a year. Whoever saves the profile has checked it."),
            ),
            _("You receive this message because this is an address of the school's account."),
        ),
    )
