"""Routes of coordinators: set-up, activation, previews, participation."""

from chalice.app import Response

from functions.exercise import company_routes, public_routes, views, wiring
from functions.exercise.material_routes import materials as materials  # noqa: PLC0414  a function of its own
from functions.exercise.schemas import (
    Activation,
    CodesChange,
    DatesChange,
    NewExercise,
    NumbersChange,
    OptionalStatementsChange,
    OwnStatementChange,
)
from selfie.catalogue import texts
from selfie.domain.errors import Invalid
from selfie.domain.exercise import Exercise
from selfie.domain.school import RespondentGroup
from selfie.http.app import make_app
from selfie.http.coordinators import coordinator, coordinator_of, coordinator_of_exercise
from selfie.http.problems import as_problem
from selfie.http.requests import json_answer, read_body, read_choice, read_number, read_query, read_version
from selfie.ports import CoordinatorSession

app = make_app("exercise")


@app.route("/api/calendar", methods=["GET"])
@as_problem
def calendar() -> Response:
    """Say which sessions there are and which one is running; open to everybody."""
    set_up = wiring.set_up()
    return json_answer(views.calendar_json(set_up.calendar, set_up.today(), set_up.council_countries))


@app.route("/api/schools/{school}/exercises", methods=["GET"])
@as_problem
def listing(school: str) -> Response:
    """List a school's exercises."""
    coordinator_of(school, _signed_in())
    set_up = wiring.set_up()
    exercises = [views.exercise_json(entry, set_up.phase(entry)) for entry in set_up.listed(school)]
    return json_answer({"exercises": exercises})


@app.route("/api/schools/{school}/exercises", methods=["POST"])
@as_problem
def begin(school: str) -> Response:
    """Begin a set-up."""
    coordinator_of(school, _signed_in())
    new = read_body(app.current_request, NewExercise)
    return _answer(wiring.set_up().begin(school, new.level, new.numbers, new.copy_of), 201)


@app.route("/api/schools/{school}/templates", methods=["GET"])
@as_problem
def templates(school: str) -> Response:
    """List earlier set-ups that can be copied, those that were never activated included."""
    coordinator_of(school, _signed_in())
    set_up = wiring.set_up()
    return json_answer(
        {"exercises": [views.exercise_json(entry, set_up.phase(entry)) for entry in set_up.templates(school)]}
    )


@app.route("/api/exercises/{exercise}", methods=["GET"])
@as_problem
def show(exercise: str) -> Response:
    """Show one exercise."""
    _admit(exercise)
    return _answer(wiring.set_up().get(exercise))


@app.route("/api/exercises/{exercise}", methods=["DELETE"])
@as_problem
def remove(exercise: str) -> Response:
    """Delete a set-up."""
    _admit(exercise)
    wiring.set_up().remove(exercise, read_version(app.current_request))
    return Response("", status_code=204)


@app.route("/api/exercises/{exercise}/numbers", methods=["PUT"])
@as_problem
def change_numbers(exercise: str) -> Response:
    """Change how many take part."""
    _admit(exercise)
    change = read_body(app.current_request, NumbersChange)
    return _answer(wiring.set_up().change_numbers(exercise, change.version, change.numbers))


@app.route("/api/exercises/{exercise}/optional-statements", methods=["PUT"])
@as_problem
def choose_optional(exercise: str) -> Response:
    """Choose the optional statements."""
    _admit(exercise)
    change = read_body(app.current_request, OptionalStatementsChange)
    return _answer(wiring.set_up().choose_optional(exercise, change.version, change.codes))


@app.route("/api/exercises/{exercise}/own-statements", methods=["POST"])
@as_problem
def add_own(exercise: str) -> Response:
    """Add an own statement."""
    _admit(exercise)
    change = read_body(app.current_request, OwnStatementChange)
    return _answer(wiring.set_up().add_own(exercise, change.version, change.locale, change.worded), 201)


