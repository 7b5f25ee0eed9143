"""Pictures are read with care: none of them stops a post, or reads what it must not."""

from __future__ import annotations

import asyncio
import os
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from dispatch_support import World, make_post
from http_support import Handler, Server, gzip_bomb, redirect, reply, routes, serve
from image_support import draw, png, png_chunk
from share_bridge.config.model import NetworkConfig
from share_bridge.dispatch.send.pictures import MAX_BYTES, read_pictures
from share_bridge.errors import OutcomeUnknownError
from share_bridge.model.capabilities import MediaLimits
from share_bridge.model.message import Message
from share_bridge.model.post import Image
from share_bridge.model.receipt import Receipt

PNG = png(120, 90)
JPEG = draw("JPEG")
HERE = NetworkConfig(allow_from_content=(ip_network("127.0.0.0/8"),))
MEDIA = MediaLimits(max_count=4)


class Told(list[str]):
    """What people are told."""

    def __contains__(self, text: object) -> bool:
        return any(str(text) in line for line in self)


def read(*images: Image, folder: Path = Path(), **changes: Any) -> tuple[Image, ...]:
    given: dict[str, Any] = {
        "media": MEDIA,
        "network": HERE,
        "seconds": 30.0,
        "tell": lambda _: None,
    }
    return asyncio.run(read_pictures(images, folder=folder, **(given | changes)))


def read_served(handler: Handler, **changes: Any) -> tuple[tuple[Image, ...], Server]:
    with serve(handler) as server:
        return read(Image(f"{server.url}/a.png", "A cat"), **changes), server


def test_a_picture_gets_its_bytes_and_keeps_its_words() -> None:
    (image,), _ = read_served(reply(200, PNG))

    assert (image.data, image.media_type, image.alt) == (PNG, "image/png", "A cat")


@pytest.mark.parametrize(
    "said, body, kinds",
    [
        ("text/html", PNG, ["image/png"]),
        ("image/png", JPEG, ["image/jpeg"]),
        ("image/png", b"<html><script>alert(1)</script>", []),
    ],
)
def test_the_content_type_is_not_believed(
    said: str, body: bytes, kinds: list[str]
) -> None:
    images, _ = read_served(reply(200, body, {"Content-Type": said}))

    assert [image.media_type for image in images] == kinds


def test_addresses_in_posts_do_not_reach_private_networks() -> None:
    """What is allowed for configured targets is not allowed for content."""
    private, told = NetworkConfig(allow=HERE.allow_from_content), Told()

    images, server = read_served(reply(200, PNG), network=private, tell=told.append)

    assert images == ()
    assert server.connections == 0
    assert "not at a public address" in told


def test_a_redirect_does_not_reach_them_either() -> None:
    with serve(reply(200, PNG)) as inner:
        away = redirect(inner.url.replace("127.0.0.1", "127.0.0.2") + "/secret.png")
        only = NetworkConfig(allow_from_content=(ip_network("127.0.0.1/32"),))
        images, _ = read_served(away, network=only)

    assert images == ()
    assert inner.connections == 0


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://127.0.0.1/a.png", "", "http://", "http://[::"]
)
def test_other_addresses_are_left_out(url: str) -> None:
    assert read(Image(url)) == ()


@pytest.mark.parametrize(
    "handler",
    [
        reply(404, PNG),
        reply(200, b""),
        reply(200, gzip_bomb(20_000_000), {"Content-Encoding": "gzip"}),
        reply(200, PNG, {"Content-Length": "99999999"}),
        lambda wire: wire.reset(),
        lambda wire: wire.send(b"nonsense\r\n\r\n"),
    ],
    ids=["gone", "empty", "bomb", "endless", "reset", "nonsense"],
)
def test_what_cannot_be_read_is_left_out_and_said(
    handler: Handler,
) -> None:
    told = Told()
    images, _ = read_served(handler, seconds=1.0, tell=told.append)

    assert images == ()
    assert "a picture is left out" in told


def test_a_slow_picture_is_not_waited_for() -> None:
    images, _ = read_served(lambda wire: wire.drip(PNG, every=0.1), seconds=0.3)

    assert images == ()


def test_one_bad_picture_takes_no_other_with_it() -> None:
    served = routes({"/a.png": reply(200, PNG), "/c.jpg": reply(200, JPEG)})
    with serve(served) as server:
        names = ("a.png", "b.png", "c.jpg")
        images = read(*(Image(f"{server.url}/{name}") for name in names))

    assert [image.media_type for image in images] == ["image/png", "image/jpeg"]


def test_a_target_without_pictures_reads_none() -> None:
    images, server = read_served(reply(200, PNG), media=MediaLimits())

    assert images == ()
    assert server.connections == 0


def test_no_more_are_read_than_the_target_takes() -> None:
    with serve(reply(200, PNG)) as server:
        images = read(
            *(Image(f"{server.url}/{number}") for number in range(5)),
            media=MediaLimits(max_count=2),
        )

    assert len(images) == 2
    assert len(server.requests) == 2


def test_what_cannot_be_made_to_fit_is_left_out() -> None:
    told = Told()

    images, _ = read_served(
        reply(200, PNG), media=MediaLimits(max_count=1, max_bytes=50), tell=told.append
    )

    assert images == ()
    assert "nothing that is left of it would fit" in told


def test_what_is_too_large_or_of_another_kind_is_changed_and_said() -> None:
    told = Told()
    media = MediaLimits(max_count=1, types=frozenset({"image/jpeg"}), max_edge=60)

    (image,), _ = read_served(reply(200, PNG), media=media, tell=told.append)

    assert (image.media_type, image.width, image.height) == ("image/jpeg", 60, 45)
    assert image.alt == "A cat"
    assert "120 × 90 PNG" in told
    assert "is sent as 60 × 45 JPEG" in told


