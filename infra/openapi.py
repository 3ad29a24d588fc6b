"""Describe the API in OpenAPI 3.1, read off the Chalice apps and the models that their routes read bodies with.

A route is written once: what it takes and answers is read from its own code and from the functions of its module that
it calls, so a description cannot lag behind. Who may call it follows from whether it asks for a coordinator's session.
"""

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from types import ModuleType
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from infra.functions import FUNCTIONS
from selfie.domain.account import Role
from selfie.domain.school import EducationLevel, RespondentGroup
from selfie.http.coordinators import COOKIE
from selfie.http.statuses import STATUSES

Json = dict[str, Any]

VERSION: Final = "1"
PROBLEM: Final = "application/problem+json"
_MEDIA_TYPE: Final = re.compile(r"(application|text|image)/[a-z0-9.+-]+")
_ANSWERING: Final = re.compile(r"_?(json_answer|answer|html|say|refuse|go_to|page|profile|file)|Response|\w+Answer")
_MAKES: Final = {
    "json_answer": "application/json",
    "SvgAnswer": "image/svg+xml",
    "_html": "text/html",
    "_refuse": "text/html",
}
_WITH_BODY: Final = {"POST", "PUT", "PATCH"}
_LOWEST, _LOWEST_ERROR = 200, 400
_SCHOOL: Final = {"type": "string", "pattern": "^[a-z2-7]{12}$"}
_LEVELS: Final = "|".join(EducationLevel)
# What path parameters look like; another one is text of any kind.
_PARAMETERS: Final[Mapping[str, Json]] = {
    "school": _SCHOOL,
    "exercise": {"type": "string", "pattern": f"^[a-z2-7]{{12}}-[0-9]{{4}}-[1-3]-({_LEVELS})$"},
    "plan": {"type": "string", "pattern": f"^[a-z2-7]{{12}}-[0-9]{{4}}-({_LEVELS})-[A-H]$"},
    "session": {"type": "string", "pattern": "^[0-9]{4}-[1-3]$"},
    "group": {"type": "string", "enum": list(RespondentGroup)},
    "role": {"type": "string", "enum": list(Role)},
    "kind": {"type": "string", "enum": ["invitation", "removal", "undo"]},
    "number": {"type": "string", "pattern": "^[0-9]{1,6}$"},
}


@dataclass(slots=True)
class Found:
    """What the code of a route does, as far as it can be read."""

    signed_in: bool = False
    body: type[BaseModel] | None = None
    query: set[str] = field(default_factory=set)
    statuses: set[int] = field(default_factory=set)
    media_types: set[str] = field(default_factory=set)
    refusals: set[str] = field(default_factory=set)


def description(site_url: str = "/") -> Json:
    """Return the whole description."""
    paths: dict[str, Json] = {}
    models: dict[str, type[BaseModel]] = {}
    for function, path, method, route in _routes():
        found = _read(inspect.unwrap(route.view_function))
        if found.body:
            models[found.body.__name__] = found.body
        paths.setdefault(path, {})[method.lower()] = _operation(function, path, method, route, found)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "School self-reflection",
            "version": VERSION,
            "description": "What the product's own pages call. Errors are problem details with a stable code.",
        },
        "servers": [{"url": site_url}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
            },
            "schemas": {"Problem": _problem_schema(), **_schemas(models)},
        },
    }


def _routes() -> Iterator[tuple[str, str, str, Any]]:
    for function in FUNCTIONS:
        if function.serves_http:
            app = getattr(importlib.import_module(f"functions.{function.folder}.app"), function.handler)
            for path, methods in sorted(app.routes.items()):
                for method, route in sorted(methods.items()):
                    yield function.name, path, method, route


def _operation(function: str, path: str, method: str, route: Any, found: Found) -> Json:
    parameters: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": _PARAMETERS.get(name, {"type": "string"})}
        for name in re.findall(r"{(\w+)}", path)
    ]
    parameters += [{"name": name, "in": "query", "schema": {"type": "string"}} for name in sorted(found.query)]
    operation: Json = {
        "operationId": f"{function}-{route.view_name}-{method.lower()}",
        "tags": [function],
        "summary": (inspect.getdoc(route.view_function) or "").split("\n", 1)[0],
        "parameters": parameters,
        "responses": _responses(method, path, found),
    }
    if found.signed_in:
        operation["security"] = [{"session": []} if method in {"GET", "HEAD"} else {"session": [], "csrf": []}]
    if found.body:
        schema = {"$ref": f"#/components/schemas/{found.body.__name__}"}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    elif method in _WITH_BODY and "application/json" not in route.content_types:
        fields = {"type": "object", "additionalProperties": {"type": "string"}}
        operation["requestBody"] = {"content": {kind: {"schema": fields} for kind in route.content_types}}
    return operation


