"""One delivery is one file, whose name names nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from email_support import Desk, read
from share_bridge.plugin import TargetBlockedError

SMTP: dict[str, Any] = {"folder": None, "server": "mail.example"}


def mails(folder: Path) -> list[Path]:
    return sorted((folder / "out" / "mail").iterdir())


def test_a_mail_is_a_file(tmp_path: Path) -> None:
    [receipt] = Desk(tmp_path).send("ada@example.org")

    [path] = mails(tmp_path)
    mail = read(path.read_bytes())
    assert receipt.url == path.as_uri()
    assert mail["Message-ID"] == receipt.remote_id == f"<{path.stem}@example.org>"
    assert mail["To"] == "Ada <ada@example.org>"


def test_nobody_sees_another(tmp_path: Path) -> None:
    Desk(tmp_path).send("ada@example.org", "grace@example.org")

    ada, grace = sorted(
        mails(tmp_path), key=lambda path: b"grace@" in path.read_bytes()
    )
    assert b"grace" not in ada.read_bytes()
    assert b"ada@" not in grace.read_bytes()
    assert not [path for path in (ada, grace) if "ada" in path.name]


def test_one_delivery_is_one_file(tmp_path: Path) -> None:
    """A run that was killed and repeated leaves what one run leaves."""
    first = Desk(tmp_path).send("ada@example.org")
    [path] = mails(tmp_path)
    content = path.read_bytes()

    assert Desk(tmp_path).send("ada@example.org") == first
    assert mails(tmp_path) == [path]
    assert path.read_bytes() == content


def test_check_names_the_sender(tmp_path: Path) -> None:
    assert Desk(tmp_path).check().id == "blog@example.org"
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")

    [error] = Desk(tmp_path).send("ada@example.org")

    assert isinstance(error, TargetBlockedError)
    assert str(error).startswith("out/mail/")


def test_only_a_folder_honours_keys(tmp_path: Path) -> None:
    """What is true of a file is not true of a server."""
    folder, server = Desk(tmp_path), Desk(tmp_path, **SMTP)

    here = folder.run(lambda: folder.publisher.discover(folder.context()))
    there = server.run(lambda: server.publisher.discover(server.context()))

    assert (here.local, here.honours_keys is None) == (True, False)
    assert (there.local, there.honours_keys is None) == (False, True)


@pytest.mark.parametrize("again", ["ada@example.org", "ADA@Example.org"])
def test_everyone_listed_is_a_recipient_once(tmp_path: Path, again: str) -> None:
    found = Desk(tmp_path, to=["Ada <ada@example.org>", again, "g@x.example"])

    addresses = [(it.address, it.personal) for it in found.recipients()]

    assert addresses == [("ada@example.org", True), ("g@x.example", True)]