def test_what_others_load_from_its_address_is_not_changed() -> None:
    """Else the receipt would speak of a picture that nobody sees."""
    jpeg_only = frozenset({"image/jpeg"})
    loaded = MediaLimits(max_count=1, types=jpeg_only, by_address=True)

    assert read_served(reply(200, PNG), media=loaded)[0] == ()
    assert [it.data for it in read_served(reply(200, JPEG), media=loaded)[0]] == [JPEG]


@pytest.mark.parametrize("found, kept", [(True, 0), (False, 1)])
def test_a_sign_in_the_text_is_not_the_post_s_picture(found: bool, kept: int) -> None:
    """Its size is known only now; what its author named is sent however small."""
    with serve(reply(200, png(32, 32))) as server:
        images = read(Image(f"{server.url}/star.png", found=found))

    assert len(images) == kept


def test_no_picture_is_larger_than_our_own_limit(tmp_path: Path) -> None:
    """Also where the target would take it."""
    (tmp_path / "large.png").write_bytes(PNG + bytes(MAX_BYTES))
    roomy = MediaLimits(max_count=1, max_bytes=10 * MAX_BYTES)

    assert read(Image("", path="large.png"), folder=tmp_path, media=roomy) == ()


def test_a_file_beside_the_post_is_read(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "a.png").write_bytes(PNG)

    (image,) = read(Image("", "A cat", "posts/a.png"), folder=tmp_path)

    assert (image.data, image.alt) == (PNG, "A cat")


def _outside(folder: Path) -> Path:
    """A picture that the site does not show."""
    outside = folder / "outside"
    outside.mkdir()
    (outside / "a.png").write_bytes(PNG)
    inside = folder / "site"
    inside.mkdir()
    return inside


@pytest.mark.parametrize("kind", ["dots", "absolute", "link", "linked folder"])
def test_no_file_outside_the_folder_is_read(kind: str, tmp_path: Path) -> None:
    inside = _outside(tmp_path)
    (inside / "link.png").symlink_to(tmp_path / "outside" / "a.png")
    (inside / "linked").symlink_to(tmp_path / "outside")
    path = {
        "dots": "../outside/a.png",
        "absolute": str(tmp_path / "outside" / "a.png"),
        "link": "link.png",
        "linked folder": "linked/a.png",
    }[kind]

    assert read(Image("", path=path), folder=inside) == ()


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    (tmp_path / "b.png").symlink_to("a.png")

    assert len(read(Image("", path="b.png"), folder=tmp_path)) == 1


@pytest.mark.parametrize("name", ["pipe", "folder", "loop", "missing", "a\0b"])
def test_what_is_no_file_is_left_out(name: str, tmp_path: Path) -> None:
    """A pipe would be waited for until somebody writes."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")

    assert read(Image("", path=name), folder=tmp_path, seconds=1.0) == ()


def test_what_is_told_shows_no_query() -> None:
    told = Told()
    with serve(reply(404)) as server:
        read(Image(f"{server.url}/a.png?signature=s3cret"), tell=told.append)

    assert "s3cret" not in told
    assert f"{server.url}/a.png" in told


# In a run


def _with_picture(world: World, url: str = "", path: str = "") -> list[Message]:
    """Every message that the service was sent."""
    seen: list[Message] = []
    world.install(media=MEDIA)
    world.posts = [make_post(1, images=(Image(url, "A cat", path),))]
    world.service.script = [
        lambda message, _: (seen.append(message), Receipt("1"))[1],
        lambda message, _: (seen.append(message), Receipt("1"))[1],
    ]
    return seen


def test_a_publisher_is_handed_the_bytes(world: World, tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(PNG)
    seen = _with_picture(world, path="cat.png")

    world.run()

    assert [image.data for image in seen[0].images] == [PNG]


def test_the_ledger_never_holds_the_bytes(world: World, tmp_path: Path) -> None:
    marked = png(64, 64, extra=png_chunk(b"sRGB", b"MARK-OF-THE-PICTURE"))
    (tmp_path / "cat.png").write_bytes(marked)
    _with_picture(world, path="cat.png")

    world.run()

    stored = b"".join(
        it.read_bytes() for it in tmp_path.glob("ledger.db*") if it.is_file()
    )
    assert b"cat.png" in stored
    assert b"MARK-OF-THE-PICTURE" not in stored


def test_a_post_goes_out_without_a_picture_that_is_gone(world: World) -> None:
    seen = _with_picture(world, path="gone.png")

    world.run()

    assert seen[0].images == ()
    assert world.states() == ["delivered"]


def test_a_picture_that_comes_back_is_sent_with_the_next_attempt(
    world: World, tmp_path: Path
) -> None:
    """The frozen message still names it."""
    seen = _with_picture(world, path="cat.png")
    world.service.script.insert(0, OutcomeUnknownError("no answer"))
    world.run(max_seconds=1)
    (tmp_path / "cat.png").write_bytes(PNG)
    world.clock.jump(minutes=10)
    world.run()

    assert [image.data for image in seen[0].images] == [PNG]


def test_the_report_says_which_picture_is_left_out(world: World) -> None:
    _with_picture(world, path="gone.png")

    report = world.run()

    assert [it for it in report.warnings if "picture" in it] == [
        "home: “Post 1”: a picture is left out: gone.png: No such file or directory"
    ]
