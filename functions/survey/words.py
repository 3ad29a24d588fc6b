"""What respondents are told after sending, or when something cannot be done."""

from collections.abc import Callable
from dataclasses import dataclass

from selfie.domain.questionnaire import SectionKind
from selfie.domain.school import Family, RespondentGroup

Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Words:
    """A page of few words. ``afresh`` is the text of a link to the first page; none where it would lead nowhere."""

    heading: str
    paragraphs: tuple[str, ...]
    afresh: str = ""
    good: bool = False  # the answers were counted, now or before


@dataclass(frozen=True, slots=True)
class CertificateWords:
    """The words of the form that asks for a certificate."""

    heading: str
    hint: str
    label: str
    button: str


def certificate(_: Say, *, child: bool = False) -> CertificateWords:
    """Offer a certificate."""
    if child:
        return CertificateWords(
            _("Do you want a certificate?"),
            _("It says that you took part, with your name. We do not keep your name. You can only get it now."),
            _("Your name (you can leave this out)"),
            _("Make my certificate"),
        )
    return CertificateWords(
        _("Would you like a certificate?"),
        _("It says that you took part. Your name is printed on it and kept nowhere. You cannot get it later."),
        _("Your name (you can leave this empty)"),
        _("Make my certificate"),
    )


def recorded(_: Say, *, child: bool = False) -> Words:
    """Thank for a submission that was counted just now."""
    if child:
        heading = _("Thank you! Your answers have arrived")
        said = _("Nobody can see which answers are yours. They are gone from this page."), _("You are done.")
    else:
        heading = _("Thank you, your answers have been counted")
        said = (
            _("Nobody can see which answers were yours. Your answers are gone from this page."),
            _("You can close this page now."),
        )
    return Words(heading, said, _("Start afresh for the next person"), good=True)


def standing(_: Say, *, child: bool = False) -> Words:
    """Say how things stand to somebody who comes back to the address that answers are sent to."""
    heading, afresh = _("Were your answers sent?"), _("Start afresh for the next person")
    if child:
        return Words(
            heading,
            (
                _("Did you see a page that says thank you? Then your answers have arrived, and you are done."),
                _("If not, go back to the questions and send them again. They never count twice."),
                _("Is it another child's turn now? Then start afresh."),
            ),
            afresh,
        )
    return Words(
        heading,
        (
            _("If you have seen a page that thanks you, your answers were counted. Nothing more is to be done."),
            _("If not, please go back to the questionnaire and send it again. It is never counted twice."),
            _("Is another person using this device now? Then please start afresh."),
        ),
        afresh,
    )


def refusal(code: str, _: Say, day: str = "", *, child: bool = False) -> Words:
    """Say what an error's code means for a respondent; ``day`` is the first day, where the code is not_yet_open."""
    known = _refusals(_, day) | (_refusals_to_children(_, day) if child else {})
    return known.get(code, known["internal"])


def _refusals_to_children(_: Say, day: str) -> dict[str, Words]:
    start_again, teacher = _("Start again"), _("Please tell your teacher.")
    return {
        "not_yet_open": Words(
            _("You are a little too early"),
            (
                _("The questions open on {day}. Come back then with the same link.").format(day=day),
                _("Nothing is wrong with your link."),
            ),
        ),
        "exercise_closed": Words(
            _("The questions are closed"),
            (_("The last day is over, so nothing more can be sent. Thank you for coming!"),),
        ),
        "code_wrong": Words(
            _("This code does not fit"), (_("Look at your slip once more and type the nine signs again."),)
        ),
        "code_used": Words(
            _("This code has already been used"),
            (
                _("Somebody has sent answers with it. Every code works once."),
                _("Was it not you? Then ask your teacher for another slip."),
            ),
        ),
        "token_expired": Words(
            _("The time is over"),
            (
                _("You opened the questions more than two hours ago, so they can no longer be sent."),
                _("If you still want to take part, start again."),
            ),
            start_again,
        ),
        "token_invalid": Words(
            _("This page cannot be sent"),
            (_("A part of the page was lost, so nothing was counted. If you want to take part, start again."),),
            start_again,
        ),
        "already_sent": Words(
            _("Your answers are already there"),
            (
                _("They arrived and count once. Sending them again changes nothing."),
                _("Is it another child's turn now? Then start afresh."),
            ),
            _("Start afresh for the next person"),
            good=True,
        ),
        "cap_reached": Words(
            _("There are more answers than children"),
            (_("More answers came in than expected, so yours could not be counted."), teacher),
        ),
        "empty_submission": Words(
            _("There is no answer yet"), (_("You can leave out any question. Answer at least one, then send."),)
        ),
        "invalid": Words(_("Some answers could not be read"), (_("Look at them once more, then send again."),)),
        "internal": Words(_("Something went wrong here"), (_("We are sorry. Wait a little and try again."), teacher)),
    }


