"""Show, download, build and send what was published of an exercise.

Documents and charts are imported where they are made: the small tasks of the state machine run without those libraries.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from selfie.catalogue import texts
from selfie.domain import deadlines
from selfie.domain.certificate import read_name
from selfie.domain.company import for_trainers
from selfie.domain.errors import Invalid, NotViewable, Unknown
from selfie.domain.exercise import Exercise, Phase
from selfie.domain.mailbox import wanted_at
from selfie.domain.results import ListingState, Results, listing_state, may_be_seen
from selfie.domain.school import EducationLevel
from selfie.domain.session import Calendar
from selfie.i18n import first_offered
from selfie.ports import (
    Attachment,
    Clock,
    DocumentEntry,
    Documents,
    DocumentState,
    Email,
    Exercises,
    Mailboxes,
    Mailer,
    PublishedResults,
    ReportBuilding,
    Schools,
)

if TYPE_CHECKING:
    from selfie_reporting.charts import Drawing
    from selfie_reporting.comparison_view import ComparisonView, DevelopmentView, InsightsView
    from selfie_reporting.results_view import ResultsView


@dataclass(frozen=True, slots=True)
class LevelListing:
    """What the list of results says of one level; ``until`` is the last day of a running exercise."""

    level: EducationLevel
    state: ListingState
    exercise_id: str | None
    until: date | None


@dataclass(frozen=True, slots=True)
class SessionListing:
    """One session's levels."""

    session_id: str
    levels: tuple[LevelListing, ...]


