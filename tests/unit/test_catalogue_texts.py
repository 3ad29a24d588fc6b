"""The English texts of the questionnaire are complete, short, and plain enough for those who read them."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

FOLDER: Final = Path(__file__).parents[2] / "layers/core/python/selfie/catalogue/v2026_1"

LEADER, TEACHER, STUDENT, TRAINER = "school_leader", "teacher", "student", "in_company_trainer"
LETTERS: Final = {"L": LEADER, "T": TEACHER, "S": STUDENT}
FAMILIES: Final = {"general", "primary", "vocational", "wbl"}

# The questionnaire as decided: area → (status, groups, codes).
QUESTIONNAIRE: Final = {
    "A": (("core", "LT", "A1 A2 A3"), ("optional", "LT", "A4 A5")),
    "B": (("core", "LT", "B1 B3"), ("core", "LTS", "B2"), ("optional", "LT", "B4")),
    "C": (
        ("core", "LT", "C1 C2 C7"),
        ("core", "LTS", "C3 C5 C8"),
        ("optional", "LTS", "C10 C13 C16"),
        ("optional", "LT", "C11 C12 C14 C15"),
    ),
    "D": (("core", "LT", "D1 D2 D3"),),
    "E": (("core", "LTS", "E1"), ("core", "LT", "E2 E3 E4"), ("optional", "LT", "E5")),
    "F": (("core", "LT", "F1"), ("core", "LTS", "F3 F4 F5 F6"), ("optional", "LTS", "F7 F8")),
    "G": (("core", "LT", "G1"), ("core", "LTS", "G3 G5 G7"), ("optional", "LT", "G8 G9 G10 G11")),
    "H": (("core", "LTS", "H1 H3 H4 H6 H7 H8"), ("optional", "LTS", "H10 H11 H13")),
}
TRAINER_CODES: Final = "A1 A3 B1 B3 C1 C5 C7 C8 D1 D2 D3 F1 F4 F7 G1 G3 G5 G9 G11 H1 H3 H4 H8 H13"

SCALES: Final = {
    "agreement": ("rating", "1 2 3 4 5 na"),
    "usefulness": ("rating", "1 2 3 4 5 na"),
    "confidence": ("rating", "1 2 3 4 5 na"),
    "frequency": ("rating", "1 2 3 4 5 na"),
    "teaching_time": ("rating", "1 2 3 4 5 na"),
    "adoption": ("rating", "1 2 3 4 na"),
    "device_access": ("choose_one", "none unsuitable shared_not_free shared_free own na"),
    "technical_knowledge": ("choose_one", "alone ask need_help na"),
}
SCALES_PUPILS_SEE: Final = {"agreement", "frequency", "device_access", "technical_knowledge"}

# key, groups, kind, scale, number of items
OTHER_AREAS: Final = (
    ("cpd_usefulness", "T", "mean", "usefulness", 8),
    ("teacher_confidence", "T", "mean", "confidence", 4),
    ("teaching_time", "T", "mean", "teaching_time", 1),
    ("technology_adoption", "LT", "mean", "adoption", 1),
    ("inhibiting_factors", "LT", "ticks", None, 10),
    ("negative_home_factors", "LT", "ticks", None, 7),
    ("positive_home_factors", "LT", "ticks", None, 9),
    ("student_use", "S", "mean", "frequency", 5),
    ("device_access", "S", "options", "device_access", 1),
    ("technical_knowledge", "S", "options", "technical_knowledge", 6),
)


class Wording(NamedTuple):
    """One statement as one group of one family reads it."""

    code: str
    group: str
    family: str
    text: str
    help: str


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def statements() -> Iterator[dict[str, Any]]:
    for area in QUESTIONNAIRE:
        yield from read(f"statements_{area}.json")


def wordings() -> Iterator[Wording]:
    for statement in statements():
        for group, variants in statement["texts"].items():
            for family, wording in variants.items():
                yield Wording(statement["code"], group, family, wording["text"], wording["help"])


def strings(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Walk a file and give every string with the key under which it stands."""
    if isinstance(value, dict):
        for inner_key, inner in value.items():
            yield from strings(inner, inner_key)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner, key)
    elif isinstance(value, str):
        yield key, value


def sentences_that_are_read() -> Iterator[str]:
    """Give everything that is a sentence on a page: not names, labels of options, or items of a list."""
    for wording in wordings():
        yield from (wording.text, wording.help)
    for area in read("areas.json"):
        yield from area["intro"].values()
    for name in ("library.json", "experience.json", "scales.json", "other_areas.json"):
        for key, text in strings(read(name)):
            if text and key in {"text", "help", "detail"}:
                yield text
    for question in read("background.json"):
        yield from question["text"].values()
    for question in read("open_questions.json"):
        yield from question["warning"].values()
        for variants in question["texts"].values():
            yield from variants.values()