def _refusals(_: Say, day: str) -> dict[str, Words]:
    start_again = _("Start again from the first page")
    return {
        "not_yet_open": Words(
            _("This questionnaire is not open yet"),
            (
                _("It opens on {day}. Please come back then with the same link.").format(day=day),
                _("Nothing is wrong with your link."),
            ),
        ),
        "exercise_closed": Words(
            _("This questionnaire is closed"),
            (_("The last day to answer is over, so nothing more can be sent. Thank you for your interest."),),
        ),
        "unknown": Words(
            _("There is no questionnaire behind this link"),
            (
                _("Please check that the whole link was copied, without missing letters at the end."),
                _("The link may also have been replaced by a new one. The person who gave it to you knows."),
            ),
        ),
        "code_wrong": Words(
            _("This code does not fit"),
            (_("Please look at your slip once more and type the nine signs of the code again."),),
        ),
        "code_used": Words(
            _("This code has already been used"),
            (
                _("A questionnaire was sent with it and counted. Every code works once."),
                _("Was it not you? Then please ask the person who gave you the slip for another one."),
            ),
        ),
        "token_expired": Words(
            _("The time to answer is over"),
            (
                _("The questionnaire was opened more than two hours ago, so it can no longer be sent."),
                _("If you still want to take part, please start again."),
            ),
            start_again,
        ),
        "token_invalid": Words(
            _("This page cannot be sent"),
            (
                _("The page does not belong to this link, or a part of it was lost. Nothing was counted."),
                _("If you want to take part, please start again."),
            ),
            start_again,
        ),
        "already_sent": Words(
            _("Your answers have already been sent"),
            (
                _("They arrived and were counted once. Sending them again changes nothing."),
                _("Is another person using this device now? Then please start afresh."),
            ),
            _("Start afresh for the next person"),
            good=True,
        ),
        "cap_reached": Words(
            _("More answers came in than expected"),
            (
                _("Far more people have answered than were invited, so your answers could not be counted."),
                _("Please tell the person who gave you the link: the school's coordinator needs to know."),
            ),
        ),
        "too_large": Words(
            _("This is more than the questionnaire can take"),
            (_("Nothing was counted. Please start again and keep your own words short."),),
            start_again,
        ),
        "try_again": Words(
            _("Please try again in a few seconds"),
            (_("Very many people are here at this moment, so this did not work yet. Nothing is lost."),),
        ),
        "empty_submission": Words(
            _("There is no answer yet"),
            (_("You may leave out any question. Please answer at least one, then send."),),
        ),
        "invalid": Words(_("Some answers could not be read"), (_("Please look at them once more, then send again."),)),
        "internal": Words(
            _("Something went wrong on our side"),
            (_("We are sorry. Please wait a little and try again."),),
        ),
    }


def section(kind: SectionKind, _: Say, *, child: bool) -> tuple[str, str]:
    """Head a part of the questionnaire that is neither an area nor another area, and introduce it."""
    if child:
        return {
            SectionKind.OWN: (_("Questions from your own school"), _("The grown-ups at your school wrote these.")),
            SectionKind.BACKGROUND: (_("About yourself"), _("Nobody puts this together with your other answers.")),
            SectionKind.CLOSING: (_("Last questions"), _("What was it like to answer, and what do you want to add?")),
        }[kind]
    return {
        SectionKind.OWN: (_("Questions from your school"), _("Your school wrote these questions itself.")),
        SectionKind.BACKGROUND: (_("About you"), _("What you choose here is never combined with your other answers.")),
        SectionKind.CLOSING: (
            _("Before you send"),
            _("Tell us about the questionnaire itself, and what you would add."),
        ),
    }[kind]


def field_error(code: str, _: Say, *, child: bool) -> str:
    """Say what is wrong with one answer."""
    if code == "too_long":
        return _("Your text is too long. Please use at most 500 characters.")
    if child:
        return _("Choose your answer again.")
    return _("Please choose your answer again.")


def title(group: RespondentGroup, family: Family, _: Say) -> str:
    """Name a group's questionnaire."""
    match group:
        case RespondentGroup.SCHOOL_LEADER:
            return _("Questionnaire for school leaders")
        case RespondentGroup.TEACHER:
            return _("Questionnaire for teachers")
        case RespondentGroup.IN_COMPANY_TRAINER:
            return _("Questionnaire for in-company trainers")
        case RespondentGroup.STUDENT:
            return _("Questionnaire for pupils") if family is Family.PRIMARY else _("Questionnaire for students")
