"""Make documents of the register: ``python -m privacy.documents`` writes what is kept with the sources.

The site's build publishes the others: the Art. 30 record, the register in W3C's Data Privacy Vocabulary, the periods.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from privacy.register import Ending, Register, Stored, register

ROOT: Final = Path(__file__).parents[1]
# What a school's export is described by; it goes with the function, which does not have the register.
EXPORT_SCHEMA: Final = ROOT / "functions" / "privacy" / "export.schema.json"
# Namespaces of the Data Privacy Vocabulary, version 2.
VOCABULARY: Final = {
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/",
    "id": "urn:school-self-reflection:register:",
}
# Expire a year after an exercise; an export takes those along that are still there.
ON_THE_WAY: Final = frozenset({"LINK/LINK"})
# The columns that supervisory authorities ask for in their own templates, in Art. 30(1)'s order.
COLUMNS: Final = (
    "Controller and contact",
    "Data protection officer",
    "Processing activity",
    "Purpose",
    "Legal basis",
    "Categories of data subjects",
    "Categories of personal data",
    "Data items",
    "Special categories",
    "Source",
    "Who can see it",
    "Recipients",
    "Transfers to third countries",
    "Time limit for erasure",
    "Period begins with",
    "Period (ISO 8601)",
    "How it is destroyed",
    "Place",
    "Security measures",
)


def record_of_processing(of: Register) -> str:
    """Write the record of Art. 30 GDPR as CSV, one line for each kind of stored thing."""
    return _csv(COLUMNS, (_record(of, stored) for stored in of.stored))


def _record(of: Register, stored: Stored) -> Sequence[str]:
    activity, place, period = of.activity_of(stored), of.place_of(stored), of.period_of(stored)
    return (
        f"{of.operator.name}, {of.operator.address}, {of.operator.email}",
        of.operator.officer,
        activity.name,
        stored.why or activity.why,
        stored.basis or activity.basis,
        stored.whose,
        stored.what,
        "; ".join(f"{name}: {text}" for name, text in stored.attributes.items()),
        "none asked for",
        stored.source,
        stored.seen_by,
        stored.recipients or activity.recipients,
        activity.transfers,
        stored.kept,
        period.event,
        period.length,
        place.destroyed,
        place.name,
        stored.measures or place.measures,
    )


def periods(of: Register) -> str:
    """Write how long each kind of thing is kept as CSV."""
    head = ("place", "item", "what", "kept", "begins with", "period", "ended by")
    rows = ((stored, of.period_of(stored)) for stored in of.stored)
    return _csv(head, ((s.where, s.item, s.what, s.kept, str(p.event), p.length, str(p.by)) for s, p in rows))


def vocabulary(of: Register) -> dict[str, Any]:
    """Describe the register in W3C's Data Privacy Vocabulary as JSON-LD."""
    controller = {
        "@id": "id:controller",
        "@type": "dpv:DataController",
        "dct:title": of.operator.name,
        "dpv:hasContact": of.operator.email,
        "dpv:hasDataProtectionOfficer": {"@type": "dpv:DataProtectionOfficer", "dpv:hasContact": of.operator.officer},
    }
    graph = [controller, *(_process(of, number, stored) for number, stored in enumerate(of.stored, 1))]
    return {"@context": VOCABULARY, "@graph": graph}


