"""Holds requests against an OpenAPI description: paths, parameters and bodies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any

import httpx

__all__ = ["Description"]

_TYPES: dict[str, Any] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
    "null": type(None),
}
Problems = Iterator[str]


class Description:
    """An OpenAPI 3 file, as strict as a careful reader: unknown names are wrong.

    Args:
        file: JSON.
        also: Names of body fields that the description spells otherwise.

    """

    def __init__(self, file: Path, *, also: frozenset[str] = frozenset()) -> None:
        self._document = json.loads(file.read_text(encoding="utf-8"))
        self._also = also

    def problems(self, request: httpx.Request) -> list[str]:
        """What is wrong with a request; a path that is not described passes."""
        found = self._operation(request)
        if found is None:
            return []
        where = f"{request.method} {request.url.path}"
        return [
            f"{where}: {problem}"
            for problem in (*self._query(request, found), *self._body(request, found))
        ]

    def knows(self, request: httpx.Request) -> bool:
        """Whether the path and method are described."""
        return self._operation(request) is not None

    def _operation(self, request: httpx.Request) -> dict[str, Any] | None:
        path = request.url.path
        paths: dict[str, Any] = self._document["paths"]
        # the fewer variables, the better it fits
        for template in sorted(paths, key=lambda one: one.count("{")):
            pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))
            method = paths[template].get(request.method.lower())
            if re.fullmatch(pattern, path) and method:
                operation: dict[str, Any] = method
                return operation
        return None

    def _query(self, request: httpx.Request, operation: Mapping[str, Any]) -> Problems:
        known = {
            parameter["name"]: parameter["schema"]
            for parameter in operation.get("parameters", ())
            if parameter["in"] == "query"
        }
        for name, value in request.url.params.multi_items():
            if name not in known:
                yield f"there is no parameter {name}"
            else:
                yield from self._check(_typed(value, known[name]), known[name], name)

    def _body(self, request: httpx.Request, operation: Mapping[str, Any]) -> Problems:
        described = operation.get("requestBody")
        if described is None:
            if request.content:
                yield "no body is wanted"
            return
        kind = request.headers.get("Content-Type", "").partition(";")[0]
        if kind not in described["content"]:
            yield f"the body is {kind or 'missing'}"
            return
        schema = described["content"][kind]["schema"]
        body = json.loads(request.content) if "json" in kind else _form(request)
        for name in set(body) - self._names(schema) - self._also:
            yield f"there is no field {name}"
        yield from self._check(body, schema, "body")

    def _names(self, schema: Mapping[str, Any]) -> set[str]:
        schema = self._resolved(schema)
        names = set(schema.get("properties", {}))
        for kind in ("allOf", "oneOf", "anyOf"):
            for part in schema.get(kind, ()):
                names |= self._names(part)
        return names

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            found: Any = self._document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = found
        return schema

    def _check(self, value: Any, schema: Mapping[str, Any], where: str) -> Problems:
        schema = self._resolved(schema)
        types = schema.get("type", [])
        wanted = [types] if isinstance(types, str) else types
        if wanted and not any(_is(value, name) for name in wanted):
            yield f"{where} is no {' or '.join(wanted)}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{where} is none of {schema['enum']}"
        for part in schema.get("allOf", ()):
            yield from self._check(value, part, where)
        choices = [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
        if choices and all([*self._check(value, one, where)] for one in choices):
            yield f"{where} fits no kind: {[*self._check(value, choices[0], where)]}"
        if isinstance(value, dict):
            for name in schema.get("required", ()):
                if name not in value:
                    yield f"{where} lacks {name}"
            for name, part in schema.get("properties", {}).items():
                if name in value:
                    yield from self._check(value[name], part, f"{where}.{name}")
        if isinstance(value, list) and "items" in schema:
            for item in value:
                yield from self._check(item, schema["items"], f"{where}[]")


def _is(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES[name])


def _typed(value: str, schema: Mapping[str, Any]) -> Any:
    """A parameter as its type; what is none stays text, and is found wrong."""
    if schema.get("type") == "integer" and value.isdigit():
        return int(value)
    if schema.get("type") == "boolean" and value in {"true", "false"}:
        return value == "true"
    return value


def _form(request: httpx.Request) -> dict[str, Any]:
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    mail = BytesParser(policy=HTTP).parsebytes(head + request.content)
    return {
        str(part.get_param("name", header="content-disposition")): "…"
        for part in mail.iter_parts()  # type: ignore[attr-defined]  # EmailMessage
    }
