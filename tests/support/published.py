"""Read the figures out of what a school gets: the page's JSON, the workbook, the words of the PDF, the comparison.

A figure is taken with as many decimals as stand there. Which words mean which question is no secret, so it is looked up
in the page's JSON; no figure is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from pypdf import PdfReader

from selfie.catalogue import catalogue
from selfie.domain.exercise import Exercise
from selfie.domain.questionnaire import NOT_APPLICABLE
from selfie_reporting.comparison_view import ComparisonView, DevelopmentView, InsightsView
from selfie_reporting.results_view import FigureView, OptionView, ResultsView
from tests.support.adversary import Asked, Fact, Kind

OPINIONS, PEOPLE = "About the questionnaire", "About those who answered"


def asked_in(exercise: Exercise, view: ResultsView) -> Asked:
    """Say what everybody knows who was asked, and who is shown."""
    questions: dict[str, Any] = {}
    for group in exercise.groups:
        for code, question in exercise.questionnaire(catalogue(), group).questions.items():
            questions.setdefault(code, (question, []))[1].append(group.value)
    units = {unit["unit"]: unit["groups"] for unit in view["units"]}
    return Asked(exercise.id, units, questions, {s.code: s.area for s in catalogue().statements})


def questions_of(view: ResultsView) -> Iterator[tuple[str, Sequence[FigureView]]]:
    """Name every question of the page with its figures."""
    for entry in (*view["statements"], *(item for area in view["other_areas"] for item in area["items"])):
        yield entry["code"], entry["figures"]
    for entry in (*view["experience"], *view["background"]):
        yield entry["key"], entry["figures"]


# --- the page ---------------------------------------------------------------------------------------------------------


def on_the_page(view: ResultsView) -> set[Fact]:
    """Read the JSON that the page is made from."""
    name = view["exercise"]
    facts = set(
        _participation(name, ((g["group"], g["invited"], g["submitted"]) for g in view["participation"]["groups"]))
    )
    for code, figures in questions_of(view):
        for figure in figures:
            shares = {share["option"]: share["percent"] for share in figure["shares"] or ()}
            facts |= _figure(
                name, code, figure["unit"], figure["answered"], figure["not_applicable"], figure["mean"], shares
            )
    facts |= {
        _fact(Kind.OVERALL, name, s["overall"], s["code"]) for s in view["statements"] if s["overall"] is not None
    }
    return facts | {
        _fact(Kind.AREA, name, entry["mean"], area["code"], entry["unit"])
        for area in view["areas"]
        for entry in area["units"]
        if entry["mean"] is not None
    }


def in_comparison(compared: ComparisonView) -> set[Fact]:
    """Read the comparison of two exercises."""
    return {
        fact
        for statement in compared["statements"]
        for change in statement["changes"]
        for fact in _change(
            compared["left"]["exercise"],
            compared["right"]["exercise"],
            statement["code"],
            change["unit"] or "",
            *(change["left"], change["right"], change["by"]),
        )
    }


def in_development(view: DevelopmentView) -> set[Fact]:
    """Read the lines over all exercises."""
    return {
        _fact(Kind.AREA, exercise["exercise"], mean, area["code"], line["unit"])
        for area in view["areas"]
        for line in area["lines"]
        for exercise, mean in zip(view["exercises"], line["means"], strict=True)
        if mean is not None
    }


def in_insights(found: InsightsView, name: str) -> set[Fact]:
    """Read what stands out."""
    facts = {_fact(Kind.OVERALL, name, entry["mean"], entry["code"]) for entry in found["highest"] + found["lowest"]}
    for gap in found["gaps"]:
        facts.add(_fact(Kind.MEAN, name, gap["high_mean"], gap["code"], gap["high"]))
        facts.add(_fact(Kind.MEAN, name, gap["low_mean"], gap["code"], gap["low"]))
    for moved in found["moved"] if found["since"] else ():
        facts |= set(
            _change(name, found["since"]["exercise"], moved["code"], "", moved["left"], moved["right"], moved["by"])
        )
    return facts


# --- the workbook -----------------------------------------------------------------------------------------------------


def in_the_workbook(content: bytes, view: ResultsView, before: str = "") -> set[Fact]:
    """Read every sheet; ``before`` is the exercise that it compares with."""
    name, book = view["exercise"], load_workbook(BytesIO(content), data_only=True)
    units = {unit["name"]: unit["unit"] for unit in view["units"]}
    groups = {entry["name"]: entry["group"] for entry in view["participation"]["groups"]}
    agreement = _labels(view["scales"]["agreement"])
    facts = set(
        _participation(name, ((groups[r["Group"]], r["Invited"], r["Took part"]) for r in _rows(book, "Participation")))
    )
    for row in _rows(book, "Areas"):
        means = {unit: row[f"{said}: mean"] for said, unit in units.items()}
        facts |= {_fact(Kind.AREA, name, mean, row["Area"], unit) for unit, mean in means.items() if mean is not None}
    for row in (*_rows(book, "Statements"), *_rows(book, "Own statements")):
        if row["Overall mean"] is not None:
            facts.add(_fact(Kind.OVERALL, name, row["Overall mean"], row["Statement"]))
        for said, unit in units.items():
            if row[f"{said}: answers"] is not None:
                counted = row[f"{said}: answers"], row[f"{said}: not applicable"], row[f"{said}: mean"]
                facts |= _figure(name, row["Statement"], unit, *counted)
    for row in _rows(book, "Breakdown"):
        shares = {agreement[head[2:]]: share for head, share in row.items() if head[:1].isdigit() and share is not None}
        percents = {option: _percent(share) for option, share in shares.items()}
        facts |= _figure(
            name, row["Statement"], units[row["Group"]], row["Answers"], row["Not applicable"], None, percents
        )
    items = {(area, item): (code, options) for area, item, code, options in _items(view)}
    for row in _rows(book, "Other areas"):
        code, options = items[row["Area"], row["Item"]]
        shares = {options[row["Option"]]: _percent(row["Share"])} if row["Option"] else {}
        counted = row["Answers"], row["Not applicable"], row["Mean"]
        facts |= _figure(name, code, units[row["Group"]], *counted, shares)
    for row in _rows(book, "Means of other areas"):
        code, _ = items[row["Area"], row["Item"]]
        means = {unit: row[f"{said}: mean"] for said, unit in units.items()}
        facts |= {_fact(Kind.MEAN, name, mean, code, unit) for unit, mean in means.items() if mean is not None}
    for row in _rows(book, "Comparison") if before else ():
        left, right, by = list(row.values())[3:6]
        facts |= set(_change(name, before, row["Statement"], units.get(row["Group"], ""), left, right, by))
    return facts


def _rows(book: Any, sheet: str) -> Iterator[dict[str, Any]]:
    heads, *rows = book[sheet].iter_rows(values_only=True)
    return (dict(zip(heads, row, strict=True)) for row in rows if any(value is not None for value in row))


def _percent(share: float) -> Decimal:
    percent = Decimal(repr(share)) * 100
    return percent.to_integral() if percent == percent.to_integral() else percent


def _items(view: ResultsView) -> Iterator[tuple[str, str, str, Mapping[str, str]]]:
    """Name area, item, question and options of what does not belong to the eight areas."""
    for area in view["other_areas"]:
        for item in area["items"]:
            yield area["name"], item["label"], item["code"], _labels(area["options"])
    for rated in view["experience"]:
        yield OPINIONS, next(iter(rated["texts"].values())), rated["key"], _labels(view["scales"]["agreement"])
    for asked in view["background"]:
        yield PEOPLE, asked["question"], asked["key"], _labels(asked["options"])


def _labels(options: Sequence[OptionView]) -> dict[str, str]:
    return {option["label"]: option["code"] for option in options}


# --- the PDF ----------------------------------------------------------------------------------------------------------

_STATEMENT = re.compile(r"(?:([A-H]\d{1,2})|Statement (\d+)) ?(?:.*?)")
_OVERALL = re.compile(r".*?(\d\.\d+) overall(?: optional)?")
# Mean, answers, shares or dashes, N/A.
_FIGURE = re.compile(r"(?:.*? )?(\d\.\d+) (\d+)((?: (?:\d+|–))+) (\d+)")
_AREA_MEAN = re.compile(r"(\d\.\d+) mean of \d+ statements?")
_RANKED = re.compile(r"([A-H]\d{1,2}) .*?(\d\.\d+)(?: few answers)?")
_SIDES = re.compile(r"(?:.*? )?(\d\.\d+|–) (\d\.\d+|–)(?: .*)?")


def in_the_document(content: bytes, view: ResultsView, before: str = "") -> set[Fact]:
    """Read the words of every page; ``before`` is the exercise that it compares with."""
    chapters = _chapters(content, view)
    units = {unit["name"]: unit["unit"] for unit in view["units"]}
    name = view["exercise"]
    facts = set(_participation(name, _groups_in(chapters["Participation"], view)))
    for area in view["areas"]:
        facts |= set(_statements_in(chapters[f"{area['code']} {area['name']}"], units, name, area["code"]))
    facts |= set(_statements_in(chapters.get("Your own statements", []), units, name))
    for line in chapters.get("What stands out", []):
        if ranked := _RANKED.fullmatch(line):
            facts.add(_fact(Kind.OVERALL, name, ranked[2], ranked[1]))
    facts |= set(_others_in(" ".join(chapters.get("Other areas", [])), view))
    facts |= set(_others_in(" ".join(chapters.get(f"{OPINIONS} and those who answered", [])), view))
    if before:
        facts |= set(_sides_in(next(v for k, v in chapters.items() if k.startswith("Compared with")), name, before))
    return facts


def _chapters(content: bytes, view: ResultsView) -> dict[str, list[str]]:
    """Return the lines below each chapter's title, pages that go on included."""
    titles = {
        "Participation",
        "Overview of areas",
        "What stands out",
        "All statements at a glance",
        "Your own statements",
    }
    titles |= {"Other areas", f"{OPINIONS} and those who answered", "In their own words"}
    titles |= {f"{area['code']} {area['name']}" for area in view["areas"]}
    chapters: dict[str, list[str]] = {"": []}
    current = ""
    for page in PdfReader(BytesIO(content)).pages[2:]:
        for line in page.extract_text().splitlines()[1:]:
            if line in titles or line.startswith("Compared with"):
                current = line.removesuffix(" (continued)")
                chapters.setdefault(current, [])
            else:
                chapters[current].append(line)
    return chapters


