"""In-memory fakes of the ports of research data; tests/integration/test_research_contract.py holds them to it."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from selfie.adapters import keys
from selfie.domain.research import Cell, Contribution, Cut, LinkedElsewhere, Release, Row


class MemorySeal:
    """Hides nothing: a seal is the school's id and a number, a pseudonym names the study."""

    def __init__(self) -> None:
        self._sealed = 0

    def seal(self, school_id: str) -> bytes:
        """Return another seal every time."""
        self._sealed += 1
        return f"{school_id}/{self._sealed}".encode()

    def of(self, study: str, sealed: Sequence[bytes]) -> Sequence[str]:
        """Return what stands for the schools within a study."""
        return [f"{study}/{each.decode().partition('/')[0]}" for each in sealed]


class MemoryContributions:
    """Contributions in a dictionary, by the names that the bucket has for them."""

    def __init__(self) -> None:
        self._places: dict[str, str] = {}
        self._kept: dict[str, Contribution] = {}

    def add(self, exercise_id: str, contribution: Contribution) -> None:
        """Keep a contribution where the first one was put."""
        place = self._places.setdefault(exercise_id, keys.contribution_object(exercise_id, contribution.cut))
        self._kept[place] = contribution

    def remove(self, exercise_id: str) -> None:
        """Erase a contribution, as the end of an account does."""
        del self._kept[self._places.pop(exercise_id)]

    def cuts(self, session_id: str) -> Sequence[Cut]:
        """Return which there are of a session, in order."""
        return sorted({cut for cut in map(keys.cut_of, self._kept) if cut.session_id == session_id})

    def names(self, cut: Cut) -> Sequence[str]:
        """Name those of a cut."""
        return sorted(name for name in self._kept if keys.cut_of(name) == cut)

    def fetch(self, names: Sequence[str]) -> Iterator[tuple[str, Contribution]]:
        """Yield contributions one by one."""
        return ((name, self._kept[name]) for name in names if name in self._kept)


class MemoryResearchTables:
    """Tables in dictionaries, files of releases as bytes by their place in the bucket."""

    def __init__(self) -> None:
        self._frozen: dict[Cut, Sequence[Cell]] = {}
        self._linked: dict[tuple[Cut, str], Sequence[Row]] = {}
        self.files: dict[str, bytes] = {}

    def frozen_cuts(self, session_id: str) -> Sequence[Cut]:
        """Return of which cuts a session has tables, in order."""
        return sorted(cut for cut in self._frozen if cut.session_id == session_id)

    def frozen(self, cut: Cut) -> Sequence[Cell] | None:
        """Return the frozen table of a cut."""
        return self._frozen.get(cut)

    def freeze(self, cut: Cut, cells: Sequence[Cell]) -> None:
        """Keep the table of a cut unless there is one."""
        self._frozen.setdefault(cut, cells)

    def studies(self) -> frozenset[frozenset[str]]:
        """Return which sessions were linked with one another."""
        return frozenset(frozenset((cut.session_id, since)) for cut, since in self._linked)

    def linked(self, cut: Cut, since: str) -> Sequence[Row] | None:
        """Return the rows of a linked study."""
        return self._linked.get((cut, since))

    def keep_linked(self, cut: Cut, since: str, rows: Sequence[Row]) -> None:
        """Keep the rows of a linked study unless there are some."""
        self._linked.setdefault((cut, since), rows)

    def put(self, release: Release, name: str, file: Path) -> None:
        """Store a file of a release."""
        self.files[keys.release_object(release.wanted.scope, release.id, name)] = file.read_bytes()


class MemoryResearchLedger:
    """What was frozen, linked and released, in dictionaries."""

    def __init__(self) -> None:
        self._linked_with: dict[str, str] = {}
        self._releases: list[Release] = []

    def is_frozen(self, session_id: str) -> bool:
        """Tell whether a session takes no more contributions."""
        return session_id in self._linked_with

    def freeze(self, session_id: str, on: date) -> None:
        """Let a session take no more contributions."""
        self._linked_with.setdefault(session_id, "")

    def link(self, session_id: str, since: str) -> None:
        """Link two frozen sessions; raise LinkedElsewhere."""
        pair = {session_id: since, since: session_id}
        if any(self._linked_with.get(each) not in {"", other} for each, other in pair.items()):
            raise LinkedElsewhere
        self._linked_with |= pair

    def add(self, release: Release) -> None:
        """Enter a release into the public register."""
        self._releases.append(release)

    def releases(self) -> Sequence[Release]:
        """Return the public register, newest first."""
        return sorted(self._releases, key=lambda release: (release.on, release.id), reverse=True)
