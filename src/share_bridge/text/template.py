"""A target's own template: as much of jinja2 as a message needs, and no more.

What a template may do is a list: names, conditions, one loop over a list, a few
filters. It reaches no file and no attribute, calls nothing and assigns nothing, so that
what it costs follows from its length. jinja2 is imported where a target has a template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from share_bridge.text.pattern import pattern
from share_bridge.text.suggest import suggestion
from share_bridge.text.truncate import at_most, truncate

__all__ = ["LISTS", "POST", "TEXTS", "BadTemplateError", "Template", "template"]

#: What a template is told of a post, by name.
TEXTS = frozenset(
    {
        *("title", "teaser", "link", "read_more", "link_line", "hashtags", "author"),
        *("site", "date", "language"),
    }
)
LISTS = frozenset({"tags", "authors", "posts"})
#: What it is told of each of the posts of a digest.
POST = frozenset(
    {"title", "teaser", "link", "read_more", "link_line", "author", "date"}
)

#: Longer ones, and longer results, are mistakes.
_MAX_SOURCE, _MAX_RESULT = 10_000, 100_000
_ALLOWED = frozenset(
    {
        *("Template", "Output", "TemplateData", "Name", "Const", "Concat", "If"),
        *("CondExpr", "For", "Not", "And", "Or", "Compare", "Operand", "Filter"),
        "Getattr",
    }
)
_LOOP = frozenset({"first", "index", "last", "length"})
_TRAILING = pattern(r"[ \t]+$|[ \t]+(?=\n)")
_GAPS = pattern(r"\n{3,}")


class BadTemplateError(ValueError):
    """What is wrong with a template; the text says where, and what to do."""


@lru_cache(maxsize=16)
def template(source: str) -> Template:
    """The template that is written so.

    Raises:
        BadTemplateError: It is none, or it wants more than it may.

    """
    return Template(source)


class Template:
    """A template that was found to be harmless.

    Attributes:
        names: What it shows, of `TEXTS` and `LISTS`.

    """

    def __init__(self, source: str) -> None:
        from jinja2 import StrictUndefined, TemplateError  # noqa: PLC0415 - see above
        from jinja2.meta import find_undeclared_variables  # noqa: PLC0415
        from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

        if len(source) > _MAX_SOURCE:
            raise BadTemplateError(f"it is longer than {_MAX_SOURCE:,} characters")
        environment = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        environment.globals.clear()
        environment.tests.clear()
        environment.filters.clear()
        environment.filters.update(_FILTERS)
        try:
            tree = environment.parse(source)
            _check(tree, loops=frozenset())
            self.names = frozenset(find_undeclared_variables(tree))
            self._compiled = environment.from_string(tree)
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            where = f"line {line}: " if line else ""
            raise BadTemplateError(f"{where}{error.message}") from error
        except RecursionError as error:
            raise BadTemplateError("it is nested too deeply") from error

    def render(self, names: Mapping[str, object]) -> str:
        """What it makes of these names; lines that are left empty close up.

        Raises:
            BadTemplateError: It fails on them, or what it makes is too long.

        """
        pieces, length = [], 0
        try:
            for piece in self._compiled.generate(**names):
                pieces.append(piece)
                length += len(piece)
                if length > _MAX_RESULT:
                    raise _TooMuchError  # noqa: TRY301 - one place says what failed
        except Exception as error:  # whatever a filter meets
            raise BadTemplateError(_said(error)) from error
        return _GAPS.sub("\n\n", _TRAILING.sub("", "".join(pieces))).strip()


class _TooMuchError(ValueError):
    def __str__(self) -> str:
        return f"it makes more than {_MAX_RESULT:,} characters"


def _said(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__


def _check(node: Any, *, loops: frozenset[str], posts: str = "") -> None:
    """Refuse whatever is not on the list, by its line.

    Args:
        node: With all that is in it.
        loops: Names inside a loop.
        posts: The one of them that is a post.

    """
    kind = type(node).__name__
    if kind not in _ALLOWED:
        _refuse(node, f"a template cannot use {_WORDS.get(kind, kind.lower())}")
    if kind == "Name":
        known = TEXTS | LISTS | loops
        if node.ctx == "load" and node.name not in known:
            _refuse(node, f"unknown name {node.name}{suggestion(node.name, known)}")
    if kind == "Getattr":
        _check_part(node, posts)
    if kind == "For":
        loops = _looped(node, loops)
        posts = node.target.name if node.iter.name == "posts" else ""
    for child in node.iter_child_nodes():
        _check(child, loops=loops, posts=posts)


def _check_part(node: Any, posts: str) -> None:
    """Refuse a part of anything but a loop, or a post in one."""
    whole = getattr(node.node, "name", "")
    known = {"loop": _LOOP, posts: POST}.get(whole, frozenset())
    if node.attr not in known:
        there = suggestion(node.attr, known) if known else ""
        _refuse(node, f"nothing has a .{node.attr} here{there}")


def _looped(node: Any, loops: frozenset[str]) -> frozenset[str]:
    """The names inside a loop: over one of the lists, and never in another loop."""
    listed = getattr(node.iter, "name", "")
    if loops or listed not in LISTS or node.recursive:
        _refuse(node, f"one loop, over {' or '.join(sorted(LISTS))}, is all there is")
    if not hasattr(node.target, "name"):
        _refuse(node, "a loop has one name: {% for tag in tags %}")
    return frozenset({node.target.name, "loop"})


def _refuse(node: Any, problem: str) -> None:
    raise BadTemplateError(f"line {node.lineno}: {problem}")


_WORDS = {
    "Assign": "{% set %}",
    "AssignBlock": "{% set %}",
    "Call": "calls",
    "Extends": "{% extends %}",
    "FromImport": "{% import %}",
    "Getitem": "[…]",
    "Import": "{% import %}",
    "Include": "{% include %}",
    "Macro": "{% macro %}",
    "Test": '"is": compare, or write {% if name %}',
}


def _bounded(length: int) -> None:
    if length > _MAX_RESULT:
        raise _TooMuchError


def _join(values: tuple[str, ...], between: str = "") -> str:
    if isinstance(values, str):
        raise TypeError("join is for tags and authors")
    _bounded(sum(len(value) + len(between) for value in values))
    return between.join(values)


def _replace(text: str, old: str, new: str) -> str:
    _bounded(len(text) + text.count(old) * len(new))
    return text.replace(old, new)


def _truncate(text: str, length: int) -> str:
    return truncate(text, at_most(length)).text


_FILTERS: Mapping[str, Callable[..., Any]] = {
    "capitalize": str.capitalize,
    "first": lambda values: values[0] if values else "",
    "join": _join,
    "last": lambda values: values[-1] if values else "",
    "length": len,
    "lower": str.lower,
    "replace": _replace,
    "title": str.title,
    "trim": str.strip,
    "truncate": _truncate,
    "upper": str.upper,
}