def _groups_in(lines: Sequence[str], view: ResultsView) -> Iterator[tuple[str, int, int]]:
    for entry in view["participation"]["groups"]:
        found = [re.fullmatch(rf"{re.escape(entry['name'])} (\d+) (\d+) \d+%.*", line) for line in lines]
        yield next((entry["group"], int(row[1]), int(row[2])) for row in found if row)


def _statements_in(lines: Sequence[str], units: Mapping[str, str], name: str, area: str = "") -> Iterator[Fact]:
    code = unit = ""
    for line in lines:
        if area_mean := _AREA_MEAN.fullmatch(line):
            yield _fact(Kind.AREA, name, area_mean[1], area, unit)
        elif begun := _STATEMENT.fullmatch(line):
            code, unit = begun[1] or f"own{begun[2]}", ""
        elif line in units:
            unit = units[line]
        elif unit and (figure := _FIGURE.fullmatch(line)):
            yield from _figure(name, code, unit, figure[2], figure[4], figure[1], _options(figure[3]))
        if code and (overall := _OVERALL.fullmatch(line)):
            yield _fact(Kind.OVERALL, name, overall[1], code)


def _options(shares: str) -> dict[str, str]:
    return {str(place): share for place, share in enumerate(shares.split(), start=1) if share != "–"}