def _responses(method: str, path: str, found: Found) -> Json:
    kinds = found.media_types or {"application/json"}
    content: Json = {kind: {} for kind in sorted(kinds)}
    good = {status for status in found.statuses if _LOWEST <= status < _LOWEST_ERROR} or {HTTPStatus.OK}
    responses: Json = {}
    for status in sorted(good):
        responses[str(int(status))] = {"description": HTTPStatus(status).phrase}
        if status not in {HTTPStatus.NO_CONTENT, HTTPStatus.SEE_OTHER}:
            responses[str(int(status))]["content"] = content
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    refusing: Json = {kind: problem if kind == PROBLEM else {} for kind in sorted(found.refusals)}
    for status in sorted(_errors(method, path, found)):
        responses[str(status)] = {"description": HTTPStatus(status).phrase, "content": refusing}
    if method in _WITH_BODY:
        # The router's own answer, before any route.
        unsupported = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        responses[str(int(unsupported))] = {"description": unsupported.phrase}
    return dict(sorted(responses.items()))


def _errors(method: str, path: str, found: Found) -> set[int]:
    """Return the statuses of all errors that can come of such a route, those of code further down included."""
    possible = set(STATUSES.values()) | {int(HTTPStatus.INTERNAL_SERVER_ERROR)}
    if not found.signed_in:
        possible.discard(HTTPStatus.UNAUTHORIZED)
    if "{" not in path and not found.body:
        possible -= {HTTPStatus.GONE, HTTPStatus.CONFLICT}
    if method in {"GET", "HEAD", "DELETE"}:
        possible -= {HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
    return possible | {status for status in found.statuses if status >= _LOWEST_ERROR}


def _read(function: Callable[..., Any]) -> Found:
    found, refusing = Found(), Found()
    _follow(function, found, set())
    definition = _definition(function)
    for node in (node for each in (definition.decorator_list if definition else ()) for node in ast.walk(each)):
        named = function.__globals__.get(node.id) if isinstance(node, ast.Name) else None
        if inspect.isfunction(named) and named.__module__.startswith("functions."):
            _follow(named, refusing, set())
    # A function of its own refuses as pages do; all others refuse as problems.
    found.refusals = refusing.media_types or {PROBLEM}
    return found


def _follow(function: Callable[..., Any], found: Found, seen: set[object]) -> None:
    if function in seen:
        return
    seen.add(function)
    definition = _definition(function)
    if definition is None:
        return
    names = function.__globals__
    for node in (node for statement in definition.body for node in ast.walk(statement)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            _note_media_type(node.value, found)
        elif isinstance(node, ast.Name) and isinstance(names.get(node.id), str):
            _note_media_type(names[node.id], found)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            _note_call(node, node.func.id, names, found)
            called = names.get(node.func.id)
            if inspect.isfunction(called) and called.__module__.startswith(("functions.", "selfie.http.")):
                _follow(inspect.unwrap(called), found, seen)


def _definition(function: Callable[..., Any]) -> ast.FunctionDef | None:
    module = inspect.getmodule(function)
    return _definitions(module).get(function.__name__) if module else None


def _note_call(node: ast.Call, name: str, names: Mapping[str, Any], found: Found) -> None:
    called = names.get(name)
    # The one function that knows coordinators, under whatever name it was imported.
    if getattr(called, "__module__", "") == "selfie.http.coordinators" and called is not None:
        found.signed_in = found.signed_in or called.__name__ == "coordinator"
    if name == "read_body" and isinstance(node.args[1], ast.Name):
        found.body = names[node.args[1].id]
    if name == "readers_locale":
        found.query.add("lang")
    if name == "read_query" and isinstance(node.args[1], ast.Constant):
        found.query.add(str(node.args[1].value))
    if name in _MAKES:
        found.media_types.add(_MAKES[name])
    if _ANSWERING.fullmatch(name):
        for value in (*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "status_code")):
            if isinstance(value, ast.Constant) and type(value.value) is int and value.value >= _LOWEST:
                found.statuses.add(value.value)


def _note_media_type(text: str, found: Found) -> None:
    kind = text.partition(";")[0].strip()
    if _MEDIA_TYPE.fullmatch(kind):
        found.media_types.add(kind)


@cache
def _definitions(module: ModuleType) -> Mapping[str, ast.FunctionDef]:
    tree = ast.parse(inspect.getsource(module))
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def _schemas(models: Mapping[str, type[BaseModel]]) -> Json:
    _, schema = models_json_schema(
        [(model, "validation") for _, model in sorted(models.items())], ref_template="#/components/schemas/{model}"
    )
    defined: Json = schema.get("$defs", {})
    return defined


def _problem_schema() -> Json:
    fields = {"field": {"type": "string"}, "code": {"type": "string"}}
    return {
        "type": "object",
        "description": "RFC 9457; «code» is stable, values that were sent are never repeated.",
        "required": ["type", "title", "status", "code"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string"},
            "errors": {"type": "array", "items": {"type": "object", "required": list(fields), "properties": fields}},
        },
    }
