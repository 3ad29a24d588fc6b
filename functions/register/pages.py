"""Write the pages that a coordinator sees when a log-in does not succeed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from functions.register.openid import Reason
from functions.register.service import HOME, NoSchool
from selfie.domain.errors import AlreadyCoordinator, ChangedMeanwhile, ChangesBlocked, LoginRefused, TryAgain
from selfie.i18n import translator
from selfie.pages import render

TEMPLATES: Final = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Words:
    """What went wrong and what to do; ``elsewhere`` offers to leave the provider before the next try."""

    heading: str
    paragraphs: tuple[str, ...]
    elsewhere: bool = False


def words_for(error: Exception, locale: str) -> Words:  # noqa: PLR0911  one for each reason
    """Say why somebody is not signed in."""
    _ = translator(locale).gettext
    match error:
        case NoSchool():
            return Words(
                _("No school account belongs to this identity"),
                (
                    _("We know who you are, but no school has named you as its coordinator here."),
                    _("If you have another identity, leave this one first. Otherwise ask your school's coordinator."),
                ),
                elsewhere=True,
            )
        case AlreadyCoordinator():
            return Words(
                _("You coordinate this school already"),
                (
                    _("The link was for somebody else: the identity that you signed in with has a role there already."),
                    _("Sign in again to go on with your school. For somebody else, send a new link from its profile."),
                ),
                elsewhere=True,
            )
        case ChangesBlocked():
            return Words(
                _("The coordinators of this school cannot be changed just now"),
                (
                    _("Somebody at the school said that a change was not wanted, so changes are stopped for 7 days."),
                    _("Messages to the school say until when. After that, ask for a new link."),
                ),
            )
        case ChangedMeanwhile():
            return Words(
                _("Somebody else was faster"),
                (
                    _("The coordinators of the school have changed since the link was sent, so it is worth nothing."),
                    _("Look at the school's messages, and ask for a new link if you still need one."),
                ),
            )
        case LoginRefused(args=(Reason.SECOND_FACTOR, *_rest)):
            return Words(
                _("Please sign in with two factors"),
                (
                    _("You signed in with a password only. A school's results need a second proof that it is you."),
                    _("Add one at your identity provider, for example an app or a security key, then try again."),
                ),
                elsewhere=True,
            )
        case LoginRefused():
            return Words(
                _("You are not signed in"),
                (
                    _("The sign-in was cancelled, took too long, or was begun in another window."),
                    _("Nothing is wrong with your account. Please try again."),
                ),
            )
        case TryAgain():
            return Words(
                _("Signing in does not work just now"),
                (_("The identity provider does not answer. Please try again in a few minutes."),),
            )
        case _:
            return Words(
                _("Something went wrong on our side"),
                (_("We are sorry. Please wait a little and try again."),),
            )


def refusal(said: Words, locale: str, static_path: str, leave_url: str) -> str:
    """Write the page; nothing of the request is on it."""
    return render(
        TEMPLATES,
        "refusal.html",
        locale,
        languages=[],
        static=static_path,
        home=HOME,
        said=said,
        leave_url=leave_url,
    )
