"""JSON in its one canonical form: what a proof in a document is over.

https://www.rfc-editor.org/rfc/rfc8785 (2026-11-24). Python's `json` sorts keys by code
point and writes numbers its own way; both differ where it matters.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

__all__ = ["canonical"]

#: Whole numbers beyond are not exact in JavaScript, which the form follows.
_EXACT = 2**53
_DEEPEST = 64


def canonical(value: Any) -> bytes:
    """A JSON value, canonical, in UTF-8.

    Raises:
        ValueError: It is no JSON, not a number, too deep, or has half a character.

    """
    try:
        return "".join(_pieces(value, 0)).encode()
    except UnicodeEncodeError as error:
        raise ValueError("half a character cannot be written") from error


def _pieces(value: Any, depth: int) -> list[str]:
    if depth > _DEEPEST:
        raise ValueError("nested too deep")
    if value is None or isinstance(value, bool):
        return [json.dumps(value)]
    if isinstance(value, str):
        return [json.dumps(value, ensure_ascii=False)]
    if isinstance(value, int | float):
        return [_number(value)]
    if isinstance(value, list | tuple):
        inner = [_pieces(item, depth + 1) for item in value]
        return ["[", ",".join("".join(pieces) for pieces in inner), "]"]
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda member: _utf16(member[0]))
        inner = [
            [json.dumps(name, ensure_ascii=False), ":", *_pieces(item, depth + 1)]
            for name, item in members
        ]
        return ["{", ",".join("".join(pieces) for pieces in inner), "}"]
    raise ValueError(f"{type(value).__name__} is no JSON")


def _utf16(name: Any) -> bytes:
    if not isinstance(name, str):
        raise ValueError("a name in JSON has to be text")  # noqa: TRY004 - one kind
    return name.encode("utf-16-be", "surrogatepass")


def _number(value: float) -> str:
    """As JavaScript writes it: the shortest that reads back as the same."""
    if isinstance(value, int) and abs(value) <= _EXACT:
        return str(value)
    try:
        number = float(value)
    except OverflowError as error:
        raise ValueError("a number is too large") from error
    if not math.isfinite(number):
        raise ValueError("not a number")
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    digits, exponent = _shortest(abs(number))
    return sign + _written(digits, exponent)


def _shortest(number: float) -> tuple[str, int]:
    """Digits, and where the point is: 0.digits times ten to that power."""
    match = re.fullmatch(r"(\d+)(?:\.(\d+))?(?:e([+-]\d+))?", repr(number))
    assert match is not None  # noqa: S101 - Python's own repr
    whole, fraction, power = match[1], match[2] or "", int(match[3] or 0)
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + power - (len(whole + fraction) - len(digits))
    return digits.rstrip("0"), point


def _written(digits: str, point: int) -> str:
    """https://tc39.es/ecma262/#sec-numeric-types-number-tostring (2026-11-24)."""
    count = len(digits)
    if count <= point <= 21:  # noqa: PLR2004 - the numbers of ECMA-262
        return digits + "0" * (point - count)
    if 0 < point <= 21:  # noqa: PLR2004
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:  # noqa: PLR2004
        return f"0.{'0' * -point}{digits}"
    mantissa = digits if count == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{mantissa}e{point - 1:+d}"
