"""Companies that train a school's students: how they join an exercise, and which figures of their own they may see.

The school sees the trainers of all companies together, with those whom it invites itself. A company sees figures of its
own trainers as far as nothing of the others can be computed from them: whoever knows the school's figures and those of
every company that sees its own can subtract, and what is left must be nobody, or as many as may be shown by themselves.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Final

from selfie.domain import deadlines
from selfie.domain.disclosure import (
    FEWEST_FOR_BREAKDOWN,
    FEWEST_PEOPLE,
    Disclosure,
    Shown,
    Unit,
    is_small,
)
from selfie.domain.errors import ExerciseClosed, Invalid, SessionOver, Unknown
from selfie.domain.exercise import Exercise, Phase
from selfie.domain.participation import GroupParticipation, ParticipationLevel
from selfie.domain.questionnaire import Catalogue, Question
from selfie.domain.results import Figure, FigureMaker, Results, figures_of_unit, with_figures
from selfie.domain.school import NUMBER_BOUNDS, Family, RespondentGroup
from selfie.domain.session import Session
from selfie.domain.tally import Tally, pooled

TRAINER: Final = RespondentGroup.IN_COMPANY_TRAINER
# Neither of the figures and letters that look alike.
_CODE_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_PART: Final = 4
_CODE_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Joined:
    """A company in a school's exercise; its trainers get a link of their own, empty until it is asked for."""

    exercise_id: str
    company_id: str
    trainers: int
    link: str = ""


@dataclass(frozen=True, slots=True)
class CompanyTally:
    """What the trainers of one company answered; ``invited`` is how many of them there are."""

    company_id: str
    invited: int
    tally: Tally


def new_code() -> str:
    """Make a code with which one company can join, as people type it."""
    parts = ("".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_PART)) for _ in range(_CODE_PARTS))
    return "-".join(parts)


def read_code(text: str) -> str:
    """Return a code as it was made, however it was typed; raise Invalid for what cannot be one."""
    letters = [letter for letter in text.upper() if letter.isalnum()]
    if not letters:
        raise Invalid.one("code", "missing")
    if len(letters) != _CODE_PART * _CODE_PARTS or any(letter not in _CODE_ALPHABET for letter in letters):
        raise Invalid.one("code", "no_code")
    return "-".join("".join(letters[start : start + _CODE_PART]) for start in range(0, len(letters), _CODE_PART))


def checked_trainers(trainers: int) -> int:
    """Return how many trainers a company invites; raise Invalid."""
    _, most = NUMBER_BOUNDS[TRAINER]
    if trainers < 1:
        raise Invalid.one("trainers", "too_few")
    if trainers > most:
        raise Invalid.one("trainers", "too_many")
    return trainers


def check_joinable(exercise: Exercise, session: Session | None, now: datetime) -> None:
    """Raise unless companies can join: work-based learning, not over, and not left behind by its session.

    Unknown without trainers, ExerciseClosed, SessionOver.
    """
    if exercise.family is not Family.WBL:
        raise Unknown
    phase = exercise.phase(now, session)
    if phase is Phase.GONE:
        raise SessionOver
    if phase in {Phase.CLOSING, Phase.OVER}:
        raise ExerciseClosed


def code_expires_at(exercise: Exercise, session: Session | None, now: datetime) -> datetime:
    """Say when a code is worth nothing any more: with the exercise, or with its session before dates are chosen."""
    if exercise.last_day is not None:
        return deadlines.closes_at(exercise.last_day)
    return deadlines.results_at(session.last_day) if session else now


def companies_trainers(companies: Sequence[Joined]) -> int:
    """Return how many trainers companies invited beside the school: a company counts once it has its link."""
    return sum(entry.trainers for entry in companies if entry.link)


def make_company_results(
    exercise: Exercise, catalogue: Catalogue, own: Tally, companies: Sequence[CompanyTally]
) -> Mapping[str, Results]:
    """Make what each company may see of its own trainers; ``own`` is the tally of the school's own link."""
    if exercise.first_day is None or exercise.last_day is None:
        raise ValueError("an exercise without dates has no results")
    trainers = for_trainers(exercise)
    asked = exercise.questionnaire(catalogue, TRAINER).questions
    shown = _shown(exercise.numbers[TRAINER], own, companies)
    broken_down = _broken_down(own, companies, shown)
    cells: dict[str, dict[str, tuple[Figure, Fraction | None]]] = {company.company_id: {} for company in companies}
    for code, question in asked.items():
        for company_id, cell in _cells(question, own, companies, shown, broken_down).items():
            cells[company_id][code] = cell
    made = {}
    for company in companies:
        participation = (GroupParticipation(TRAINER, company.invited, company.tally.submissions),)
        head = Results(
            exercise_id=exercise.id,
            school_id=exercise.school_id,
            session_id=exercise.session_id,
            level=exercise.level,
            family=exercise.family,
            catalogue_version=exercise.catalogue_version,
            first_day=exercise.first_day,
            last_day=exercise.last_day,
            participation=participation,
            participation_level=ParticipationLevel.NONE,
            viewable=company in shown,
            hidden=() if company in shown else (TRAINER,),
        )
        if company in shown:
            unit = Shown(Unit.IN_COMPANY_TRAINER, (TRAINER,), company.tally)
            disclosure = Disclosure((unit,), (), frozenset())
            found = with_figures(head, trainers, catalogue, disclosure, _kept(cells[company.company_id]))
            # The school has what trainers wrote, of all of them together; single companies have none of it.
            head = replace(found, units_with_open_answers=())
        made[company.company_id] = head
    return made


