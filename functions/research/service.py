"""Exercises contribute to research; sessions are frozen, studied and released as totals over many schools."""

from dataclasses import dataclass

from selfie.domain import research
from selfie.domain.errors import Unknown
from selfie.ports import Contributions, PublishedResults, ResearchLedger, Schools, SchoolSeal


@dataclass(frozen=True, slots=True)
class Contributing:
    """What an exercise gives to research, in the night of its closing."""

    published: PublishedResults
    schools: Schools
    contributions: Contributions
    ledger: ResearchLedger
    seal: SchoolSeal

    def contribute(self, exercise_id: str) -> bool:
        """Contribute an exercise's published percentages; False when there are none, or its session is frozen.

        Raise Unknown without results. Doing it again changes nothing.
        """
        results = self.published.get(exercise_id)
        if results is None:
            raise Unknown
        if not results.viewable or self.ledger.is_frozen(results.session_id):
            return False
        school = self.schools.get(results.school_id)
        made = research.contribution(results, school, self.seal.seal(school.id))
        if made is not None:
            self.contributions.add(exercise_id, made)
        return made is not None
