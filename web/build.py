"""Build the coordinator's site: ``python -m web.build [folder]``.

Every template under ``pages`` becomes a page in every language; what ``static`` holds goes, with modules made from the
domain's rules and the catalogues, into one folder named by its content, so that it can be cached for ever.
"""

import gettext
import hashlib
import json
import re
import shutil
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from privacy.documents import public_files
from privacy.register import EXAMPLE, Operator, register
from selfie.catalogue import CURRENT
from selfie.data_map_words import data_map_words
from selfie.domain import action_plan, data_map, deadlines
from selfie.domain.account import POLICY_VERSION
from selfie.domain.codes import SLIPS_ON_SHEET
from selfie.domain.disclosure import FEWEST_PEOPLE
from selfie.domain.informing import LONGEST_ENTRY
from selfie.domain.participation import MINIMUM_RATES
from selfie.domain.questionnaire import LONGEST_HELP, LONGEST_STATEMENT, MOST_OWN_STATEMENTS
from selfie.domain.school import ISCED, NUMBER_BOUNDS, SHORT_NAMES, EducationLevel, RespondentGroup, groups_of
from selfie.i18n import format_day, formatting_locale, language_name, locales, text_direction, translator
from selfie.notices import Notice, policy
from web.messages import ROOT, compile_catalogues, read_catalogue

PAGES: Final = Path(__file__).parent / "pages"
STATIC: Final = Path(__file__).parent / "static"
SITE: Final = ROOT / "build" / "site"


def build(output: Path = SITE, operator: Operator = EXAMPLE) -> str:
    """Write the whole site, replacing what was there; return the path of its static files, ``/static/<build id>``.

    ``operator`` is who answers for the service on the pages that say so.
    """
    compile_catalogues()
    files = _static_files()
    static_path = f"/static/{_build_id(files)}"
    shutil.rmtree(output, ignore_errors=True)
    for name, content in files.items():
        _write(output / static_path.removeprefix("/") / name, content)
    for name, content in public_files(register(operator)).items():
        _write(output / name, content)
    for locale in locales():
        environment = _environment(locale, static_path, operator)
        environment.globals["modules"] = pages_modules(files)
        for page in _page_names():
            html = environment.get_template(page).render(path=_address(page))
            _write(output / locale / page, html.encode())
    # For an address outside every language.
    shutil.copyfile(output / locales()[0] / "404.html", output / "404.html")
    return static_path


def _page_names() -> list[str]:
    return [
        path.relative_to(PAGES).as_posix()
        for path in sorted(PAGES.rglob("*.html"))
        if not path.name.startswith("_")  # layouts and parts
    ]


def _address(page: str) -> str:
    """Return a page's address below its language, as in ``setup/level/``."""
    return page.removesuffix("index.html")


def _environment(locale: str, static_path: str, operator: Operator) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PAGES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(translator(locale))  # type: ignore[attr-defined]
    environment.globals |= {
        "locale": locale,
        "direction": text_direction(locale),
        "languages": [(other, language_name(other), text_direction(other)) for other in locales()],
        "static": static_path,
        "levels": [(level, ISCED[level], SHORT_NAMES[level]) for level in EducationLevel],
        "bounds": NUMBER_BOUNDS,
        "most_own_statements": MOST_OWN_STATEMENTS,
        "longest_statement": LONGEST_STATEMENT,
        "longest_help": LONGEST_HELP,
        "longest_entry": LONGEST_ENTRY,
        "map_words": data_map_words(locale),
        "map_longest": data_map.LONGEST,
        "map_longest_contact": data_map.LONGEST_CONTACT,
        "map_most_months": data_map.MOST_MONTHS,
        "map_most_days": data_map.MOST_INVITATION_DAYS,
        "register": register(operator),
        "of_register": translator(locale, "register").gettext,
        "policy": _policy(locale, operator),
        "policy_day": format_day(date.fromisoformat(POLICY_VERSION), locale),
    }
    return environment


def _policy(locale: str, operator: Operator) -> Notice:
    page = f"/{locale}/where-does-my-data-go/"
    return policy(operator.name, operator.address, operator.email, operator.officer, operator.country, page, locale)


def _static_files() -> dict[str, bytes]:
    files = {path.relative_to(STATIC).as_posix(): path.read_bytes() for path in STATIC.rglob("*") if path.is_file()}
    files |= {name: style_sheet(name, files) for name in files if name.endswith(".css")}
    files |= {name: without_remarks(content) for name, content in files.items() if name.endswith(".js")}
    files["rules.js"] = _rules_module()
    texts = {locale: read_catalogue(locale) for locale in locales()}
    for entry, modules in pages_modules(files).items():
        for locale, catalogue in texts.items():
            files[f"i18n/{locale}/{entry}"] = messages_module(catalogue, locale, modules)
    return files


