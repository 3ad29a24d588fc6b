"""Pages of results in a browser: charts that can be read by pointer, by keyboard and as a table, and saved."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, Route, expect

from selfie.catalogue import CURRENT, catalogue, texts
from selfie.domain.exercise import State
from selfie.domain.results import Results, make_results
from selfie.domain.school import EducationLevel
from selfie_reporting.charts import development_chart, svg, wheel_segments
from selfie_reporting.comparison_view import DevelopmentView, comparison_view, development_view, insights_view
from selfie_reporting.row_charts import charts_of
from tests.web.fake_api import LEADER, STUDENT, TEACHER, FakeApi, activated, example_exercise, example_tallies
from tests.web.test_pages import arrange, sideways, visit


@pytest.fixture
def drawn(page: Page, api: FakeApi) -> Page:
    """A page whose charts are drawn as the report function does."""

    def draw(route: Route) -> None:
        url = urlsplit(route.request.url)
        _, _, _, exercise, _, name = url.path.split("/")
        if name.startswith("development-"):
            made = development_chart(development(api, exercise), name[-1])
        else:
            _, view = api._results(exercise, query={"locale": parse_qs(url.query)["locale"][0]})
            made = charts_of(view)[name]()
        route.fulfill(status=200, content_type="image/svg+xml; charset=utf-8", body=svg(made))

    page.route("**/api/exercises/*/charts/*", draw)
    return page


def results_of(api: FakeApi, exercise: str) -> Results:
    """Make the results as they would have been published."""
    of = api.exercises[exercise]
    return make_results(of, catalogue(), example_tallies(of, api.submitted))


def earlier(api: FakeApi) -> Results:
    """Make the results of an exercise a year before, in which other numbers took part and A4 was not asked."""
    of = replace(example_exercise(optional=("C10",)), session_id="2024-3")
    closed = activated(of, date(2025, 5, 5), date(2025, 5, 16), State.CLOSED)
    return make_results(closed, catalogue(), example_tallies(closed, {LEADER: 5, TEACHER: 25, STUDENT: 80}))


def development(api: FakeApi, exercise: str) -> DevelopmentView:
    """Put both exercises in a line."""
    said = texts(CURRENT, api.exercises[exercise].family, "en")
    names = {area: said.area_name(area) for area in catalogue().areas}
    return development_view([earlier(api), results_of(api, exercise)], names, "en")


@pytest.fixture
def two(drawn: Page, api: FakeApi) -> Page:
    """A page whose API knows a second, earlier exercise."""

    def answer(route: Route) -> None:
        url = urlsplit(route.request.url)
        exercise, kind = url.path.split("/")[3:5]
        results = results_of(api, exercise)
        _, view = api._results(exercise, query={"locale": "en"})
        made = {
            "comparison": lambda: comparison_view(results, earlier(api), view),
            "development": lambda: development(api, exercise),
            "insights": lambda: insights_view(results, earlier(api), "en"),
        }[kind]()
        route.fulfill(status=200, content_type="application/json", body=json.dumps(made))

    for kind in ("comparison", "development", "insights"):
        drawn.route(f"**/api/exercises/*/{kind}?*", answer)
    return drawn


def results_page(page: Page, api: FakeApi, locale: str = "en") -> str:
    """Open the results of the exercise that is over."""
    exercise = arrange(api)["over"]
    visit(page, f"results/exercise/?exercise={exercise}", locale)
    return exercise


def test_each_group_has_its_wheel_with_the_same_figures_in_a_table(drawn: Page, api: FakeApi) -> None:
    exercise = results_page(drawn, api)
    _, view = api._results(exercise, query={"locale": "en"})
    section = drawn.locator("section[aria-labelledby=wheels]")
    for unit in view["units"]:
        section.get_by_role("button", name=unit["name"], exact=True).click()
        expect(section.locator("svg[viewBox]")).to_contain_text(unit["name"].split(" ")[0])
        segments = wheel_segments(view, unit)
        section.locator(".chart__table > summary").click()
        rows = section.locator("tbody tr")
        expect(rows).to_have_count(len(segments))
        for text, segment in zip(rows.all_inner_texts(), segments, strict=True):
            assert text.startswith(f"{segment.code} ")
            assert segment.mean is None or f"{segment.mean:.1f}" in text


def test_the_arrow_keys_read_the_chart_in_one_tab_stop(drawn: Page, api: FakeApi) -> None:
    exercise = results_page(drawn, api)
    _, view = api._results(exercise, query={"locale": "en"})
    tips = [segment.tip for segment in wheel_segments(view, view["units"][0])]
    chart = drawn.get_by_role("application")
    said = drawn.locator(".chart__said")
    chart.locator("svg").wait_for()
    chart.focus()
    expect(said).to_have_text(tips[0])
    drawn.keyboard.press("ArrowRight")
    expect(said).to_have_text(tips[1])
    drawn.keyboard.press("ArrowLeft")
    drawn.keyboard.press("ArrowUp")
    expect(said).to_have_text(tips[-1])
    drawn.keyboard.press("Home")
    expect(said).to_have_text(tips[0])
    drawn.keyboard.press("Tab")
    assert not drawn.evaluate("document.activeElement.closest('.chart__drawing')")


def test_pointing_at_a_segment_says_its_wording_and_figures(drawn: Page, api: FakeApi) -> None:
    exercise = results_page(drawn, api)
    _, view = api._results(exercise, query={"locale": "en"})
    segment = wheel_segments(view, view["units"][0])[2]
    drawn.locator(".chart__drawing svg g path[stroke]").nth(2).hover()
    expect(drawn.locator(".chart__said")).to_have_text(segment.tip)


def test_a_chart_is_saved_as_a_picture_in_the_browser(drawn: Page, api: FakeApi, tmp_path: Path) -> None:
    results_page(drawn, api)
    with drawn.expect_download() as download:
        drawn.get_by_role("button", name=re.compile(r"^PNG\s*: The eight areas")).click()
    assert download.value.suggested_filename == "areas.png"
    download.value.save_as(tmp_path / "areas.png")
    with Image.open(tmp_path / "areas.png") as picture:
        assert picture.width == 2400
        assert len(picture.convert("RGB").getcolors(2400 * 4000)) > 20  # more than an empty sheet


def test_markup_that_no_chart_of_ours_has_does_not_enter_the_page(page: Page, api: FakeApi) -> None:
    hostile = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g><title>One</title>'
        '<rect width="9" height="9" data-x="1" filter="url(#x)"/></g><script>document.title="broken"</script>'
        '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject><image href="https://x.example/"/>'
        '<a href="javascript:alert(1)"><text>y</text></a></svg>'
    )
    page.route("**/charts/*", lambda route: route.fulfill(status=200, content_type="image/svg+xml", body=hostile))
    results_page(page, api)
    drawing = page.locator(".chart__drawing")
    expect(drawing.locator("rect")).to_have_count(1)
    assert drawing.locator("script, foreignObject, image, a, p, [data-x], [filter]").count() == 0
    assert "broken" not in page.title()


def test_a_chart_that_cannot_be_loaded_says_so_and_leaves_the_rest(page: Page, api: FakeApi) -> None:
    page.route("**/charts/*", lambda route: route.abort())
    results_page(page, api)
    expect(page.locator(".chart__said")).to_contain_text("connection was lost")
    expect(page.get_by_role("heading", name="Results by area")).to_be_visible()


def comparison_page(page: Page, api: FakeApi) -> dict:
    """Open the comparison with the earlier exercise and return what it is made from."""
    exercise = arrange(api)["over"]
    visit(page, f"results/comparison/?exercise={exercise}&with={earlier(api).exercise_id}")
    _, view = api._results(exercise, query={"locale": "en"})
    return comparison_view(results_of(api, exercise), earlier(api), view)


def test_a_comparison_shows_both_figures_and_one_of_four_symbols(two: Page, api: FakeApi) -> None:
    compared = comparison_page(two, api)
    two.get_by_label("Order of the statements").select_option("By position")
    rows = two.locator(".comparison tbody tr")
    expect(rows).to_have_count(len(compared["statements"]))
    signs = {"risen": "▲", "fallen": "▼", "same": "=", "not_possible": "×"}
    seen = set()
    for row, statement in zip(rows.all(), compared["statements"], strict=True):
        change = statement["changes"][0]
        expect(row.locator(".change")).to_have_text(signs[change["direction"]])
        figures = ["–" if change[side] is None else f"{change[side]:.1f}" for side in ("left", "right")]
        expect(row.locator("td.number")).to_have_text(figures)
        assert (change["hindrance"] is None) is (row.locator(".hint").count() == 0)
        seen.add(change["direction"])
    assert {"risen", "fallen", "not_possible"} <= seen


def test_a_comparison_has_six_orders(two: Page, api: FakeApi) -> None:
    compared = comparison_page(two, api)
    order = two.get_by_label("Order of the statements")
    assert len(order.locator("option").all()) == 6
    codes = two.locator(".comparison .statements__code")
    place = {statement["code"]: at for at, statement in enumerate(compared["statements"])}
    change = {statement["code"]: statement["changes"][0] for statement in compared["statements"]}

    def expected(pick, sign):
        def key(code):
            value = change[code][pick]
            return (value is None, sign * value if value is not None else 0, place[code])

        return sorted((code for code in place if not code.startswith("own")), key=key)

    for name, pick, sign in (
        ("Greatest rise first", "by", -1),
        ("Greatest fall first", "by", 1),
        ("Highest first", "left", -1),
        ("Lowest first", "left", 1),
    ):
        order.select_option(name)
        assert [code.strip() for code in codes.all_inner_texts()] == expected(pick, sign), name
    order.select_option("By position")
    in_position = codes.all_inner_texts()
    assert [code.strip() for code in in_position] == [code for code in place if not code.startswith("own")]
    order.select_option("By position, last first")
    assert codes.all_inner_texts() == in_position[::-1]


def test_the_line_over_all_exercises_has_a_table_with_the_same_means(two: Page, api: FakeApi) -> None:
    comparison_page(two, api)
    line = development(api, arrange(api)["over"])
    two.get_by_role("button", name="Assessment practices").click()
    two.locator(".chart__table > summary").click()
    area = next(area for area in line["areas"] if area["code"] == "G")
    cells = two.locator(".chart__table tbody td").all_inner_texts()
    means = [drawn["means"][at] for at in range(2) for drawn in area["lines"]]
    assert [cell.split(" ")[0] for cell in cells] == [f"{mean:.1f}" if mean else "–" for mean in means]


def test_an_insight_leads_to_its_statement(two: Page, api: FakeApi) -> None:
    exercise = results_page(two, api)
    found = insights_view(results_of(api, exercise), earlier(api), "en")
    section = two.locator("section[aria-labelledby=insights]")
    expect(section.get_by_role("heading", level=3)).to_have_text(
        ["Rated highest", "Rated lowest", "Seen differently", "Changed since 2024–2025, session 3"]
    )
    target = next(entry["code"] for entry in found["lowest"] + found["highest"] if entry["code"][0] not in "Ao")
    section.locator(f'a[href="#statement-{target}"]').first.click()
    row = two.locator(f"#statement-{target}")
    expect(row).to_be_focused()
    expect(row).to_be_in_viewport()


def test_the_list_shows_two_sessions_level_by_level(page: Page, api: FakeApi) -> None:
    over, before = arrange(api)["over"], earlier(api).exercise_id
    states = {
        "2025-3": ["running_until", "viewable", "viewable", "not_started", "being_made"],
        "2024-3": ["not_participating", "viewable", "completion_too_low", "viewable", "not_participating"],
    }
    sessions = [
        {
            "id": name,
            "school_year": int(name[:4]),
            "number": 3,
            "levels": [
                {"level": level, "state": state, "exercise": exercise, "until": "2026-07-01"}
                for level, state in zip(EducationLevel, states[name], strict=True)
            ],
        }
        for name, exercise in (("2025-3", over), ("2024-3", before))
    ]
    page.route("**/api/schools/*/results*", lambda route: route.fulfill(json={"sessions": sessions}))
    visit(page, "results/")
    cells = page.locator(".levels tbody td")
    expect(cells).to_have_text(
        [
            "Running until 1 July 2026",
            re.compile("See the results"),
            re.compile("See the results"),
            "Not started yet",
            "Results are being made",
        ]
    )
    page.get_by_label("Compare with").select_option("2024–2025, session 3")
    expect(cells.nth(1)).to_have_text("Not participating")
    expect(cells.nth(5)).to_have_text("Completion rates too low")
    expect(cells.nth(7)).to_have_text("Nothing to compare with")
    assert sideways(page) == 0
    page.reload()  # the choice is in the address
    expect(page.get_by_label("Compare with")).to_have_value("2024-3")
    page.get_by_role("link", name=re.compile(r"^Compare\s*: Lower secondary, 2025–2026, session 3$")).click()
    page.wait_for_url(f"**/en/results/comparison/?exercise={over}&with={before}")


def test_pointer_and_keyboard_read_what_a_bar_stands_for(drawn: Page, api: FakeApi) -> None:
    exercise = results_page(drawn, api)
    _, view = api._results(exercise, query={"locale": "en"})
    first = next(statement for statement in view["statements"] if statement["code"] == "A1")
    row, tip = drawn.locator("#statement-A1"), drawn.locator(".tip")
    row.locator(".bars").hover()
    for figure in first["figures"]:
        expect(tip).to_contain_text(first["texts"][figure["unit"]])
        expect(tip).to_contain_text(f"{figure['mean']:.1f} (n = {figure['answered']})")
    tip.hover()
    expect(tip).to_be_visible()
    drawn.keyboard.press("Escape")
    expect(tip).to_have_count(0)
    drawn.get_by_label("Order of the statements").focus()
    drawn.keyboard.press("Tab")
    expect(row.locator("summary")).to_be_focused()
    expect(tip).to_contain_text(first["texts"]["teacher"])
    drawn.keyboard.press("Enter")  # opens the same and more
    expect(tip).to_have_count(0)
    expect(row.locator("table")).to_be_visible()


def test_resources_offer_slides_of_every_exercise_and_all_statements_in_any_language(page: Page, api: FakeApi) -> None:
    exercise = arrange(api)["over"]
    visit(page, "resources/")
    slides = page.get_by_role("link", name="Primary, 2026–2027, session 1 (PDF)", exact=True)
    expect(slides).to_have_attribute("href", f"/api/exercises/{exercise}/slides?locale=en")
    page.get_by_label("Language of the slides").select_option("uk")
    expect(slides).to_have_attribute("href", f"/api/exercises/{exercise}/slides?locale=uk")
    lists = page.locator("#lists a[data-list=statements]")
    expect(lists).to_have_count(2)
    page.get_by_label("Education level").select_option("Upper secondary, vocational, with in-company trainers")
    page.get_by_label("Language of the lists").select_option("fr")
    for link, format_ in zip(lists.all(), ("pdf", "xlsx"), strict=True):
        asked = urlsplit(link.get_attribute("href"))
        assert asked.path == "/api/catalogue/wbl/statements"
        assert parse_qs(asked.query) == {"version": [CURRENT], "locale": ["fr"], "format": [format_]}


def test_other_areas_have_their_figures_as_bars_and_table_in_four_orders(drawn: Page, api: FakeApi) -> None:
    exercise = results_page(drawn, api)
    _, view = api._results(exercise, query={"locale": "en"})
    areas = {area["key"]: area for area in view["other_areas"]}
    for key, area in areas.items():
        place = drawn.locator(f"#other-{key}")
        place.locator("> summary").click()
        expect(place.get_by_role("link", name="SVG")).to_have_attribute("href", re.compile(f"/charts/other-{key}[?]"))
        shares = [
            f"{share['percent']}%" if share else "–"
            for item in area["items"]
            for option in area["options"]
            if option["code"] != "na"
            for figure in item["figures"]
            for share in [next((s for s in figure["shares"] or () if s["option"] == option["code"]), None)]
        ]
        rows = place.locator("table tbody tr:nth-last-child(n + 3)")
        for summary in place.locator("details > summary").all():
            summary.click()
        assert [text.strip() for row in rows.all() for text in row.locator("td").all_inner_texts()] == shares, key
    items = areas["cpd_usefulness"]["items"]
    labels = drawn.locator("#other-cpd_usefulness .other__items > div > dt")
    expect(labels).to_have_text([item["label"] for item in items])
    drawn.get_by_label("Order of the answers").select_option("Lowest first")
    by_mean = sorted(items, key=lambda item: item["figures"][0]["mean"])
    expect(labels).to_have_text([item["label"] for item in by_mean])
    expect(labels.first).to_be_visible()  # what was open stays open


@pytest.mark.parametrize("width", [320, 1280])
def test_a_coordinator_types_a_name_and_gets_a_certificate(page: Page, api: FakeApi, width: int) -> None:
    asked = []

    def certify(route: Route) -> None:
        asked.append((urlsplit(route.request.url).path, route.request.post_data_json, "Quill" in route.request.url))
        route.fulfill(status=200, content_type="application/pdf", body=b"%PDF-1.7")

    page.route("**/certificate", certify)
    arrange(api)
    page.set_viewport_size({"width": width, "height": 740})
    visit(page, "certification/")
    assert Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"] == []
    assert sideways(page) == 0
    page.get_by_label("Your name").fill("Ada Quill")
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the certificate").click()
    assert download.value.suggested_filename == "certificate-2026-1.pdf"
    body = {"name": "Ada Quill", "locale": "en"}
    assert asked == [("/api/schools/abcdefghijkl/sessions/2026-1/certificate", body, False)]


@pytest.mark.parametrize("width", [320, 1280])
def test_the_comparison_is_accessible_and_fits(two: Page, api: FakeApi, width: int) -> None:
    two.set_viewport_size({"width": width, "height": 740})
    comparison_page(two, api)
    two.locator(".chart__drawing svg").wait_for()
    violations = Axe().run(two, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in violations] == []
    assert sideways(two) == 0


@pytest.mark.parametrize("width", [320, 1280])
def test_charts_are_accessible_and_fit(two: Page, api: FakeApi, width: int) -> None:
    two.set_viewport_size({"width": width, "height": 740})
    results_page(two, api)
    two.locator(".chart__drawing svg").wait_for()
    for details in two.locator("main details").all():
        details.evaluate("node => { node.open = true; }")
    violations = Axe().run(two, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in violations] == []
    assert sideways(two) == 0
    assert two.locator("[style]").count() == 0
