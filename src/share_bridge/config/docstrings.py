"""Reads the text below each field of a settings class: its description."""

from __future__ import annotations

import ast
import inspect
from textwrap import dedent

__all__ = ["docstrings"]


def docstrings(model: type) -> dict[str, str]:
    """By field, also of the classes that it extends; none where there is no source."""
    found: dict[str, str] = {}
    for owner in reversed(model.__mro__):
        try:
            tree = ast.parse(dedent(inspect.getsource(owner)))
        except (OSError, TypeError, SyntaxError):
            continue  # made at run time, or written in C
        (definition,) = tree.body
        if isinstance(definition, ast.ClassDef):
            found |= _below_fields(definition)
    return found


def _below_fields(definition: ast.ClassDef) -> dict[str, str]:
    found = {}
    for field, below in zip(definition.body, definition.body[1:], strict=False):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = inspect.cleandoc(text)
    return found