def _others_in(words: str, view: ResultsView) -> Iterator[Fact]:
    """Find items by their labels, and what stands behind them, in a chapter without its line breaks."""
    name = view["exercise"]
    unit_of = {group: unit for unit in view["units"] for group in unit["groups"]}
    names = {unit["unit"]: unit["name"] for unit in view["units"]}
    for area in view["other_areas"]:
        shown = list(dict.fromkeys(unit_of[g]["unit"] for g in area["questions"] if g in unit_of))
        options = [option["code"] for option in area["options"] if option["code"] != NOT_APPLICABLE]
        if area["kind"] != "mean" and len(area["items"]) == 1:
            for below in words.split(next(iter(area["questions"].values())))[1:]:
                yield from _ticked(below, area["options"], names, name, area["items"][0]["code"])
            continue
        for item in area["items"]:
            if area["kind"] == "mean":
                for unit in shown:
                    label = item["label"] if len(area["questions"]) == 1 else f"{item['label']}: {names[unit]}"
                    yield from _rated(words, label, len(options), name, item["code"], unit)
            elif row := re.search(rf"{_words(item['label'])}((?: \d+%){{{len(options)}}}) (\d+)", words):
                percents = dict(zip(options, re.findall(r"\d+", row[1]), strict=True))
                yield from _figure(name, item["code"], shown[0], row[2], None, None, percents)
    for rated in view["experience"]:
        for unit in view["units"]:
            worded = " ".join(dict.fromkeys(t for group, t in rated["texts"].items() if group in unit["groups"]))
            if worded:
                yield from _rated(words, f"{unit['name']} {worded}", 5, name, rated["key"], unit["unit"])
    for asked in view["background"]:
        for below in words.split(asked["question"])[1:]:
            yield from _ticked(below, asked["options"], names, name, asked["key"])


