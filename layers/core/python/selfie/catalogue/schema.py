"""Check the files of a version; used by tests and by whoever writes a new version, never by a function."""

import hashlib
import json
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from selfie.catalogue import source
from selfie.domain.questionnaire import NOT_APPLICABLE, OtherAreaKind, ScaleKind, Status
from selfie.domain.school import Family, RespondentGroup

# Fingerprints of the versions that exercises may already use; see ``publish``.
PUBLISHED: Final = source.FOLDER / "published.json"

Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=False, pattern=r"^\S(.*\S)?$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Text(_Entry):
    text: Words
    help: Words | Literal[""] = ""


class _Helped(_Text):
    help: Words


class _Area(_Entry):
    code: Literal["A", "B", "C", "D", "E", "F", "G", "H"]
    key: Key
    name: Words
    child_name: Words
    intro: dict[Literal["staff", "student", "primary"], Words] = Field(min_length=3)


class _Statement(_Entry):
    code: Annotated[str, StringConstraints(pattern=r"^[A-H][0-9]{1,2}$")]
    topic: Words
    status: Literal[Status.CORE, Status.OPTIONAL]
    notes: str = ""
    texts: dict[RespondentGroup, dict[Family, _Helped]] = Field(min_length=1)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for group, families in self.texts.items():
            needed = Family.WBL if group is RespondentGroup.IN_COMPANY_TRAINER else Family.GENERAL
            if needed not in families:
                raise ValueError(f"{self.code} {group} lacks the {needed} text that others fall back on")
        return self


class _Option(_Entry):
    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$")]
    label: Words
    detail: Words | None = None
    child_label: Words | None = None


class _Scale(_Entry):
    key: Key
    kind: Literal[ScaleKind.RATING, ScaleKind.CHOOSE_ONE]
    options: list[_Option] = Field(min_length=3)

    @model_validator(mode="after")
    def _codes(self) -> Self:
        codes = [option.code for option in self.options]
        if codes[-1] != NOT_APPLICABLE:
            raise ValueError(f"scale {self.key} does not end with {NOT_APPLICABLE}")
        if self.kind is ScaleKind.RATING and codes[:-1] != [str(n) for n in range(1, len(codes))]:
            raise ValueError(f"scale {self.key} is not numbered 1, 2, …")
        return self


class _Item(_Entry):
    code: Key
    texts: dict[Family, Words]
    only_families: list[Family] | None = None


class _OtherArea(_Entry):
    number: int = Field(ge=1, le=10)
    key: Key
    name: Words
    groups: list[RespondentGroup] = Field(min_length=1)
    kind: OtherAreaKind
    scale: str | None
    question: dict[RespondentGroup, dict[Family, _Text]]
    items: list[_Item] = Field(min_length=1)

    @model_validator(mode="after")
    def _asked(self) -> Self:
        if set(self.groups) != set(self.question):
            raise ValueError(f"{self.key} asks groups that it has no question for, or the other way round")
        if (self.kind is OtherAreaKind.TICKS) != (self.scale is None):
            raise ValueError(f"{self.key}: ticks have no scale, everything else has one")
        return self


class _Background(_Entry):
    key: Key
    groups: list[RespondentGroup] = Field(min_length=1)
    text: dict[Family, Words]
    options: list[_Option] = Field(min_length=3)


class _Experience(_Entry):
    key: Key
    texts: dict[RespondentGroup, dict[Family, _Text]] = Field(min_length=4)
    scale: Literal["agreement"]


class _OpenQuestion(_Entry):
    key: Literal["open"]
    texts: dict[RespondentGroup, dict[Family, Words]] = Field(min_length=4)
    warning: dict[Literal["general", "primary"], Words] = Field(min_length=2)


class _Suggestion(_Entry):
    key: Key
    topic: Words
    texts: dict[RespondentGroup, _Helped] = Field(min_length=1)


_FILES: Final[dict[str, Any]] = {
    "areas": TypeAdapter(list[_Area]),
    "scales": TypeAdapter(list[_Scale]),
    "other_areas": TypeAdapter(list[_OtherArea]),
    "background": TypeAdapter(list[_Background]),
    "experience": TypeAdapter(list[_Experience]),
    "open_questions": TypeAdapter(list[_OpenQuestion]),
    "library": TypeAdapter(list[_Suggestion]),
} | {f"statements_{area}": TypeAdapter(list[_Statement]) for area in source.AREA_CODES}


def check(version: str) -> None:
    """Raise ValidationError or ValueError when a version's files do not fit."""
    for name, adapter in _FILES.items():
        adapter.validate_python(source.read(version, name))
    for name in ("scales", "other_areas", "background", "experience", "library"):
        keys = [entry["key"] for entry in source.read(version, name)]
        if len(keys) != len(set(keys)):
            raise ValueError(f"{name} of {version} uses a key twice")
    for area in source.AREA_CODES:
        codes = [entry["code"] for entry in source.read(version, f"statements_{area}")]
        if codes != sorted(set(codes), key=lambda code: int(code[1:])) or any(code[0] != area for code in codes):
            raise ValueError(f"statements_{area} of {version} are not in order, or not of this area")


def fingerprint(version: str) -> str:
    """Return a hash over everything that a version says."""
    content = {name: source.read(version, name) for name in sorted(_FILES)}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def published() -> dict[str, str]:
    """Return the fingerprints of published versions."""
    return dict(json.loads(PUBLISHED.read_text(encoding="utf-8")))


def changed_after_publication() -> Iterator[str]:
    """Name the published versions that say something else now: exercises that run with them would change."""
    yield from (version for version, known in published().items() if fingerprint(version) != known)


def publish(version: str) -> None:
    """Enter a new version in the list of published ones; raise ValueError when it was published before."""
    check(version)
    known = published()
    if version in known:
        raise ValueError(f"{version} is published: copy its folder to a new version and change that one")
    PUBLISHED.write_text(json.dumps(known | {version: fingerprint(version)}, indent=2) + "\n", encoding="utf-8")