@dataclass(frozen=True, slots=True)
class Download:
    """A file with the name it should be saved under."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ReportService:
    """Everything a school gets of its results; nothing before the day after the last day."""

    exercises: Exercises
    published: PublishedResults
    documents: Documents
    building: ReportBuilding
    schools: Schools
    mailer: Mailer
    clock: Clock
    calendar: Calendar
    locales: Sequence[str]
    site_url: str
    mailboxes: Mailboxes

    def listing(self, school_id: str) -> Sequence[SessionListing]:
        """List every level in every session from the school's first exercise to the current one, newest first."""
        now = self.clock()
        exercises = {(e.session_id, e.level): e for e in self.exercises.of_school(school_id)}
        own = {session_id for session_id, _ in exercises}
        begun = sorted(s.id for s in self.calendar.sessions if s.first_day <= deadlines.day_of(now))
        since = min(own, default=begun[-1] if begun else "")
        sessions = sorted(own | {session_id for session_id in begun if session_id >= since}, reverse=True)
        return [
            SessionListing(
                session_id,
                tuple(
                    self._listed(session_id, level, exercises.get((session_id, level)), now) for level in EducationLevel
                ),
            )
            for session_id in sessions
        ]

    def _listed(self, session_id: str, level: EducationLevel, exercise: Exercise | None, now: datetime) -> LevelListing:
        session = self.calendar.by_id(session_id)
        if exercise is None:
            return LevelListing(level, listing_state(None, None, session, now), None, None)
        over = exercise.last_day is not None and now >= deadlines.results_at(exercise.last_day)
        results = self.published.get(exercise.id) if over else None
        state = listing_state(exercise, None if results is None else results.viewable, session, now)
        until = exercise.last_day if state is ListingState.RUNNING_UNTIL else None
        return LevelListing(level, state, exercise.id, until)

    def view(self, exercise_id: str, locale: str | None) -> "ResultsView":
        """Write the results in a language that is offered.

        Raise NotViewable before their day, or when too few answered.
        """
        from selfie_reporting.results_view import results_view

        results = self._viewable(exercise_id)
        exercise = self.exercises.get(exercise_id)
        chosen = self._locale(locale, exercise.school_id)
        return results_view(
            results,
            exercise,
            texts(results.catalogue_version, results.family, chosen),
            self.published.open_answers(exercise_id),
            chosen,
        )

    def view_of_company(self, exercise_id: str, company_id: str, locale: str | None) -> "ResultsView":
        """Write what a company may see of its own trainers; raise NotViewable when it is nothing, or too early."""
        from selfie_reporting.results_view import results_view

        seen = self.published.of_company(exercise_id, company_id)
        if seen is None or not may_be_seen(seen, self.clock()):
            raise NotViewable
        chosen = self._locale(locale, company_id)
        said = texts(seen.catalogue_version, seen.family, chosen)
        view = results_view(seen, for_trainers(self.exercises.get(exercise_id)), said, {}, chosen)
        # The level is the school's: a company's trainers neither reach nor miss one.
        view["participation"]["level_name"] = ""
        return view

    def workbook_of_company(self, exercise_id: str, company_id: str, locale: str | None) -> Download:
        """Make the Excel workbook of what a company may see."""
        from selfie_reporting.workbook import workbook

        view = self.view_of_company(exercise_id, company_id, locale)
        return Download(_file_name(view, "xlsx"), workbook(view, self._school_name(view)))

    def chart_of_company(self, exercise_id: str, company_id: str, chart: str, locale: str | None) -> str:
        """Draw a chart of what a company may see as SVG; raise Unknown for one that does not exist."""
        from selfie_reporting.charts import svg

        return svg(_drawing_of(self.view_of_company(exercise_id, company_id, locale), chart))

    def chart_page_of_company(self, exercise_id: str, company_id: str, chart: str, locale: str | None) -> Download:
        """Put a chart of what a company may see on a PDF page; raise Unknown for one that does not exist."""
        from selfie_reporting.document import chart_document

        view = self.view_of_company(exercise_id, company_id, locale)
        content = chart_document(view, self._school_name(view), _drawing_of(view, chart))
        return Download(f"{chart}-{_file_name(view, 'pdf')}", content)

    def comparison(self, exercise_id: str, other_id: str, locale: str | None) -> "ComparisonView":
        """Set an exercise beside another one of its level; raise NotViewable or NotComparable."""
        from selfie_reporting.comparison_view import comparison_view

        return comparison_view(self._viewable(exercise_id), self._viewable(other_id), self.view(exercise_id, locale))

    def development(self, exercise_id: str, locale: str | None) -> "DevelopmentView":
        """Put all viewable exercises of the level in a line."""
        from selfie_reporting.comparison_view import development_view

        results = self._viewable(exercise_id)
        chosen = self._locale(locale, results.school_id)
        said = texts(results.catalogue_version, results.family, chosen)
        names = {area.area: said.area_name(area.area) for area in results.areas}
        return development_view(self._history(results), names, chosen)

    def insights(self, exercise_id: str, locale: str | None) -> "InsightsView":
        """Find what stands out, also against the exercise of the level before."""
        from selfie_reporting.comparison_view import insights_view

        results = self._viewable(exercise_id)
        return insights_view(results, self._earlier(results), self._locale(locale, results.school_id))

    def _history(self, results: Results) -> Sequence[Results]:
        """Return all viewable results of a school's level, oldest first."""
        now = self.clock()
        ids = [e.id for e in self.exercises.of_school(results.school_id) if e.level is results.level]
        stored = [self.published.get(exercise_id) for exercise_id in ids]
        viewable = [entry for entry in stored if entry is not None and may_be_seen(entry, now)]
        return sorted(viewable, key=lambda entry: entry.session_id)

    def _earlier(self, results: Results) -> Results | None:
        before = [entry for entry in self._history(results) if entry.session_id < results.session_id]
        return before[-1] if before else None

    def workbook(self, exercise_id: str, locale: str | None) -> Download:
        """Make the Excel workbook."""
        from selfie_reporting.workbook import workbook

        view = self.view(exercise_id, locale)
        compared = self._compared_with_earlier(self._viewable(exercise_id), view)
        return Download(_file_name(view, "xlsx"), workbook(view, self._school_name(view), compared))

    def slides(self, exercise_id: str, locale: str | None) -> Download:
        """Make slides for the wall as PDF."""
        from selfie_reporting.slides import slides

        view = self.view(exercise_id, locale)
        content = slides(view, self._school_name(view), self.insights(exercise_id, view["locale"]))
        return Download(f"slides-{_file_name(view, 'pdf')}", content)

    def chart(self, exercise_id: str, chart: str, locale: str | None) -> str:
        """Draw a chart as SVG; raise Unknown for one that does not exist."""
        from selfie_reporting.charts import svg

        return svg(self._drawing(self.view(exercise_id, locale), chart))

    def chart_page(self, exercise_id: str, chart: str, locale: str | None) -> Download:
        """Put a chart on a PDF page; raise Unknown for one that does not exist."""
        from selfie_reporting.document import chart_document

        view = self.view(exercise_id, locale)
        content = chart_document(view, self._school_name(view), self._drawing(view, chart))
        return Download(f"{chart}-{_file_name(view, 'pdf')}", content)

    def _drawing(self, view: "ResultsView", chart: str) -> "Drawing":
        from selfie_reporting.charts import development_chart

        name, _, area = chart.partition("-")
        if name == "development" and area in {entry["code"] for entry in view["areas"]}:
            return development_chart(self.development(view["exercise"], view["locale"]), area)
        return _drawing_of(view, chart)

    def certificate(self, school_id: str, session_id: str, name: str, locale: str | None) -> bytes:
        """Make a coordinator's certificate as PDF; the name goes into it and nowhere else.

        Raise Unknown for a session in which no exercise of the school is over, Invalid for a name that is too long.
        """
        from selfie_reporting.coordinator_certificate import Coordination, coordinator_certificate

        written = read_name(name)
        now, session = self.clock(), self.calendar.by_id(session_id)
        of_session = [e for e in self.exercises.of_school(school_id) if e.session_id == session_id]
        levels = [e.level for e in of_session if e.phase(now, session) is Phase.OVER]
        if not levels:
            raise Unknown
        school = self.schools.get(school_id).name
        return coordinator_certificate(
            Coordination(written, school, session_id, levels, self._locale(locale, school_id))
        )

    def requested(self, exercise_id: str) -> Sequence[DocumentEntry]:
        """List the documents that were asked for, and how far they are."""
        self._viewable(exercise_id)
        return self.documents.list(exercise_id)

    def request(self, exercise_id: str, locale: str) -> DocumentEntry:
        """Have the report built in a language; one that is on its way is not begun a second time."""
        results = self._viewable(exercise_id)
        if locale not in self.locales:
            raise Invalid.one("locale", "unknown_locale")
        overdue_at = deadlines.report_overdue_at(self.clock(), results.last_day)
        entry = self.documents.request(exercise_id, locale, overdue_at)
        self.building.start(exercise_id, locale, entry.attempt)
        return entry

    def document(self, exercise_id: str, locale: str) -> bytes:
        """Return a document; raise Unknown when there is none, or only one of results that were corrected since."""
        self._viewable(exercise_id)
        if (locale, DocumentState.FAILED) in ((e.locale, e.state) for e in self.documents.list(exercise_id)):
            raise Unknown
        return self.documents.fetch(exercise_id, locale)

    def results_at(self, exercise_id: str) -> datetime:
        """Return the instant (UTC) from which the results may be seen."""
        results = self.published.get(exercise_id)
        if results is None or not results.viewable:
            raise NotViewable
        return deadlines.results_at(results.last_day)

    def render(self, exercise_id: str, locale: str) -> str:
        """Make the document and return its key; doing it again replaces it."""
        from selfie_reporting.comparison_view import insights_view
        from selfie_reporting.document import document

        self.documents.set_state(exercise_id, locale, DocumentState.IN_PROGRESS)
        view, results = self.view(exercise_id, locale), self._viewable(exercise_id)
        found = insights_view(results, self._earlier(results), view["locale"])
        content = document(view, self._school_name(view), found, self._compared_with_earlier(results, view))
        return self.documents.put(exercise_id, locale, content)

    def _compared_with_earlier(self, results: Results, view: "ResultsView") -> "ComparisonView | None":
        from selfie_reporting.comparison_view import comparison_view

        earlier = self._earlier(results)
        return comparison_view(results, earlier, view) if earlier else None

    def record(self, exercise_id: str, locale: str, state: DocumentState) -> None:
        """Note how the building ended."""
        self.documents.set_state(exercise_id, locale, state)

    def send(self, exercise_id: str, locale: str, execution: str) -> bool:
        """Send the document to the addresses of the school that want mail, at most once for an execution.

        Tell whether it was sent now.
        """
        from selfie_reporting.message import report_message

        results = self._viewable(exercise_id)
        school = self.schools.get(results.school_id)
        emails = wanted_at(school.emails, self.mailboxes.troubles(school.emails))
        if not emails:
            return False
        content = self.documents.fetch(exercise_id, locale)
        link = f"{self.site_url}/{self._locale(locale, school.id)}/results/exercise/?exercise={exercise_id}"
        message = report_message(results, school.name, locale, link)
        name = f"results-{results.session_id}-{results.level}-{locale}.pdf"
        attached = Attachment(name, "application/pdf", content)
        email = Email(emails, message.subject, message.text, message.html, (attached,))
        # Claimed last, when nothing is left that could fail but the sending itself.
        if not self.documents.claim_sending(exercise_id, locale, execution):
            return False
        self.mailer.send(email)
        return True

    def _viewable(self, exercise_id: str) -> Results:
        results = self.published.get(exercise_id)
        if results is None:
            self.exercises.get(exercise_id)  # Unknown is another answer than «not yet»
            raise NotViewable
        if not may_be_seen(results, self.clock()):
            raise NotViewable
        return results

    def _locale(self, wanted: str | None, school_id: str) -> str:
        if wanted is not None and wanted in self.locales:
            return wanted
        return first_offered(self.locales, self.schools.get(school_id).locale)

    def _school_name(self, view: "ResultsView") -> str:
        return self.schools.get(view["school_id"]).name


def _drawing_of(view: "ResultsView", chart: str) -> "Drawing":
    """Draw a chart of what a view holds, and of nothing else."""
    from selfie_reporting.row_charts import charts_of

    drawings = charts_of(view)
    if chart not in drawings:
        raise Unknown
    return drawings[chart]()


def _file_name(view: "ResultsView", ending: str) -> str:
    return f"results-{view['session']['id']}-{view['level']}-{view['locale']}.{ending}"