def without_remarks(module: bytes) -> bytes:
    """Return a module without the lines that only its readers need."""
    text = re.sub(r"^[ \t]*/\*\*.*?\*/\n", "", module.decode(), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"^[ \t]*//.*\n", "", text, flags=re.MULTILINE).encode()


# How one module of ours names another.
_IMPORT_OF_MODULE: Final = re.compile(r'(?:from|import) "\./([\w-]+\.js)"')


def pages_modules(files: Mapping[str, bytes]) -> dict[str, set[str]]:
    """Name the modules that pages begin with, each with all that it brings along.

    A page asks for these at once instead of one after the other, and loads the texts of these only.
    """
    imports = {
        name: set(_IMPORT_OF_MODULE.findall(content.decode()))
        for name, content in files.items()
        if name.endswith(".js") and "/" not in name
    }
    begun = set(imports).difference(*imports.values())
    reached: dict[str, set[str]] = {}
    for entry in begun:
        found, following = {entry}, [entry]
        while following:
            more = imports.get(following.pop(), set()) - found
            found |= more
            following += more
        reached[entry] = found
    return {entry: found for entry, found in reached.items() if "messages.js" in found}


def _build_id(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:12]


# A line of its own at the top of a style sheet.
_IMPORT: Final = re.compile(r'^@import "([\w-]+\.css)";$', re.MULTILINE)


def style_sheet(name: str, files: Mapping[str, bytes]) -> bytes:
    """Return a style sheet with what it imports in place, since a phone waits for each file, and without remarks.

    Spaces go only where none can matter: one before a colon, for one, tells a descendant from the thing itself.
    """
    text = _IMPORT.sub(lambda found: files[found[1]].decode(), files[name].decode())
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = " ".join(text.split())
    return re.sub(r" ?([{};,]) ?|(:) ", r"\1\2", text).replace(";}", "}").encode()


def _rules_module() -> bytes:
    """Write the domain's numbers as a module, so that pages advise by the same rules as the server."""
    exported = {
        "levels": list(EducationLevel),
        "shortNames": SHORT_NAMES,
        "groupsOf": {level: groups_of(level) for level in EducationLevel},
        "groups": list(RespondentGroup),
        "numberBounds": NUMBER_BOUNDS,
        "minimumRates": MINIMUM_RATES,
        "slipsOnSheet": SLIPS_ON_SHEET,
        "shortestDays": deadlines.SHORTEST_DAYS,
        "longestDays": deadlines.LONGEST_DAYS,
        "mostOwnStatements": MOST_OWN_STATEMENTS,
        "longestStatement": LONGEST_STATEMENT,
        "longestHelp": LONGEST_HELP,
        "fewestShown": FEWEST_PEOPLE,
        "longest": action_plan.LONGEST,
        "catalogueVersion": CURRENT,
    }
    lines = ["// Made by web/build.py from the domain.\n"]
    lines += [f"export const {name} = {_json(value)};\n" for name, value in exported.items()]
    return "".join(lines).encode()


def messages_module(catalogue: Catalog, locale: str, modules: Collection[str]) -> bytes:
    """Write the texts that some scripts use as a module, with the catalogue's own rule for plurals.

    The rule in a catalogue's header differs from the browser's for some languages, and its forms are numbered by it.
    """
    gettext.c2py(catalogue.plural_expr)  # raises ValueError for anything but arithmetic on n
    texts = {
        message.id[0] if message.pluralizable else message.id: message.string
        for message in catalogue
        if message.id
        and not message.fuzzy
        and _is_used_by(modules, message.locations)
        and _is_translated(message.string)
    }
    return (
        f"export const formatting = {_json(formatting_locale(locale))};\n"
        f"export const plural = (n) => Number({catalogue.plural_expr});\n"
        f"export const messages = {_json(texts)};\n"
    ).encode()


def _is_used_by(modules: Collection[str], locations: list[tuple[str, Any]]) -> bool:
    return any(path.removeprefix("web/static/") in modules for path, _ in locations)


def _is_translated(string: str | Sequence[str] | None) -> bool:
    return bool(string) if string is None or isinstance(string, str) else all(string)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    print(build(Path(sys.argv[1]) if len(sys.argv) > 1 else SITE))
