"""Extract, update and compile what people read: ``python -m web.messages update|compile``.

There are three domains: the words of the questionnaire, which are JSON, those of the register of processing, which are
TOML and which only the site's pages show, and ``interface``, everything else.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from privacy import register
from selfie.catalogue import versions
from selfie.catalogue.texts import messages
from selfie.i18n import SOURCE_LOCALE, catalogue_folder

ROOT: Final = Path(__file__).parents[1]
# Folders that hold sources with texts; build products and tests stay out.
SOURCES: Final = ("web", "functions", "layers/core", "layers/reporting")
KEYWORDS: Final[dict[str, tuple[int | tuple[int, str], ...] | None]] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
# Fixed, so that extracting twice from the same sources gives the same file.
CREATED: Final = datetime(2026, 1, 1, tzinfo=UTC)


def extract_questionnaire() -> Catalog:
    """Collect the words of every version of the questionnaire."""
    catalogue = Catalog(charset="utf-8")
    _describe(catalogue)
    for version in versions():
        for context, text in messages(version):
            catalogue.add(text, context=context)
    return catalogue


def extract_interface() -> Catalog:
    """Collect every text of the interface from the sources."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel has not typed it
    catalogue = Catalog(charset="utf-8")
    _describe(catalogue)
    for folder in SOURCES:
        found = extract_from_dir(
            ROOT / folder,
            list(_inside(folder, methods)),
            {_relative(folder, pattern): entry for pattern, entry in options.items()},
            KEYWORDS,
            comment_tags=("Translators:",),
        )
        for path, line, message, comments, context in found:
            catalogue.add(message, locations=[(f"{folder}/{path}", line)], auto_comments=comments, context=context)
    return catalogue


def extract_register() -> Catalog:
    """Collect the words of the register of processing."""
    catalogue = Catalog(charset="utf-8")
    _describe(catalogue)
    for text in register.texts():
        catalogue.add(text)
    return catalogue


DOMAINS: Final[dict[str, Callable[[], Catalog]]] = {
    "interface": extract_interface,
    "questionnaire": extract_questionnaire,
    "register": extract_register,
}


def template_bytes(domain: str) -> bytes:
    """Return the content that a domain's template (``.pot``) should have."""
    return _po_bytes(DOMAINS[domain]())


def catalogue_path(locale: str, domain: str = "interface") -> Path:
    """Say where a locale's catalogue of a domain is."""
    return catalogue_folder() / locale.replace("-", "_") / "LC_MESSAGES" / f"{domain}.po"


def read_catalogue(locale: str, domain: str = "interface") -> Catalog:
    """Read a locale's catalogue."""
    with catalogue_path(locale, domain).open("rb") as file:
        return read_po(file, locale=locale.replace("-", "_"), domain=domain)


def update() -> None:
    """Bring templates and every locale's catalogues up to date; translations of changed texts become fuzzy."""
    for domain, extract in DOMAINS.items():
        template = extract()
        (catalogue_folder() / f"{domain}.pot").write_bytes(_po_bytes(template))
        for locale in _begun_locales(domain):
            path = catalogue_path(locale, domain)
            known = read_catalogue(locale, domain) if path.exists() else Catalog(locale=locale, charset="utf-8")
            # A similar English text in another place is no translation: whole sentences differ in a word that matters.
            known.update(template, no_fuzzy_matching=domain != "interface")
            _describe(known)
            path.write_bytes(_po_bytes(known))


def _begun_locales(domain: str) -> list[str]:
    """Name the folders of all locales that somebody has begun; English needs no words of the other domains."""
    found = sorted(entry.parent.name for entry in catalogue_folder().glob("*/LC_MESSAGES"))
    return [name for name in found if domain == "interface" or name != SOURCE_LOCALE]


def compile_catalogues() -> None:
    """Compile every catalogue of every domain that is newer than its compiled form."""
    for path in catalogue_folder().glob("*/LC_MESSAGES/*.po"):
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime:
            continue
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parents[1].name)
        content = BytesIO()
        write_mo(content, catalogue)
        # In one step: somebody may be reading the old one.
        fresh = compiled.with_suffix(".fresh")
        fresh.write_bytes(content.getvalue())
        fresh.replace(compiled)


def _describe(catalogue: Catalog) -> None:
    """Fill in the header: who translated what, and when, is in the history of the repository."""
    catalogue.project, catalogue.version = "school-self-reflection", "1"
    catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = ""
    catalogue.creation_date = catalogue.revision_date = CREATED
    catalogue.header_comment = ""
    catalogue.fuzzy = False


def _inside(folder: str, methods: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for pattern, method in methods:
        if pattern.startswith(f"{folder}/"):
            yield _relative(folder, pattern), method


def _relative(folder: str, pattern: str) -> str:
    return pattern.removeprefix(f"{folder}/")


def _po_bytes(catalogue: Catalog) -> bytes:
    content = BytesIO()
    # Files without lines keep the differences small; sorted by file, related texts stand together.
    write_po(content, catalogue, width=0, include_lineno=False, sort_by_file=True, ignore_obsolete=True)
    return content.getvalue()


def main(arguments: list[str]) -> int:
    """Run one of the commands; return the exit status."""
    commands = {"update": update, "compile": compile_catalogues}
    if len(arguments) != 1 or arguments[0] not in commands:
        print(f"usage: python -m web.messages {'|'.join(commands)}", file=sys.stderr)
        return 2
    commands[arguments[0]]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
