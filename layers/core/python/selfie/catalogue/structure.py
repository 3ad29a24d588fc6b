"""Make the domain's Catalogue of a version's files."""

from functools import cache
from typing import Final

from selfie.catalogue import source
from selfie.domain.questionnaire import (
    Background,
    Catalogue,
    OtherArea,
    OtherAreaItem,
    OtherAreaKind,
    Scale,
    ScaleKind,
    Statement,
    Status,
)
from selfie.domain.school import Family, RespondentGroup

# What new exercises are set up with.
CURRENT: Final = "v2026_1"


def versions() -> tuple[str, ...]:
    """Name all versions, oldest first."""
    return tuple(sorted(path.name for path in source.FOLDER.glob("v*") if path.is_dir()))


@cache
def catalogue(version: str = CURRENT) -> Catalogue:
    """Return the structure of a version."""
    scales = (
        Scale(entry["key"], ScaleKind(entry["kind"]), tuple(option["code"] for option in entry["options"]))
        for entry in source.read(version, "scales")
    )
    return Catalogue(
        version=version,
        areas=tuple(entry["code"] for entry in source.read(version, "areas")),
        statements=tuple(
            Statement(code, Status(entry["status"]), _groups(entry["texts"]))
            for code, entry in source.statements(version).items()
        ),
        scales={scale.key: scale for scale in scales},
        other_areas=tuple(
            OtherArea(
                entry["number"],
                entry["key"],
                OtherAreaKind(entry["kind"]),
                entry["scale"] or "",
                _groups(entry["groups"]),
                tuple(
                    OtherAreaItem(item["code"], tuple(map(Family, families)) if families else None)
                    for item in entry["items"]
                    for families in [item.get("only_families")]
                ),
            )
            for entry in source.read(version, "other_areas")
        ),
        background=tuple(
            Background(entry["key"], _groups(entry["groups"]), tuple(o["code"] for o in entry["options"]))
            for entry in source.read(version, "background")
        ),
        experience=tuple(entry["key"] for entry in source.read(version, "experience")),
    )


def _groups(named: object) -> tuple[RespondentGroup, ...]:
    return tuple(group for group in RespondentGroup if group in named)  # type: ignore[operator]