def words(text: str) -> list[str]:
    return re.findall(r"[\w’-]+", text)


def words_per_sentence(text: str) -> float:
    return len(words(text)) / len(re.findall(r"[.?:]", text))


def lix(text: str) -> float:
    """Compute Björnsson's readability index: 40 and less is easy to read, children's books lie below 30."""
    long_words = [word for word in words(text) if len(word) > 6]
    return words_per_sentence(text) + 100 * len(long_words) / len(words(text))


def test_each_area_has_its_statements_in_order_with_status_and_groups() -> None:
    for area, rows in QUESTIONNAIRE.items():
        expected = {
            code: (status, {LETTERS[letter] for letter in groups})
            for status, groups, codes in rows
            for code in codes.split()
        }
        written = read(f"statements_{area}.json")
        assert [s["code"] for s in written] == sorted(expected, key=lambda code: int(code[1:]))
        for statement in written:
            assert (statement["status"], set(statement["texts"]) - {TRAINER}) == expected[statement["code"]]


def test_there_are_54_statements() -> None:
    assert len(list(statements())) == 54


def test_in_company_trainers_answer_the_chosen_statements_and_each_says_why() -> None:
    for statement in statements():
        asked = TRAINER in statement["texts"]
        assert asked == (statement["code"] in TRAINER_CODES.split())
        assert asked == statement.get("notes", "").startswith("Trainers: ")
        if asked:
            assert set(statement["texts"][TRAINER]) == {"wbl"}


def test_every_group_has_a_general_wording_and_pupils_and_trainees_their_own() -> None:
    for statement in statements():
        for group, variants in statement["texts"].items():
            if group != TRAINER:
                assert "general" in variants, statement["code"]
            if group == STUDENT:
                assert {"primary", "vocational"} <= set(variants), statement["code"]


@pytest.mark.parametrize("group", [LEADER, TEACHER])
def test_staff_of_vocational_schools_read_of_work_and_trade_in_most_statements(group: str) -> None:
    codes = {wording.code for wording in wordings() if (wording.group, wording.family) == (group, "vocational")}
    assert len(codes) >= 27


def test_files_have_known_keys_only() -> None:
    for area in read("areas.json"):
        assert set(area) == {"code", "key", "name", "child_name", "intro"}
        assert set(area["intro"]) == {"staff", "student", "primary"}
    for statement in statements():
        assert {"code", "topic", "status", "texts"} <= set(statement)
        assert set(statement) <= {"code", "topic", "status", "texts", "notes"}
        for variants in statement["texts"].values():
            assert set(variants) <= FAMILIES
            assert all(set(wording) == {"text", "help"} for wording in variants.values())
    for scale in read("scales.json"):
        assert set(scale) == {"key", "kind", "options"}
        assert all(set(option) <= {"code", "label", "detail", "child_label"} for option in scale["options"])
    for area in read("other_areas.json"):
        assert set(area) == {"number", "key", "name", "groups", "kind", "scale", "question", "items"}
        assert set(area["question"]) == set(area["groups"])
        for item in area["items"]:
            assert {"code", "texts"} <= set(item) <= {"code", "texts", "only_families"}
            assert {"general"} <= set(item["texts"]) <= FAMILIES
    for question in read("background.json"):
        assert set(question) == {"key", "groups", "text", "options"}
    for rating in read("experience.json"):
        assert set(rating) == {"key", "texts", "scale"}
    for question in read("open_questions.json"):
        assert set(question) == {"key", "texts", "warning"}
    for suggestion in read("library.json"):
        assert set(suggestion) == {"key", "topic", "texts"}


def test_areas_come_in_the_order_of_the_questionnaire() -> None:
    areas = read("areas.json")
    assert [area["code"] for area in areas] == list("ABCDEFGH")
    assert len({area["key"] for area in areas}) == len({area["name"] for area in areas}) == 8


def test_scales_have_their_options_and_all_can_be_declined() -> None:
    written = {s["key"]: (s["kind"], " ".join(o["code"] for o in s["options"])) for s in read("scales.json")}
    assert written == SCALES


def test_pupils_have_simpler_labels_on_every_scale_that_they_meet() -> None:
    for scale in read("scales.json"):
        if scale["key"] in SCALES_PUPILS_SEE:
            assert all(option.get("child_label") for option in scale["options"]), scale["key"]


def test_other_areas_are_asked_of_their_groups_on_their_scales() -> None:
    written = [
        (area["number"], area["key"], area["groups"], area["kind"], area["scale"], len(area["items"]))
        for area in read("other_areas.json")
    ]
    assert written == [
        (number, key, [LETTERS[letter] for letter in groups], kind, scale, items)
        for number, (key, groups, kind, scale, items) in enumerate(OTHER_AREAS, start=1)
    ]


