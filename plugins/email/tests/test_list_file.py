"""A list is read as people keep it, and one bad line costs nobody else their mail."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from email_support import Desk
from share_bridge.plugin import TargetBlockedError
from share_bridge_email.list_file import Listed, read_list


def read(folder: Path, text: str | bytes) -> Listed:
    file = folder / "readers"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_list(file)


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.org\nGrace <grace@example.net>\n",
        (
            "# my readers\n\n  ada@example.org  # since 2024\r\n"
            "Grace <grace@example.net>\r\nADA@example.org"
        ),
        "email,name\nada@example.org,\ngrace@example.net,Grace\n",
        "# export\nName;E-Mail\n;ada@example.org\nGrace;grace@example.net\n",
        "\ufeffEmail Address\tFull Name\nada@example.org\t\ngrace@example.net\tGrace",
        (
            'status,email,name\nactive,ada@example.org,\nsubscribed,"grace@example.net",'
            'Grace\nunsubscribed,eve@example.org,Eve\nCleaned,x@example.org,""\n'
        ),
        'email\nada@example.org\n"Grace <grace@example.net>"\n\n,\n',
    ],
    ids=["lines", "comments", "csv", "semicolons", "tabs", "statuses", "one column"],
)
def test_lists_of_every_kind_are_read(tmp_path: Path, text: str) -> None:
    listed = read(tmp_path, text)

    names = {address: str(reader) for address, reader in listed.readers.items()}
    assert names == {
        "ada@example.org": "ada@example.org",
        "grace@example.net": "Grace <grace@example.net>",
    }
    assert listed.wrong == []


def test_who_left_elsewhere_is_counted(tmp_path: Path) -> None:
    listed = read(tmp_path, "email,status\na@x.example,bounced\nb@x.example,active\n")

    assert (listed.left, list(listed.readers)) == (1, ["b@x.example"])


@pytest.mark.parametrize(
    "text, line",
    [
        ("ada@example.org\nnobody\n", 2),
        ("ada@example.org\n\n# x\na@b.example, c@d.example\n", 4),
        ('email,note\nada@example.org,"two\nlines"\nnobody,x\n', 4),
    ],
)
def test_what_is_no_address_is_named_by_its_line(
    tmp_path: Path, text: str, line: int
) -> None:
    listed = read(tmp_path, text)

    assert list(listed.readers) == ["ada@example.org"]
    assert [number for number, _ in listed.wrong] == [line]


@given(text=st.text(max_size=300))
def test_any_text_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    try:
        listed = read(tmp_path_factory.mktemp("list"), text.encode("utf-8", "replace"))
    except ValueError:
        return

    assert all("@" in address for address in listed.readers)


@pytest.mark.parametrize(
    "content, said",
    [
        (None, "No such file"),
        (b"", "holds no address"),
        (b"# nobody yet\n", "holds no address"),
        (b"name,age\nAda,36\n", "no column is called email"),
        ("email\nada@example.org\n".encode("utf-16"), "not UTF-8"),
        (b"email,name\n", "holds no address"),
    ],
)
def test_a_list_that_cannot_be_used_blocks_the_target(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    """A list that was lost must not look like one that everybody left."""
    if content is not None:
        (tmp_path / "readers.txt").write_bytes(content)

    with pytest.raises(TargetBlockedError, match=rf"readers\.txt.*{said}"):
        Desk(tmp_path, to=None, list="readers.txt").recipients()


def test_list_and_settings_go_together(tmp_path: Path) -> None:
    (tmp_path / "readers.txt").write_text("eve@example.org\nADA@example.org\n")

    found = Desk(tmp_path, list="readers.txt").recipients()

    assert sorted(it.address for it in found) == [
        *("ada@example.org", "eve@example.org", "grace@example.org")
    ]


def test_a_bad_line_is_warned_about_without_its_text(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "readers.txt").write_text("eve@example.org\nadaATexample.org\n")

    found = Desk(tmp_path, to=None, list="readers.txt").recipients()

    assert [it.address for it in found] == ["eve@example.org"]
    assert "readers.txt, line 2: has to be one address" in caplog.text
    assert "adaAT" not in caplog.text
