"""The page shows the newest entries once, and nothing else of the file changes."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from publisher_support import FakeContext, FakeDocuments, make_message
from share_bridge.plugin import (
    ConfigurationError,
    GoneError,
    Message,
    PermissionDeniedError,
    PublishError,
    Receipt,
    TargetBlockedError,
)
from share_bridge.testing import read_settings
from share_bridge_page.publisher import PagePublisher, PageSettings

PAGE = PagePublisher()
START, END = "<!-- SHARE-BRIDGE:START -->", "<!-- SHARE-BRIDGE:END -->"


def make_context(folder: Path, file: str = "index.html", **more: object) -> FakeContext:
    settings = read_settings(PageSettings, {"file": file, **more})
    return FakeContext(folder, settings, target="page")


def publish(context: FakeContext, *messages: Message) -> list[Receipt]:
    return [asyncio.run(PAGE.publish(message, context)) for message in messages]


def shown(context: FakeContext) -> str:
    path: Path = context.folder / context.settings.file
    return path.read_bytes().decode()


def titles(context: FakeContext, count: int = 20) -> list[int]:
    """Numbers of the posts on the page, from the top."""
    text = shown(context)
    places = {n: text.find(f">Post {n}<") for n in range(1, count + 1)}
    return sorted((n for n in places if places[n] >= 0), key=lambda n: places[n])


def test_a_page_of_its_own_is_made(tmp_path: Path) -> None:
    """Its folder, too; it says its language and what each entry is."""
    context = make_context(tmp_path, "out/deep/index.html", title="What we <learned>")

    [receipt] = publish(context, make_message(1))

    page = shown(context)
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert '<h1 class="p-name">What we &lt;learned&gt;</h1>' in page
    assert '<a class="u-url" href="https://learning.example/1/">Post 1</a>' in page
    assert '<time class="dt-published" datetime="2026-11-23T12:00:00+00:00">' in page
    assert page.count("Read more</a>") == 1
    assert f'id="post-{receipt.remote_id}"' in page
    assert receipt.url.endswith(f"/out/deep/index.html#post-{receipt.remote_id}")


def test_a_markdown_file_is_made(tmp_path: Path) -> None:
    context = make_context(tmp_path, "news.md", title="News & *more*")

    publish(context, make_message(1, teaser="Not *bold*, <b>not</b> either."))

    head, entry = shown(context).split("<!-- share-bridge:entry ")
    assert head == f"# News &amp; \\*more\\*\n\n{START}\n"
    assert entry.partition("-->\n")[2] == (
        "**[Post 1](https://learning.example/1/)** · 23 November 2026\n\n"
        "Not \\*bold\\*, &lt;b&gt;not&lt;/b&gt; either.\n\n"
        f"[Read more](https://learning.example/1/)\n{END}\n"
    )


def test_the_newest_come_first_and_old_ones_make_room(tmp_path: Path) -> None:
    context = make_context(tmp_path, count=3)

    publish(context, *(make_message(number) for number in (2, 5, 1, 4, 3)))

    assert titles(context) == [5, 4, 3]


def test_posts_without_a_date_count_oldest(tmp_path: Path) -> None:
    """Among themselves, what came last stands first."""
    context = make_context(tmp_path)

    publish(context, make_message(1, published=None), make_message(2))
    publish(context.later(), make_message(3, published=None))

    assert titles(context) == [2, 3, 1]


def test_the_same_post_twice_is_one_entry(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    first = publish(context, make_message(1), make_message(2))
    page = shown(context)

    again = publish(context.later(), make_message(1), make_message(2))

    assert again == first
    assert shown(context) == page


def test_a_run_killed_before_it_could_remember_is_made_good(tmp_path: Path) -> None:
    """The page was written, the ledger was not: sending again changes nothing."""
    context = make_context(tmp_path)
    publish(context, make_message(1))
    forgotten = replace(context, state=FakeDocuments())
    publish(context, make_message(2))

    publish(forgotten, make_message(2))

    assert titles(context) == [2, 1]
    assert forgotten.state.count() == 2


def test_a_lost_ledger_loses_no_entry(tmp_path: Path) -> None:
    """What stands on the page is read back, in its order, edits included."""
    context = make_context(tmp_path)
    publish(context, *(make_message(number) for number in (1, 2, 3)))
    lost = replace(context, state=FakeDocuments())

    [receipt] = publish(lost, make_message(4))
    asyncio.run(PAGE.update(receipt, make_message(4, teaser="Edited."), lost))

    assert titles(lost) == [4, 3, 2, 1]
    assert shown(lost).count("<article") == shown(lost).count("</article>") == 4
    assert "Edited." in shown(lost)


def test_an_edit_redraws_the_entry(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    [receipt, _] = publish(context, make_message(1), make_message(2))

    edited = make_message(1, teaser="Better words.")
    again = asyncio.run(PAGE.update(receipt, edited, context))

    assert again == receipt
    assert titles(context) == [2, 1]
    assert "Better words." in shown(context)
    assert shown(context).count("A teaser of one sentence.") == 1


def test_a_deleted_entry_stays_off(tmp_path: Path) -> None:
    """Not even the last one comes back with the next post."""
    context = make_context(tmp_path)
    [receipt] = publish(context, make_message(1))

    asyncio.run(PAGE.delete(receipt, context))
    assert titles(context) == []

    with pytest.raises(GoneError):
        asyncio.run(PAGE.delete(receipt, context))
    publish(context, make_message(2))
    assert titles(context) == [2]


def test_what_was_taken_off_is_gone(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    [receipt] = publish(context, make_message(1))
    asyncio.run(PAGE.delete(receipt, context))

    with pytest.raises(GoneError):
        asyncio.run(PAGE.update(receipt, make_message(1), context))
    with pytest.raises(GoneError):
        asyncio.run(PAGE.delete(Receipt("0123456789abcdef"), context))


@pytest.mark.parametrize("file", ["README.md", "index.html"])
def test_only_what_is_between_the_markers_changes(tmp_path: Path, file: str) -> None:
    """Line ends, other comments and the mode of the file stay."""
    before = f"# Hi\r\n\r\n<!-- BLOG-POST-LIST:START -->\r\n{START} {END}\r\n"
    after = "<!-- BLOG-POST-LIST:END -->\r\n\r\nlast line without end"
    path = tmp_path / file
    path.write_bytes((before + "- [old](x)\r\n" + after).encode())
    path.chmod(0o664)

    publish(make_context(tmp_path, file, marker="BLOG-POST-LIST"), make_message(1))

    content = path.read_bytes().decode()
    assert content.startswith("# Hi\r\n\r\n<!-- BLOG-POST-LIST:START -->\r\n<!-- share")
    assert content.endswith("\r\n" + after)
    assert "[old]" not in content
    assert content.count("\n") == content.count("\r\n")
    assert path.stat().st_mode & 0o777 == 0o664
    assert list(tmp_path.iterdir()) == [path]


def test_two_targets_share_a_file(tmp_path: Path) -> None:
    one, two = f"{START}\n{END}\n", "<!-- TWO:START -->\n<!-- TWO:END -->\n"
    (tmp_path / "a.md").write_text(one + two)
    first = make_context(tmp_path, "a.md")
    second = make_context(tmp_path, "a.md", marker="TWO")

    async def both() -> None:
        await asyncio.gather(
            *(PAGE.publish(make_message(n), first) for n in range(1, 9)),
            *(PAGE.publish(make_message(n), second) for n in range(1, 9)),
        )

    asyncio.run(both())
    publish(first, make_message(9))
    publish(second, make_message(9))

    assert shown(first).count("[Post 9]") == 2
    assert shown(first).count("[Post 1]") == 2


@pytest.mark.parametrize(
    "content", ["Somebody's page.", f"{START}", f"{END}{START}", f"{START}{END}{END}"]
)
def test_a_file_that_leaves_a_doubt_is_left_alone(tmp_path: Path, content: str) -> None:
    context = make_context(tmp_path)
    path = tmp_path / "index.html"
    path.write_text(content)

    with pytest.raises(TargetBlockedError, match=r"^index\.html: "):
        asyncio.run(PAGE.check(context))
    with pytest.raises(TargetBlockedError, match=r"^index\.html: "):
        publish(context, make_message(1))

    assert path.read_text() == content
    assert context.state.count() == 0


def test_a_page_left_alone_follows_its_settings(tmp_path: Path) -> None:
    context = make_context(tmp_path, title="Old")
    publish(context, make_message(1))

    publish(
        replace(context, settings=PageSettings(file="index.html", title="New")),
        make_message(2),
    )

    assert "<title>New</title>" in shown(context)
    assert titles(context) == [2, 1]


def test_a_page_that_somebody_edited_is_theirs(tmp_path: Path) -> None:
    context = make_context(tmp_path, title="Old")
    publish(context, make_message(1))
    path = tmp_path / "index.html"
    path.write_text(shown(context).replace("</main>", "<p>Mine.</p></main>"))

    publish(
        replace(context, settings=PageSettings(file="index.html", title="New")),
        make_message(2),
    )

    assert "<title>Old</title>" in shown(context)
    assert "<p>Mine.</p></main>" in shown(context)
    assert titles(context) == [2, 1]


def test_an_empty_file_becomes_a_page(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    (tmp_path / "index.html").touch()

    publish(context, make_message(1))

    assert shown(context).startswith("<!DOCTYPE html>")


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.html").write_text(f"{START}{END}")
    (tmp_path / "index.html").symlink_to("real.html")

    publish(make_context(tmp_path), make_message(1))

    assert (tmp_path / "index.html").is_symlink()
    assert "Post 1" in (tmp_path / "real.html").read_text()


def test_a_folder_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "index.html").mkdir()

    with pytest.raises(TargetBlockedError, match=r"^index\.html: Is a directory"):
        publish(make_context(tmp_path), make_message(1))


def test_a_file_in_the_way_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")

    with pytest.raises(PublishError, match=r"^out/index\.html: "):
        publish(make_context(tmp_path, "out/index.html"), make_message(1))


@pytest.mark.parametrize("sealed", ["file", "folder"])
def test_what_is_read_only_is_said(tmp_path: Path, sealed: str) -> None:
    context = make_context(tmp_path, "out/index.html")
    publish(context, make_message(1))
    page = shown(context)
    path = tmp_path / "out" / ("index.html" if sealed == "file" else "")
    path.chmod(0o555)
    if os.access(path, os.W_OK):
        pytest.skip("permissions bind everyone but root")

    with pytest.raises(PermissionDeniedError, match=r"^out/index\.html: .*writable"):
        publish(context, make_message(2))

    path.chmod(0o755)
    assert shown(context) == page
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["index.html"]
    assert context.state.count() == 1


def test_check_names_file_and_marker(tmp_path: Path) -> None:
    """Two targets that write to one file are two accounts."""
    account = asyncio.run(PAGE.check(make_context(tmp_path, "a.md", marker="TWO")))

    assert account.id == "a.md#TWO"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"file": "page.php"},
        {"file": "page"},
        {"file": "a.md", "count": 0},
        {"file": "a.md", "marker": "A--B"},
        {"file": "a.md", "marker": "A -->"},
        {"file": "a.md", "marker": ""},
        {"file": "a.md", "colour": "red"},
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError):
        read_settings(PageSettings, settings)
