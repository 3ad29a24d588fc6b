"""Every page and kind of answer of the running system has safe headers; answers of the API: test_openapi_holds.py."""

from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from infra.local.client import Client
from tests.support.headers import complaints
from tests.support.local_system import LocalSystem, activated
from web.build import build


def _complaints(client: Client, path: str, *, public: bool = True) -> list[str]:
    answer = client.call("GET", path)
    return [
        f"{path}: {answer.status}: {each}"
        for each in complaints(path, answer.headers.items(), answer.body, public=public)
    ]


def test_every_page_and_file_of_the_site(local_system: LocalSystem, tmp_path: Path) -> None:
    build(tmp_path)
    paths = ["/" + path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(paths) > 100
    client = local_system.client()
    # Pages are alike in all languages but for their words.
    looked_at = [path for path in paths if path.startswith(("/en/", "/ar/", "/static/")) or path.count("/") == 1]
    found = [each for path in looked_at for each in _complaints(client, path.removesuffix("index.html"))]
    found += [each for path in ("/", "/nowhere", "/en/nowhere/", "/openapi.json") for each in _complaints(client, path)]
    assert found == []


def test_every_page_of_a_respondent(local_system: LocalSystem) -> None:
    coordinator = local_system.signed_in()
    link = activated(coordinator)["links"]["student"]
    client = local_system.client()
    pages = [
        link,
        f"{link}?lang=ar",
        f"{link}/questionnaire",
        f"{link}/submissions",
        "/s/unknown",
        "/s/unknown/questionnaire",
    ]
    assert [each for page in pages for each in _complaints(client, page)] == []


def test_the_way_in_and_what_is_not_there(local_system: LocalSystem) -> None:
    paths = ("/auth/login?return_to=/en/", "/auth/callback", "/api/me", "/plan/none/none", "/badges/none", "/api/none")
    connection = HTTPConnection(urlsplit(local_system.url).netloc, timeout=60)
    found = []
    for path in paths:
        connection.request("GET", path)  # and stay there: a redirect is looked at, not followed
        answer = connection.getresponse()
        found += [f"{path}: {each}" for each in complaints(path, answer.getheaders(), answer.read())]
    assert found == []


@pytest.mark.parametrize(
    ("headers", "complaint"),
    [
        ([("Server", "moto")], "server tells what runs here"),
        ([("Set-Cookie", "session=1; Path=/")], "cookie session may be set by neighbours"),
        ([("Content-Security-Policy", "default-src 'self' *")], "policy: default-src is 'self' *"),
        ([("Content-Type", "text/html")], "text/html without its charset"),
        ([], "nothing said about keeping it"),
    ],
)
def test_what_is_not_safe_is_found(headers: list[tuple[str, str]], complaint: str) -> None:
    assert complaint in complaints("/", headers, b"<p>")