def _words(text: str) -> str:
    return re.escape(text).replace(r"\ ", r"\s+")


def _rated(words: str, label: str, count: int, name: str, code: str, unit: str) -> Iterator[Fact]:
    row = re.search(rf"{_words(label)} (\d\.\d+) (\d+)((?: (?:\d+|–)){{{count}}}) (\d+)", words)
    if row:
        yield from _figure(name, code, unit, row[2], row[4], row[1], _options(row[3]))


def _ticked(
    words: str, options: Sequence[OptionView], names: Mapping[str, str], name: str, code: str
) -> Iterator[Fact]:
    """Read «Teachers: 8 answers» and below it the shares of each option, one for each unit."""
    rated = [option for option in options if option["code"] != NOT_APPLICABLE]
    first = re.search(_words(rated[0]["label"]), words)
    if first is None:
        return
    said = "|".join(map(re.escape, names.values()))
    heads = re.findall(rf"({said}): (\d+) answers?", words[: first.start()])
    units = {spoken: unit for unit, spoken in names.items()}
    rows = {
        option["code"]: re.search(rf"{_words(option['label'])}((?: \d+%){{{len(heads)}}})", words) for option in rated
    }
    for place, (spoken, answered) in enumerate(heads):
        percents = {option: re.findall(r"\d+", row[1])[place] for option, row in rows.items() if row}
        yield from _figure(name, code, units[spoken], answered, None, None, percents)


def _sides_in(lines: Sequence[str], name: str, before: str) -> Iterator[Fact]:
    code = ""
    for line in lines:
        if begun := re.match(r"([A-H]\d{1,2}) ", line):
            code = begun[1]
        if code and (sides := _SIDES.fullmatch(line)):
            for exercise, mean in zip((name, before), sides.groups(), strict=True):
                if mean != "–":
                    yield _fact(Kind.OVERALL, exercise, mean, code)
            code = ""


# --- facts ------------------------------------------------------------------------------------------------------------


def _fact(kind: Kind, exercise: str, value: Any, code: str = "", unit: str = "", option: str = "") -> Fact:
    return Fact(kind, exercise, Decimal(str(value)), code, unit, option)


def _participation(name: str, groups: Iterator[tuple[str, int, int]]) -> Iterator[Fact]:
    for group, invited, sent in groups:
        yield _fact(Kind.INVITED, name, invited, unit=group)
        yield _fact(Kind.SENT, name, sent, unit=group)


def _figure(
    name: str,
    code: str,
    unit: str,
    answered: Any,
    not_applicable: Any,
    mean: Any,
    shares: Mapping[str, Any] | None = None,
) -> set[Fact]:
    facts = {_fact(Kind.SHARE, name, percent, code, unit, option) for option, percent in (shares or {}).items()}
    counted = ((Kind.ANSWERED, answered), (Kind.NOT_APPLICABLE, not_applicable), (Kind.MEAN, mean))
    return facts | {_fact(kind, name, value, code, unit) for kind, value in counted if value is not None}


def _change(left: str, right: str, code: str, unit: str, mine: Any, theirs: Any, by: Any) -> Iterator[Fact]:
    kind = Kind.MEAN if unit else Kind.OVERALL
    for exercise, mean in ((left, mine), (right, theirs)):
        if mean is not None:
            yield _fact(kind, exercise, mean, code, unit)
    if by is not None:
        yield _fact(Kind.CHANGE, left, by, code, unit)