def _kept(cells: Mapping[str, tuple[Figure, Fraction | None]]) -> FigureMaker:
    return lambda _entry, question: cells.get(question.code, (None, None))


def for_trainers(exercise: Exercise) -> Exercise:
    """Leave of an exercise what trainers were asked."""
    numbers = {group: number if group is TRAINER else 0 for group, number in exercise.numbers.items()}
    own = tuple(statement for statement in exercise.own if TRAINER in statement.groups)
    return replace(exercise, numbers=numbers, own=own)


def _shown(invited: int, own: Tally, companies: Sequence[CompanyTally]) -> Sequence[CompanyTally]:
    """Choose the companies that see figures: no small one, and no small rest."""
    candidates = [c for c in companies if not is_small(c.invited, c.tally.submissions)]

    def is_safe(chosen: Sequence[CompanyTally]) -> bool:
        rest = [company for company in companies if company not in chosen]
        submitted = own.submissions + sum(company.tally.submissions for company in rest)
        return not submitted or not is_small(invited + sum(company.invited for company in rest), submitted)

    return _largest_safe(candidates, lambda company: company.tally.submissions, is_safe)


def _broken_down(
    own: Tally, companies: Sequence[CompanyTally], shown: Sequence[CompanyTally]
) -> Sequence[CompanyTally]:
    """Choose the companies that see breakdowns, which need more people, in the rest too."""

    def is_safe(chosen: Sequence[CompanyTally]) -> bool:
        rest = own.submissions + sum(c.tally.submissions for c in companies if c not in chosen)
        return rest == 0 or rest >= FEWEST_FOR_BREAKDOWN

    candidates = [company for company in shown if company.tally.submissions >= FEWEST_FOR_BREAKDOWN]
    return _largest_safe(candidates, lambda company: company.tally.submissions, is_safe)


def _cells(
    question: Question,
    own: Tally,
    companies: Sequence[CompanyTally],
    shown: Sequence[CompanyTally],
    broken_down: Sequence[CompanyTally],
) -> Mapping[str, tuple[Figure, Fraction | None]]:
    """Make the figures of one question: of those who answered it, too, the rest is nobody's or not small."""
    whole = pooled(TRAINER, own, *(company.tally for company in companies))
    together, _ = figures_of_unit(Shown(Unit.IN_COMPANY_TRAINER, (TRAINER,), whole), question)
    if together is None:
        return {}
    answered = together.answered
    figures: dict[str, tuple[Figure, Fraction | None]] = {}
    for company in shown:
        figure, mean = figures_of_unit(Shown(Unit.IN_COMPANY_TRAINER, (TRAINER,), company.tally), question)
        if figure is None or (mean is None and company not in broken_down):
            continue
        shares = figure.shares if company in broken_down else None
        figures[company.company_id] = (replace(figure, shares=shares), mean)

    def is_safe(chosen: Sequence[CompanyTally]) -> bool:
        rest = answered - sum(figures[company.company_id][0].answered for company in chosen)
        others = own.submissions + sum(c.tally.submissions for c in companies if c not in chosen)
        return others == 0 or rest >= FEWEST_PEOPLE

    candidates = [company for company in shown if company.company_id in figures]
    kept = _largest_safe(candidates, lambda company: figures[company.company_id][0].answered, is_safe)
    return {company.company_id: figures[company.company_id] for company in kept}


def _largest_safe(
    candidates: Sequence[CompanyTally],
    size: Callable[[CompanyTally], int],
    is_safe: Callable[[Sequence[CompanyTally]], bool],
) -> Sequence[CompanyTally]:
    """Leave out the smallest until the rest is safe; one is enough, since whoever is left out fills the rest up."""
    chosen = sorted(candidates, key=lambda company: (-size(company), company.company_id))
    while chosen and not is_safe(chosen):
        chosen = chosen[:-1]
    return chosen
