"""Front matter is split off whatever wrote it, and what is broken is named by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge.errors import SourceError
from share_bridge.sources.decode import decode
from share_bridge.sources.front_matter import split_front_matter
from sources_support import check_message


@pytest.mark.parametrize(
    "text, values, body",
    [
        ("---\ntitle: T\n---\nBody\n", {"title": "T"}, "Body\n"),
        ("---  \ntitle: T\n...\nBody", {"title": "T"}, "Body"),
        ("---\n---\nBody", {}, "Body"),
        ("\ufeff---\ntitle: T\n---\n", {"title": "T"}, ""),
        ("---\ntitle: a --- b\n---", {"title": "a --- b"}, ""),
        ("---\nlang: no\ndate: 2026-01-02\nn: 010\n---\n", None, ""),
        ("---\ntags: [no, yes, 1.10]\n---\n", {"tags": ["no", "yes", "1.10"]}, ""),
        (
            '+++\ntitle = "T"\ndraft = true\n+++\nB',
            {"title": "T", "draft": "true"},
            "B",
        ),
        ("+++\ndate = 2026-01-02T03:04:05Z\n+++\n", None, ""),
        ('{ "a": { "b": "\\"Hugo\\"}" } }\n\nB', {"a": {"b": '"Hugo"}'}}, "B"),
        ('---json\n{"title": "T"}\n---\nB', {"title": "T"}, "B"),
        ('---toml\ntitle = "T"\n---\nB', {"title": "T"}, "B"),
        ("Title: T\nTags: a, b\n    c\n\nB", {"Title": "T", "Tags": "a, b c"}, "B"),
        ("Note: this is prose\n\nB", {}, "Note: this is prose\n\nB"),
        ("{{< figure >}}\nB", {}, "{{< figure >}}\nB"),
        ("{: .lead}\nB", {}, "{: .lead}\nB"),
        ("# Heading\n\n---\n\nB", {}, "# Heading\n\n---\n\nB"),
        ("", {}, ""),
    ],
)
def test_a_file_has_two_halves(
    text: str, values: dict[str, Any] | None, body: str
) -> None:
    matter = split_front_matter(text)

    assert matter.body == body
    if values is not None:
        assert matter.values == values


def test_yaml_guesses_nothing() -> None:
    text = "---\nlang: no\ndate: 2026-01-02\nn: 010\nt: 12:30\nempty:\n---\n"

    assert split_front_matter(text).values == {
        "lang": "no",
        "date": "2026-01-02",
        "n": "010",
        "t": "12:30",
        "empty": "",
    }


def test_toml_dates_are_written_out() -> None:
    text = "+++\na = 2026-01-02T03:04:05Z\nb = 2026-01-02\n+++\n"

    assert split_front_matter(text).values == {
        "a": "2026-01-02 03:04:05+00:00",
        "b": "2026-01-02",
    }


@pytest.mark.parametrize(
    "text, message",
    [
        ("---\ntitle: T\nsub: a: b\n---\n", "line 3: mapping values"),
        ("---\ntitle: 'T\n---\n", "line "),
        ("---\n- a\n- b\n---\n", "line 2: front matter is not made of"),
        ("---\njust words\n---\n", "line 2: front matter is not made of"),
        ("---\ntitle: T\n\nText", "line 1: front matter begins with --- and never"),
        ("---\na: \x01\n---\n", "line 1: "),
        ("---\na: *nowhere\n---\n", "line 2: "),
        (f"---\na: {'[' * 1_000}\n---\n", "line "),
        (f"---\na: {'x' * 200_000}\n---\n", "line 1: front matter has more than"),
        ('+++\ntitle = "T"\nx = \n+++\n', "line 3: Invalid value"),
        ('{\n"a": 1,\n"b" 2}\n', "line 3: Expecting ':'"),
        ("---json\n{\n]\n---\n", "line 3: "),
        ("---js\n{}\n---\n", "JavaScript"),
    ],
)
def test_what_is_broken_is_named(text: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        split_front_matter(text)

    assert str(caught.value).startswith(message) or message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_aliases_do_not_multiply() -> None:
    """Nine lists of ten aliases each would be a billion words."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]

    values = split_front_matter("---\n" + "\n".join(lines) + "\n---\n").values

    assert len(json.dumps(values)) < 1_000_000


def test_yaml_makes_no_objects() -> None:
    text = "---\na: !!python/object/apply:os.system ['true']\n---\n"

    assert split_front_matter(text).values == {"a": ["true"]}


@given(st.text(alphabet='-+{}[]":,&*!|>%#ab\n \t', max_size=80))
def test_any_text_is_split_or_refused(text: str) -> None:
    for start in ("", "---\n", "+++\n", "{", "Title: x\n"):
        try:
            matter = split_front_matter(start + text + "\n---\n+++\n")
        except SourceError as error:
            check_message(error)
        else:
            assert json.dumps(matter.values) is not None


def test_hugo_s_own_cases(shared: Path) -> None:
    cases = json.loads((shared / "corpora/hugo/front_matter.json").read_text())

    found = {
        case["name"]: bool(
            split_front_matter(case["input"].replace("\r\n", "\n")).values
        )
        for case in cases
    }

    expected = {
        case["name"]: case["front_matter"] in {"yaml", "toml", "json"}
        and "empty" not in case["name"]
        for case in cases
    }
    assert found == expected


@pytest.mark.parametrize("corpus", ["jekyll", "astro", "eleventy"])
def test_files_of_site_generators_are_split(corpus: str, shared: Path) -> None:
    files = [
        path
        for path in sorted((shared / "corpora" / corpus).rglob("*"))
        if path.is_file()
        and path.suffix in {".md", ".mdx", ".markdown"}
        and path.stem != "README.corpus"
    ]

    broken = {}
    for path in files:
        text = decode(path.read_bytes()).replace("\r\n", "\n")
        try:
            matter = split_front_matter(text)
        except SourceError as error:
            broken[path.name] = str(error)
        else:
            assert not matter.body.startswith("---\n")

    assert files
    assert set(broken) <= {"bad-yaml.md", "um_hi.md"}
