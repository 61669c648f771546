"""What GitHub promises: every request and answer held against its own description.

The description is OpenAPI 3.0; its schemas become JSON Schema here, and they are closed: a
property that GitHub does not name is as wrong as one that is missing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SPEC = json.loads((Path(__file__).parents[2] / "vectors/github/openapi.json").read_text("utf-8"))
MEDIA = {"body_html", "body_text"}  # come with `Accept: …full+json`, and are not described
ANYWHERE = (401, 403, 404, 409, 422, 429, 500, 502, 503)  # errors not listed at each operation
COMBINED = ("allOf", "anyOf", "oneOf")


@dataclass(frozen=True)
class Operation:
    """One path and method of the description, and what the request's path says."""

    id: str
    described: Mapping[str, Any]
    values: Mapping[str, str]


def operation(method: str, path: str) -> Operation | None:
    """The operation that answers a request, or None where GitHub has none that we use."""
    for pattern, methods in _patterns():
        found = pattern.fullmatch(path)
        if found and method.lower() in methods:
            described = methods[method.lower()]
            return Operation(described["operationId"], described, found.groupdict())
    return None


def request_faults(asked: Operation, query: Mapping[str, str], body: Any) -> list[str]:
    """What is wrong with a request."""
    known = {_resolved(p)["name"] for p in asked.described.get("parameters", [])}
    faults = [f"{asked.id}: unknown parameter {name}" for name in query if name not in known]
    schema = _schema(_resolved(asked.described.get("requestBody", {})))
    if schema is None or (body is None and not asked.described["requestBody"].get("required")):
        return faults + ([f"{asked.id}: a body is not foreseen"] if body else [])
    if asked.id == "issues/add-labels" and isinstance(body, list):
        body = {"labels": body}  # "You can also pass an `array` of labels directly"
    return faults + [f"{asked.id}: {fault}" for fault in faults_of(schema, body)]


def answer_faults(asked: Operation, status: int, body: Any) -> list[str]:
    """What is wrong with an answer."""
    responses = asked.described["responses"]
    if str(status) not in responses and status in ANYWHERE:
        return [f"{asked.id} {status}: {f}" for f in faults_of(reference("basic-error"), body)]
    if str(status) not in responses:
        return [f"{asked.id}: no answer {status} is described"]
    schema = _schema(_resolved(responses[str(status)]))
    if schema is None:
        return [f"{asked.id} {status}: no body is described"] if body is not None else []
    return [f"{asked.id} {status}: {fault}" for fault in faults_of(schema, _described(body))]


def reference(name: str) -> dict[str, Any]:
    """The schema of a name."""
    return {"$ref": f"#/components/schemas/{name}"}


def faults_of(schema: dict[str, Any], value: Any) -> list[str]:
    """Where a value is not what a schema says, and why."""
    errors = _validator(json.dumps(schema)).iter_errors(value)
    return [f"{'/'.join(map(str, error.path))}: {error.message[:200]}" for error in errors]


def filled(name: str, base: str, /, **known: Any) -> dict[str, Any]:
    """The least that GitHub promises of a schema, with the values that are known.

    GitHub's own examples leave out keys that its description requires, so values are made
    from the description: addresses below `base`, the first of several, else nothing.
    """
    least: dict[str, Any] = _least(reference(name), base)
    unknown = known.keys() - _resolved(reference(name))["properties"].keys() - MEDIA
    assert not unknown, f"{name} has no {unknown}"
    return least | known


def properties(name: str) -> set[str]:
    """The keys that GitHub promises, or may send, in a schema."""
    return set(_resolved(reference(name))["properties"])


@cache
def _patterns() -> list[tuple[re.Pattern[str], Mapping[str, Any]]]:
    return [(_pattern(path, methods), methods) for path, methods in SPEC["paths"].items()]


def _pattern(path: str, methods: Mapping[str, Any]) -> re.Pattern[str]:
    several = {
        parameter["name"]
        for method in methods.values()
        for parameter in map(_resolved, method["parameters"])
        if parameter.get("x-multi-segment")
    }
    parts = re.split(r"\{(\w+)\}", path)
    return re.compile("".join(
        f"(?P<{part}>{'.+' if part in several else '[^/]+'})" if index % 2 else re.escape(part)
        for index, part in enumerate(parts)
    ))  # fmt: skip


def _resolved(node: Any) -> Any:
    while "$ref" in node:
        _, _, kind, name = node["$ref"].split("/")
        node = SPEC["components"][kind][name]
    return node


def _schema(part: Mapping[str, Any]) -> dict[str, Any] | None:
    content = part.get("content", {})
    found: dict[str, Any] | None = content.get("application/json", {}).get("schema")
    return found


def _described(body: Any) -> Any:
    """A body without the renderings that come by media type."""
    if isinstance(body, list):
        return [_described(item) for item in body]
    if isinstance(body, dict):
        return {key: value for key, value in body.items() if key not in MEDIA}
    return body


@cache
def _validator(schema: str) -> Draft202012Validator:
    schemas = {name: _closed(node) for name, node in SPEC["components"]["schemas"].items()}
    return Draft202012Validator({**_closed(json.loads(schema)), "components": {"schemas": schemas}})


def _closed(node: Any) -> Any:
    """A schema of OpenAPI 3.0 as JSON Schema, to which nothing may be added."""
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _closed(value) for key, value in node.items() if key != "nullable"}
    if isinstance(node.get("properties"), dict) and "type" in node:
        made.setdefault("additionalProperties", False)
    if node.get("nullable") is True:
        return {"anyOf": [{"type": "null"}, made]}
    return made


def _least(node: dict[str, Any], base: str) -> Any:
    node = _resolved(node)
    if node.get("nullable"):
        return None
    if "enum" in node:
        return node["enum"][0]
    for kind in COMBINED:
        if kind in node:
            return _least(node[kind][0], base)
    if node["type"] == "object":
        made = node.get("properties", {})
        return {key: _least(made[key], base) for key in node.get("required", [])}
    if node.get("format") == "uri":
        return f"{base}/unused"
    if node.get("format") == "date-time":
        return "2026-11-25T00:00:00Z"
    return {"string": "", "integer": 0, "number": 0, "boolean": False, "array": []}[node["type"]]