def _process(of: Register, number: int, stored: Stored) -> dict[str, Any]:
    activity, place, period = of.activity_of(stored), of.place_of(stored), of.period_of(stored)
    duration: dict[str, Any] = {"@type": "dpv:UntilEventDuration", "dct:description": f"{period.event} {stored.kept}"}
    if period.length:
        duration |= {"@type": "dpv:TemporalDuration", "dct:extent": period.length}
    return {
        "@id": f"id:{number}-{stored.where}",
        "@type": "dpv:Process",
        "dct:title": stored.what,
        "dpv:hasDataController": {"@id": "id:controller"},
        "dpv:hasPurpose": {"@type": "dpv:PublicBenefit", "dct:description": stored.why or activity.why},
        "dpv:hasLegalBasis": {"@id": "eu-gdpr:A6-1-e", "dct:description": stored.basis or activity.basis},
        "dpv:hasDataSubject": {"@type": "dpv:DataSubject", "dct:description": stored.whose},
        "dpv:hasDataSource": {"@type": "dpv:DataSource", "dct:description": stored.source},
        "dpv:hasRecipient": {
            "@type": "dpv:Recipient",
            "dct:description": f"{stored.seen_by}. {stored.recipients or activity.recipients}",
        },
        "dpv:hasData": [
            {
                "@type": "dpv:PersonalData" if stored.is_the_schools else "dpv:NonPersonalData",
                "dct:title": name,
                "dct:description": text,
            }
            for name, text in stored.attributes.items()
        ],
        "dpv:hasStorageCondition": {
            "@type": "dpv:StorageCondition",
            "dpv:hasLocation": {"@type": "dpv:Location", "dct:description": place.name},
            "dpv:hasDuration": duration,
            "dpv:hasErasure": {"@type": "dpv:StorageDeletion", "dct:description": place.destroyed},
        },
        "dpv:hasTechnicalOrganisationalMeasure": {
            "@type": "dpv:TechnicalOrganisationalMeasure",
            "dct:description": stored.measures or place.measures,
        },
    }


def covered(of: Register) -> Iterator[Stored]:
    """Yield what a school's export must hold and its erasure must take away; a company's figures are only erased."""
    for stored in of.stored:
        if stored.is_the_schools and of.period_of(stored).by is Ending.ERASURE and stored.whose != "company":
            yield stored


def exported(of: Register) -> Iterator[Stored]:
    """Yield what is in a school's export: its own items, and those that expire by themselves and lie on the way."""
    for stored in of.stored:
        if stored.where == "exercises" and (stored in covered(of) or stored.item in ON_THE_WAY):
            yield stored


def export_schema(of: Register) -> dict[str, Any]:
    """Describe ``school.json`` of an export as JSON Schema, every attribute in the register's words."""
    kinds = [
        {
            "title": stored.what,
            "description": f"{stored.source}; {stored.kept}",
            "properties": {
                "kind": {"pattern": f"^{stored.item.replace('*', '.*')}$"},
                "attributes": {
                    "properties": {name: {"description": text} for name, text in stored.attributes.items()},
                },
            },
        }
        for stored in exported(of)
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "All that is stored of a school",
        "type": "object",
        "required": ["school", "exported_at", "items", "documents"],
        "additionalProperties": False,
        "properties": {
            "school": {"type": "string", "description": "id of the school"},
            "exported_at": {"type": "string", "format": "date-time"},
            "items": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["kind", "key", "attributes"],
                    "additionalProperties": False,
                    "properties": {
                        "kind": {"type": "string", "description": "what the item is, as in the register"},
                        "key": {
                            "type": "array",
                            "items": {"type": "string"},
                            "minItems": 2,
                            "maxItems": 2,
                            "description": "under which it is stored",
                        },
                        "attributes": {"type": "object"},
                    },
                    "anyOf": kinds,
                },
            },
            "documents": {
                "type": "array",
                "items": {"type": "string"},
                "description": "every stored file; the parts of the export hold them",
            },
        },
    }


def public_files(of: Register) -> dict[str, bytes]:
    """Return what anybody may fetch, by its path on the site."""
    return {
        "privacy/record-of-processing.csv": record_of_processing(of).encode("utf-8-sig"),
        "privacy/periods.csv": periods(of).encode("utf-8-sig"),
        "privacy/register.json": _json(of.model_dump(mode="json")),
        "privacy/register.jsonld": _json(vocabulary(of)),
    }


def _csv(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def write_export_schema() -> None:
    """Bring the schema that goes with the function up to date."""
    EXPORT_SCHEMA.write_bytes(_json(export_schema(register())))


if __name__ == "__main__":
    write_export_schema()