@app.route("/api/exercises/{exercise}/own-statements/{number}", methods=["PUT"])
@as_problem
def change_own(exercise: str, number: str) -> Response:
    """Rewrite an own statement."""
    _admit(exercise)
    change = read_body(app.current_request, OwnStatementChange)
    changed = wiring.set_up().change_own(exercise, change.version, read_number(number), change.locale, change.worded)
    return _answer(changed)


@app.route("/api/exercises/{exercise}/own-statements/{number}", methods=["DELETE"])
@as_problem
def remove_own(exercise: str, number: str) -> Response:
    """Delete an own statement."""
    _admit(exercise)
    return _answer(wiring.set_up().remove_own(exercise, read_version(app.current_request), read_number(number)))


@app.route("/api/exercises/{exercise}/dates", methods=["PUT"])
@as_problem
def choose_dates(exercise: str) -> Response:
    """Choose first and last day."""
    _admit(exercise)
    change = read_body(app.current_request, DatesChange)
    return _answer(wiring.set_up().choose_dates(exercise, change.version, change.first_day, change.last_day))


@app.route("/api/exercises/{exercise}/codes", methods=["PUT"])
@as_problem
def choose_codes(exercise: str) -> Response:
    """Choose the groups that answer with one-time codes."""
    _admit(exercise)
    change = read_body(app.current_request, CodesChange)
    return _answer(wiring.set_up().choose_codes(exercise, change.version, change.groups))


@app.route("/api/exercises/{exercise}/activation", methods=["POST"])
@as_problem
def activate(exercise: str) -> Response:
    """Freeze the set-up and make the links."""
    _admit(exercise)
    activation = read_body(app.current_request, Activation)
    return _answer(wiring.set_up().activate(exercise, activation.version, activation.confirmed))


@app.route("/api/exercises/{exercise}/links/{group}/replacement", methods=["POST"])
@as_problem
def replace_link(exercise: str, group: str) -> Response:
    """Replace a link that leaked."""
    _admit(exercise)
    return _answer(wiring.set_up().replace_link(exercise, read_choice(RespondentGroup, group)))


@app.route("/api/exercises/{exercise}/questionnaire", methods=["GET"])
@as_problem
def questionnaire(exercise: str) -> Response:
    """Show all that can be asked, what is asked, and the library of suggestions."""
    _admit(exercise)
    set_up, locale = wiring.set_up(), read_query(app.current_request, "locale")
    if locale is None or locale not in set_up.locales:
        raise Invalid.one("locale", "not_offered")
    found = set_up.get(exercise)
    words = texts(found.catalogue_version, found.family, locale)
    return json_answer(views.questionnaire_json(found, set_up.catalogue(found.catalogue_version), words))


@app.route("/api/exercises/{exercise}/previews/{group}", methods=["POST"])
@as_problem
def preview(exercise: str, group: str) -> Response:
    """Give an address at which a group's questionnaire can be seen for an hour."""
    _admit(exercise)
    token = wiring.set_up().preview(exercise, read_choice(RespondentGroup, group))
    return json_answer({"path": f"/api/previews/{token}"}, 201)


@app.route("/api/exercises/{exercise}/participation", methods=["GET"])
@as_problem
def participation(exercise: str) -> Response:
    """Show how many took part so far."""
    _admit(exercise)
    return json_answer(views.participation_json(wiring.set_up().participation(exercise)))


def _signed_in() -> CoordinatorSession:
    return coordinator(app.current_request, wiring.entrance())


def _admit(exercise_id: str) -> None:
    # The session first: a stranger learns nothing, not even what an id looks like.
    session = _signed_in()
    coordinator_of_exercise(exercise_id, session)


def _answer(exercise: Exercise, status: int = 200) -> Response:
    return json_answer(views.exercise_json(exercise, wiring.set_up().phase(exercise)), status)


company_routes.add_routes(app)
public_routes.add_routes(app)
