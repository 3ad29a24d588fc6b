"""Scripts of pages keep what others sent away from names that mean something to the language."""

import re
from pathlib import Path

SCRIPTS = sorted((Path(__file__).parents[2] / "web/static").glob("*.js"))
# A write under a key that is worked out: `sums[code] = 1`. Taking apart what is on the right, `[a, b] = …`, is none.
WRITE = re.compile(r"(?<=[\w)\]])\[(?![\"'])[^\]]*[A-Za-z][^\]]*\]\s*(?:\?\?|\|\||&&|[+*/-])?=(?![=>])")
MERGE = re.compile(r"\bObject\.assign\(\{|\b(?:defineProperty|setPrototypeOf)\(|\b__proto__\b")
# Places in a list, and the fields that a form itself has.
HARMLESS = {("plan.js", "[at] ="), ("tool-form.js", "[field] =")}


def test_nothing_that_was_sent_becomes_the_name_of_a_property() -> None:
    """With a Map, or `Object.fromEntries`, a key like `__proto__` is a key like any other; written so, it is not."""
    assert len(SCRIPTS) > 50
    found = {(path.name, each) for path in SCRIPTS for each in WRITE.findall(path.read_text(encoding="utf-8"))}
    assert found == HARMLESS
    assert [path.name for path in SCRIPTS if MERGE.search(path.read_text(encoding="utf-8"))] == []
    for bad in ("sums[code] = 1", "made(x)[name] ??= []", "a.b[c.d] += 1"):
        assert WRITE.search(bad)
    for good in ("const [a, b] = pair", "list[0] = 1", "if (sums[code] === 1)", "kinds[kind] => 1"):
        assert not WRITE.search(good)
