"""Exercises contribute to research; sessions are frozen, linked and released as means over many schools."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from functions.research import files
from selfie.domain import deadlines, research
from selfie.domain.errors import Invalid, SelfieError, Unknown
from selfie.domain.research import (
    REST,
    Cell,
    Contribution,
    Cut,
    Key,
    LinkedElsewhere,
    Release,
    Row,
    Totals,
    Wanted,
)
from selfie.domain.session import Calendar
from selfie.ports import (
    Clock,
    Contributions,
    Pseudonyms,
    PublishedResults,
    ResearchLedger,
    ResearchTables,
    Schools,
    SchoolSeal,
)


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


# How many contributions a linked study holds at a time.
BATCH: Final = 256
_ID_BYTES: Final = 8
ByRegion = dict[Key, dict[str, Totals]]


class NothingToRelease(SelfieError):
    """No row of what is wanted may leave; nothing is written, and nothing entered into the register."""

    code = "nothing_to_release"


@dataclass(frozen=True, slots=True)
class Releasing:
    """Makes each session's table once and releases parts of it; ``regions`` are those of the deployment, by country.

    Contributions are read one by one and added up, so that memory does not grow with the number of schools.
    """

    contributions: Contributions
    tables: ResearchTables
    ledger: ResearchLedger
    pseudonyms: Pseudonyms
    clock: Clock
    calendar: Calendar
    regions: Mapping[str, Mapping[str, str]]

    def release(self, wanted: Wanted) -> Release:
        """Write the files of a release and enter it into the public register.

        The session's table is made with its first release. Raise Invalid, Unknown, SessionNotOver, LinkedElsewhere,
        NothingToRelease.
        """
        wanted = self._checked(wanted)
        for session_id in filter(None, (wanted.since, wanted.session_id)):
            self._freeze(session_id)
        release_id = secrets.token_hex(_ID_BYTES)
        rows = self._changes(wanted, release_id) if wanted.since else self._means(wanted.session_id)
        with TemporaryDirectory() as temporary:
            folder = Path(temporary) / release_id
            folder.mkdir()
            written = files.write(filter(wanted.takes, rows), folder, study=bool(wanted.since))
            if not written.rows:
                raise NothingToRelease
            today, hashes = deadlines.day_of(self.clock()), files.hashes(folder)
            made = Release(release_id, today, wanted, written.rows, written.schools, hashes)
            for name in made.files:
                self.tables.put(made, name, folder / name)
        # Last: what is in the register has left, or can.
        self.ledger.add(made)
        return made

    def _checked(self, wanted: Wanted) -> Wanted:
        if wanted.since and wanted.since >= wanted.session_id:
            raise Invalid.one("since", "not_earlier")
        if wanted.region and wanted.since:
            raise Invalid.one("region", "not_in_studies")
        if wanted.region and wanted.region not in self.regions.get(wanted.country, {}):
            raise Invalid.one("region", "unknown_region")
        for session_id in filter(None, (wanted.session_id, wanted.since)):
            session = self.calendar.by_id(session_id)
            if session is None:
                raise Unknown
            research.check_over(session, self.clock())
        return replace(wanted, recipient=research.checked_recipient(wanted.recipient))

    def _freeze(self, session_id: str) -> None:
        """Make the tables of a session that are not made yet; from the first on it takes no contributions."""
        self.ledger.freeze(session_id, deadlines.day_of(self.clock()))
        made = frozenset(self.tables.frozen_cuts(session_id))
        for cut in self.contributions.cuts(session_id):
            if cut not in made:
                self.tables.freeze(cut, self._cells(cut))

    def _cells(self, cut: Cut) -> Sequence[Cell]:
        totals: ByRegion = {}
        for _, contribution in self.contributions.fetch(self.contributions.names(cut)):
            self._add(totals, contribution)
        made = (research.cell(key, totals[key]) for key in sorted(totals))
        return [cell for cell in made if cell]

    def _means(self, session_id: str) -> Iterator[Row]:
        for cut in self.tables.frozen_cuts(session_id):
            yield from research.rows(cut, self.tables.frozen(cut) or ())

    def _changes(self, wanted: Wanted, study: str) -> Iterator[Row]:
        pair = frozenset((wanted.session_id, wanted.since))
        if any(pair & study and pair != study for study in self.tables.studies()):
            raise LinkedElsewhere
        self.ledger.link(wanted.session_id, wanted.since)
        for cut in self.tables.frozen_cuts(wanted.session_id):
            if self.tables.linked(cut, wanted.since) is None:
                self.tables.keep_linked(cut, wanted.since, list(self._linked(cut, wanted.since, study)))
            # What another job kept first stays.
            yield from self.tables.linked(cut, wanted.since) or ()

    def _linked(self, cut: Cut, since: str, study: str) -> Iterator[Row]:
        """Yield how the schools of a cut changed that were also in the same cut of an earlier session."""
        earlier = replace(cut, session_id=since)
        frozen_before = {(cell.unit, cell.question): cell for cell in self.tables.frozen(earlier) or ()}
        before: ByRegion = {}
        after: ByRegion = {}
        for first, second in self._pairs(earlier, cut, study):
            both = set(_keys(first)) & set(_keys(second))
            self._add(before, first, both)
            self._add(after, second, both)
        for cell in self.tables.frozen(cut) or ():
            key = cell.unit, cell.question
            if key in frozen_before and key in after:
                frozen, linked = frozen_before[key], before[key]
                yield from research.linked_rows(cut, (frozen, linked), (cell, after[key]), since)

    def _pairs(self, earlier: Cut, later: Cut, study: str) -> Iterator[tuple[Contribution, Contribution]]:
        """Yield both contributions of each school that made two; pseudonyms live here and nowhere else."""
        places: dict[str, str] = {}
        for batch in _batches(self.contributions.fetch(self.contributions.names(earlier))):
            hidden = self.pseudonyms.of(study, [made.sealed for _, made in batch])
            places |= dict(zip(hidden, (name for name, _ in batch), strict=True))
        for batch in _batches(self.contributions.fetch(self.contributions.names(later))):
            hidden = self.pseudonyms.of(study, [made.sealed for _, made in batch])
            found = {places[each]: made for each, (_, made) in zip(hidden, batch, strict=True) if each in places}
            for name, first in self.contributions.fetch(list(found)):
                yield first, found[name]

    def _add(self, totals: ByRegion, contribution: Contribution, keys: set[Key] | None = None) -> None:
        known = self.regions.get(contribution.cut.country, {})
        region = contribution.region if contribution.region in known else REST
        for entry in contribution.percentages:
            key = entry.unit, entry.question
            if keys is None or key in keys:
                totals.setdefault(key, {}).setdefault(region, Totals()).add(entry)


def _keys(contribution: Contribution) -> Iterator[Key]:
    return ((entry.unit, entry.question) for entry in contribution.percentages)


def _batches(found: Iterator[tuple[str, Contribution]]) -> Iterator[list[tuple[str, Contribution]]]:
    while batch := list(islice(found, BATCH)):
        yield batch
