"""Decide as IAM would whether a role allows a request to DynamoDB, as far as our policies go."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

Params = Mapping[str, Any]

EXPRESSIONS = ("ProjectionExpression", "UpdateExpression", "ConditionExpression", "KeyConditionExpression")
WORDS_OF_EXPRESSIONS = {
    "ADD", "AND", "BETWEEN", "DELETE", "IN", "NOT", "OR", "REMOVE", "SET",
    "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "if_not_exists",
    "list_append", "size",
}  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """One statement of a role's policy, with what its resources are called in the templates."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Request:
    """What IAM looks at in one request to DynamoDB; ``table`` includes the index."""

    action: str
    table: str
    leading_key: str
    attributes: frozenset[str]
    select: str | None = None
    return_values: str | None = None


def requests_in(operation: str, params: Params) -> Iterator[Request]:
    """Take a call of the client apart; a transaction is allowed when each of its parts is."""
    match operation:
        case "TransactWriteItems" | "TransactGetItems":
            for part in params["TransactItems"]:
                ((kind, inner),) = part.items()
                yield from requests_in("ConditionCheckItem" if kind == "ConditionCheck" else f"{kind}Item", inner)
        case "BatchGetItem":
            for table, wanted in params["RequestItems"].items():
                for key in wanted["Keys"]:
                    yield _request(operation, {**wanted, "TableName": table, "Key": key})
        case _:
            yield _request(operation, params)


def allows(statements: Sequence[Statement], request: Request) -> bool:
    """Tell whether any statement allows a request."""
    return any(_allows(statement, request) for statement in statements)


def _allows(statement: Statement, request: Request) -> bool:
    if f"dynamodb:{request.action}" not in statement.actions or request.table not in statement.resources:
        return False
    like = statement.conditions.get("ForAllValues:StringLike", {})
    values = {"dynamodb:LeadingKeys": {request.leading_key}, "dynamodb:Attributes": request.attributes}
    for key, patterns in like.items():
        if not all(any(fnmatchcase(value, pattern) for pattern in patterns) for value in values[key]):
            return False
    for key, wanted in statement.conditions.get("StringEquals", {}).items():
        if {"dynamodb:Select": request.select}[key] != wanted:
            return False
    for key, allowed in statement.conditions.get("StringEqualsIfExists", {}).items():
        value = {"dynamodb:ReturnValues": request.return_values}[key]
        if value is not None and value not in allowed:
            return False
    return True


def _request(operation: str, params: Params) -> Request:
    reads = operation in {"GetItem", "BatchGetItem", "Query"}
    select = "SPECIFIC_ATTRIBUTES" if "ProjectionExpression" in params else "ALL_ATTRIBUTES"
    index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
    return Request(
        operation,
        params["TableName"] + index,
        _leading_key(params),
        frozenset(_attributes(params)),
        select if reads else None,
        params.get("ReturnValues"),
    )


def _leading_key(params: Params) -> str:
    item = params.get("Key") or params.get("Item")
    if item is not None:
        return str(item["PK"]["S"])
    (placeholder,) = re.findall(r"^\s*#?\w+\s*=\s*(:\w+)", params["KeyConditionExpression"])
    return str(params["ExpressionAttributeValues"][placeholder]["S"])


def _attributes(params: Params) -> Iterator[str]:
    yield from params.get("Key", {})
    yield from params.get("Item", {})
    names = params.get("ExpressionAttributeNames", {})
    for expression in EXPRESSIONS:
        for word in re.findall(r"(?<![:\w#])#?[A-Za-z_]\w*", params.get(expression, "")):
            if word not in WORDS_OF_EXPRESSIONS:
                yield names.get(word, word)
