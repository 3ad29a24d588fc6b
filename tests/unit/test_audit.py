"""The audit of dependencies tells «nothing found» from «nobody answered», and accepts nothing for ever."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from scripts.audit import (
    ACCEPTED,
    LOCKFILES,
    Accepted,
    Finding,
    NoAnswerError,
    Source,
    audited,
    judged,
    read_accepted,
    read_npm_audit,
    read_pip_audit,
    write_components,
)

TODAY = date(2026, 11, 28)
HOLE = Finding("jinja2", "3.1.0", ("PYSEC-2026-1", "CVE-2026-0001"))
WHY = "We render nothing that strangers wrote."


def _silent() -> list[Finding]:
    raise NoAnswerError("nobody is there")


@pytest.mark.parametrize(
    ("accepted", "complaints"),
    [
        ([], ["jinja2 3.1.0 has PYSEC-2026-1 = CVE-2026-0001"]),
        ([Accepted("CVE-2026-0001", "jinja2", WHY, date(2026, 11, 28))], []),
        (
            [Accepted("CVE-2026-0001", "jinja2", WHY, date(2026, 11, 27))],
            ["jinja2 3.1.0 has PYSEC-2026-1 = CVE-2026-0001, accepted until 2026-11-27"],
        ),
        (
            [Accepted("CVE-2026-0001", "other", WHY, date(2027, 1, 1))],
            ["jinja2 3.1.0 has PYSEC-2026-1 = CVE-2026-0001"],
        ),
    ],
)
def test_what_is_found_fails_unless_it_is_accepted_until_a_day(accepted: list[Accepted], complaints: list[str]) -> None:
    assert judged([HOLE], accepted, TODAY) == complaints


def test_a_finding_fails_the_audit(capsys: pytest.CaptureFixture[str]) -> None:
    assert not audited(Source("Python", lambda: [HOLE], lambda: [HOLE]), [], TODAY)
    assert "jinja2 3.1.0 has PYSEC-2026-1" in capsys.readouterr().out


def test_a_service_that_knows_nothing_found_nothing_is_not_believed(capsys: pytest.CaptureFixture[str]) -> None:
    assert audited(Source("npm", lambda: [], lambda: []), [], TODAY)
    assert "npm: not audited: no answer" in capsys.readouterr().out
    assert audited(Source("npm", lambda: [], lambda: [HOLE]), [], TODAY)
    assert "npm: audited" in capsys.readouterr().out


def test_silence_fails_only_where_an_answer_is_demanded(capsys: pytest.CaptureFixture[str]) -> None:
    assert audited(Source("Python", _silent, _silent), [], TODAY)
    assert not audited(Source("Python", _silent, _silent), [], TODAY, must_answer=True)
    assert capsys.readouterr().out.count("not audited: no answer (nobody is there)") == 2


def test_pip_audit_is_read_and_a_part_is_not_the_whole() -> None:
    found = {"name": "jinja2", "version": "3.1.0", "vulns": [{"id": "PYSEC-2026-1", "aliases": ["CVE-2026-0001"]}]}
    assert read_pip_audit(json.dumps({"dependencies": [found], "fixes": []})) == [HOLE]
    skipped = {"name": "pyld", "skip_reason": "not found"}
    with pytest.raises(NoAnswerError, match="1 of 2"):
        read_pip_audit(json.dumps({"dependencies": [found, skipped]}))
    with pytest.raises(NoAnswerError):
        read_pip_audit("")


def test_npm_is_read_and_a_refusal_is_not_an_answer() -> None:
    cause = {"url": "https://github.com/advisories/GHSA-aaaa-bbbb-cccc", "title": "x"}
    listed = {"lodash": {"range": "<4.17.21", "via": [cause]}, "above": {"range": "*", "via": ["lodash"]}}
    answer = {"auditReportVersion": 2, "vulnerabilities": listed}
    assert read_npm_audit(json.dumps(answer)) == [Finding("lodash", "<4.17.21", ("GHSA-aaaa-bbbb-cccc",))]
    with pytest.raises(NoAnswerError, match="405"):
        read_npm_audit(json.dumps({"message": "405 Method Not Allowed", "statusCode": 405}))


def test_the_list_of_what_is_accepted_can_be_read(tmp_path: Path) -> None:
    assert read_accepted(ACCEPTED) == []
    entry = tmp_path / "accepted.toml"
    entry.write_text('[[accepted]]\nid = "CVE-1"\npackage = "a"\nreason = "Because."\nuntil = 2027-01-31\n')
    assert read_accepted(entry) == [Accepted("CVE-1", "a", "Because.", date(2027, 1, 31))]
    entry.write_text('[[accepted]]\nid = "CVE-1"\npackage = "a"\nuntil = 2027-01-31\n')
    with pytest.raises(TypeError, match="reason"):
        read_accepted(entry)


def test_the_list_of_components_names_what_the_lockfiles_name(tmp_path: Path) -> None:
    write_components(tmp_path)
    for name, lockfile in LOCKFILES.items():
        listed = json.loads((tmp_path / f"{name}.cdx.json").read_text())["components"]
        locked = re.findall(r"^([\w.-]+)(?:\[[\w,.-]+\])?==(\S+)", lockfile.read_text(), flags=re.MULTILINE)
        assert {(each["name"], each["version"]) for each in listed} == set(locked)
        assert all(each["externalReferences"][0]["hashes"] for each in listed)
    npm = json.loads((tmp_path / "npm.cdx.json").read_text())
    assert {"altcha", "aws-cdk", "oidc-provider"} <= {each["name"] for each in npm["components"]}
