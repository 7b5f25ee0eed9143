"""The fault matrix of publishers that write files: what disks and people do to them."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any, Self

from fault_stages import POSTS, Stage
from share_bridge.dispatch.report.report import Report
from share_bridge_email.publisher import EmailPublisher
from share_bridge_page.publisher import PagePublisher

__all__ = ["InFolder", "OnPage"]

#: A folder in which nobody can make a file, not even root.
_READ_ONLY = Path("/sys")
#: Bytes that a file may have on a disk that is full; a pipe of the program is less.
_ROOM = 64

_Fault = Callable[["OnDisk"], Report]


def _while(state: Callable[[Path], Any]) -> _Fault:
    """One run while the folder is in this state; then somebody mends it."""

    def run(stage: OnDisk) -> Report:
        with state(stage.out):
            return stage.once()

    return run


@contextmanager
def _full(_: Path) -> Iterator[None]:
    """No file can grow beyond this: as near to a full disk as a test gets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_ROOM, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def _instead(out: Path, put: Callable[[], Any]) -> Iterator[None]:
    """Something else is where the folder is."""
    aside = out.with_name("aside")
    if out.exists():
        out.rename(aside)
    put()
    yield
    if out.is_dir() and not out.is_symlink():
        shutil.rmtree(out)
    else:
        out.unlink()
    if aside.exists():
        aside.rename(out)


def _read_only(out: Path) -> Any:
    return _instead(out, lambda: out.symlink_to(_READ_ONLY))


def _file_in_the_way(out: Path) -> Any:
    return _instead(out, lambda: out.write_text("mine"))


def _folder_in_the_way(out: Path) -> Any:
    return _instead(out, lambda: (out / "index.html").mkdir(parents=True))


def _killed(moment: str) -> _Fault:
    """A process that is killed at this moment of writing a file, and the next run."""

    def run(stage: OnDisk) -> Report:
        stage.keep_on_disk()
        child = os.fork()
        if not child:
            try:
                _die_when(moment)
                stage.once()
            finally:
                os._exit(0)  # it outlived that moment
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), f"it wrote nothing that was {moment}"
        stage.clock.jump(hours=2)
        return stage.once()

    return run


def _die_when(moment: str) -> None:
    """New files are made beside the old one, and then take its place."""
    reached = "new"

    def see(event: str, about: tuple[Any, ...]) -> None:
        nonlocal reached
        if event == "open" and str(about[0]).endswith(".tmp"):
            reached = "begun"
        elif event == "os.rename" and str(about[0]).endswith(".tmp"):
            reached = "written"
        elif reached == "written":
            reached = "there"
        if reached == moment and event != "os.kill":
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(see)


_FAULTS: dict[str, tuple[Any, bool]] = {
    "the disk is full": (_while(_full), False),
    "nobody may write there": (_while(_read_only), False),
    "a file is where the folder should be": (_while(_file_in_the_way), False),
    "killed when it began to write": (_killed("begun"), False),
    "killed when all is written": (_killed("written"), False),
    "killed when the file is there": (_killed("there"), False),
}


class OnDisk(Stage):
    """A publisher that writes files below `out`."""

    written: frozenset[str] = frozenset()
    faults = _FAULTS
    trusting: frozenset[str] = frozenset()

    def set_up(self) -> None:
        self.trouble: _Fault | None = None

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def again(self) -> Self:
        """With files of its own."""
        other = super().again()
        other.folder = Path(tempfile.mkdtemp(dir=self.folder.parent))
        shutil.copytree(self.folder, other.folder, dirs_exist_ok=True)
        other.place = other.ledger_path
        return other

    def fail(self, step: Any, what: Any, *, accepted: bool) -> None:
        self.trouble = what

    def once(self) -> Report:
        trouble, self.trouble = self.trouble, None
        return self.run(transport=None) if trouble is None else trouble(self)


class OnPage(OnDisk):
    """A page: one file, all of it anew with every change."""

    steps: Mapping[str, Any] = dict.fromkeys(("post", "edit", "delete"))
    faults: Mapping[str, tuple[Any, bool]] = {
        **_FAULTS,
        "a folder is where the file should be": (_while(_folder_in_the_way), False),
    }

    def set_up(self) -> None:
        super().set_up()
        self.aim(PagePublisher, file="out/index.html")

    def titles(self) -> list[str]:
        return re.findall(r">(Post \d)</a></h2>", self.words())[::-1]

    def words(self) -> str:
        """The page, which is there whole, or not yet."""
        page = self.out / "index.html"
        text = page.read_text("utf-8") if page.exists() else ""
        assert not text or text.endswith("</html>\n"), f"half a page: {text}"
        return text


class InFolder(OnDisk):
    """Mails in a folder, a file each, for two readers."""

    steps: Mapping[str, Any] = {"post": None}
    copies = 2

    def set_up(self) -> None:
        super().set_up()
        self.aim(
            EmailPublisher,
            **{
                "from": "Blog <blog@example.org>",
                "to": ["ada@example.net", "bob@example.net"],
                "folder": "out",
            },
        )

    def titles(self) -> list[str]:
        return sorted(map(_subject, self.out.glob("*.eml")))

    def sequences(self) -> list[list[str]]:
        """Files have no order."""
        return []


def _subject(path: Path) -> str:
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert not mail.defects, f"half a mail: {path}"
    return next(title for title in POSTS if title in mail["Subject"])
