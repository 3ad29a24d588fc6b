"""The domain's dataclasses as plain values (what JSON has) and back, led by their annotations.

Pydantic does the same. It is not used here because its import and its models took a fifth of a cold start, and what is
read here was written here.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin

T = TypeVar("T")


class Unreadable(Exception):
    """What is stored does not fit; names the class and the field, never what is in it."""


def write(value: Any) -> Any:
    """Write a value; the types are those that ``read`` knows."""
    if is_dataclass(value):
        return {field.name: write(getattr(value, field.name)) for field in fields(value)}
    match value:
        case StrEnum() | Decimal() | date():
            return str(value)
        case tuple():
            return [write(each) for each in value]
        case Mapping():
            return {write(key): write(each) for key, each in value.items()}
    return value


def read(kind: type[T], value: Any) -> T:
    """Read a dataclass; unknown fields are passed over, missing ones have their default. Raise Unreadable."""
    known = {}
    for field in fields(kind):  # type: ignore[arg-type]  # every T is a dataclass
        if field.name in value:
            try:
                known[field.name] = _read(field.type, value[field.name])
            except (ArithmeticError, AttributeError, TypeError, ValueError):
                raise Unreadable(f"{kind.__name__}.{field.name}") from None
    try:
        return kind(**known)
    except TypeError:
        raise Unreadable(f"{kind.__name__} lacks a field") from None


def _read(kind: Any, value: Any) -> Any:  # noqa: PLR0911  one for each kind
    arguments = get_args(kind)
    if isinstance(kind, UnionType):  # always with None
        return None if value is None else _read(arguments[0], value)
    if get_origin(kind) is tuple:
        return tuple(_read(arguments[0], each) for each in value)
    if get_origin(kind) is Mapping:
        return {_read(arguments[0], key): _read(arguments[1], each) for key, each in value.items()}
    if is_dataclass(kind):
        return read(kind, value)  # type: ignore[arg-type]  # mypy: a dataclass or an instance of one
    if kind is date:
        return date.fromisoformat(value)
    if issubclass(kind, (StrEnum, Decimal)):
        return kind(value)
    if type(value) is not kind:
        raise TypeError
    return value