def test_pupils_are_asked_the_other_areas_in_their_own_words() -> None:
    for area in read("other_areas.json"):
        if STUDENT in area["groups"]:
            assert "primary" in area["question"][STUDENT]
            for item in area["items"]:
                assert "primary" in item["texts"] or "primary" not in item.get("only_families", ["primary"])


def test_only_students_of_vocational_schools_are_asked_about_the_workplace() -> None:
    limited = {
        item["code"]: item["only_families"]
        for area in read("other_areas.json")
        for item in area["items"]
        if "only_families" in item
    }
    assert limited == {"at_workplace": ["vocational", "wbl"]}


def test_no_two_counters_can_get_the_same_name() -> None:
    options = {scale["key"]: [option["code"] for option in scale["options"]] for scale in read("scales.json")}
    counted = [(s["code"], options["agreement"]) for s in statements()]
    counted += [(rating["key"], options[rating["scale"]]) for rating in read("experience.json")]
    counted += [(q["key"], [option["code"] for option in q["options"]]) for q in read("background.json")]
    for area in read("other_areas.json"):
        codes = options[area["scale"]] if area["scale"] else ["ticked"]
        counted += [(item["code"], codes) for item in area["items"]]
    names = Counter(f"{item}_{option}" for item, codes in counted for option in codes)
    assert [name for name, times in names.items() if times > 1] == []
    assert all(re.fullmatch(r"[A-Za-z0-9_]+", name) for name in names)


def test_every_group_is_asked_about_its_background_its_experience_and_in_its_own_words() -> None:
    groups = {LEADER, TEACHER, STUDENT, TRAINER}
    background = read("background.json")
    assert {group for question in background for group in question["groups"]} == groups
    assert all(question["options"][-1]["code"] == "na" for question in background)
    experience = read("experience.json")
    assert [rating["key"] for rating in experience] == ["relevance", "recommend"]
    assert {rating["scale"] for rating in experience} == {"agreement"}
    for question in [*experience, *read("open_questions.json")]:
        assert set(question["texts"]) == groups
        assert {"general", "primary"} <= set(question["texts"][STUDENT])
    assert all({"general", "primary"} <= set(question["warning"]) for question in read("open_questions.json"))


def test_the_library_suggests_statements_about_blended_learning() -> None:
    library = read("library.json")
    assert 14 <= len(library) <= 18
    assert [suggestion["key"] for suggestion in library] == [f"bl{n:02}" for n in range(1, len(library) + 1)]
    for suggestion in library:
        assert suggestion["texts"]
        assert set(suggestion["texts"]) <= {LEADER, TEACHER, STUDENT, TRAINER}
        assert all(set(wording) == {"text", "help"} for wording in suggestion["texts"].values())


def test_texts_are_short_enough_for_a_telephone() -> None:
    suggested = [w for s in read("library.json") for w in s["texts"].values()]
    texts = [(w.text, w.help) for w in wordings()] + [(w["text"], w["help"]) for w in suggested]
    assert [text for text, _ in texts if len(text) > 220] == []
    assert [help_text for _, help_text in texts if not 0 < len(help_text) <= 320] == []


def test_statements_are_one_sentence_and_every_sentence_ends() -> None:
    assert [w for w in wordings() if not re.fullmatch(r"[^.?!]+\.", w.text)] == []
    assert [text for text in sentences_that_are_read() if not text.endswith((".", "?"))] == []


def test_help_texts_say_what_deserves_a_five() -> None:
    assert [w for w in wordings() if not w.help.startswith("Choose 5 if ")] == []


def test_no_two_statements_and_no_two_variants_read_the_same() -> None:
    seen = Counter((wording.group, wording.text) for wording in wordings())
    assert [key for key, times in seen.items() if times > 1] == []


def test_no_help_text_serves_two_statements() -> None:
    # Variants of one statement may share it: the practice that deserves a 5 can be the same.
    seen = Counter((group, text) for _, group, text in {(w.code, w.group, w.help) for w in wordings()})
    assert [key for key, times in seen.items() if times > 1] == []


def test_what_primary_pupils_read_is_short_and_easy() -> None:
    for wording in wordings():
        if (wording.group, wording.family) == (STUDENT, "primary"):
            assert len(wording.text) <= 110, wording
            for text in (wording.text, wording.help):
                assert words_per_sentence(text) <= 14, text
                assert lix(text) <= 40, text


def test_the_readability_index_tells_hard_from_easy() -> None:
    assert lix("We learn to be kind. We help our friends.") < 20
    assert lix("Institutional infrastructure necessitates comprehensive implementation considerations.") > 60


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.json")))
def test_typography_is_clean(name: str) -> None:
    for _, text in strings(read(name)):
        assert "'" not in text
        assert '"' not in text
        assert "  " not in text
        assert text == text.strip()
        assert not re.search(r"[{}<>\[\]]|…|\.\.|\b(TODO|TBD|FIXME|XXX|lorem)\b", text, re.IGNORECASE), text
