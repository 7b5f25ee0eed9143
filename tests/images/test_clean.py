"""A picture tells nobody where and when it was taken, and looks as it did."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from PIL import ImageCms, PngImagePlugin

from image_support import SECRET, draw, exif_that_tells, image_of, png, png_chunk
from share_bridge.images.exif import turn_alone, turn_of
from share_bridge.images.read import read_picture

TURN = 0x0112
XMP = b"<x:xmpmeta><exif:GPSLatitude>" + SECRET + b"</exif:GPSLatitude></x:xmpmeta>"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def _with_words() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return info


@pytest.mark.parametrize(
    "form, options",
    [
        ("JPEG", {"exif": exif_that_tells(), "comment": SECRET, "xmp": XMP}),
        ("JPEG", {"exif": exif_that_tells(turn=6), "progressive": True}),
        ("PNG", {"exif": exif_that_tells(), "pnginfo": _with_words()}),
        ("PNG", {"exif": exif_that_tells(turn=8)}),
        ("WEBP", {"exif": exif_that_tells(), "xmp": XMP}),
        ("WEBP", {"exif": exif_that_tells(turn=3)}),
        ("GIF", {"comment": SECRET}),
    ],
)
def test_what_a_picture_does_not_show_is_removed(
    form: str, options: dict[str, Any]
) -> None:
    data = draw(form, **options)
    assert SECRET in data

    clean = read_picture(data).clean

    assert SECRET not in clean
    assert image_of(clean).tobytes() == image_of(data).tobytes()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_its_colours_keep_their_meaning(form: str) -> None:
    data = draw(form, icc_profile=PROFILE, exif=exif_that_tells())

    assert image_of(read_picture(data).clean).info["icc_profile"] == PROFILE


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("turn", range(2, 9))
def test_it_still_says_which_way_is_up(form: str, turn: int) -> None:
    picture = read_picture(draw(form, exif=exif_that_tells(turn=turn)))

    exif = image_of(picture.clean).getexif()
    assert (picture.turn, dict(exif)) == (turn, {TURN: turn})
    assert picture.size == ((80, 120) if turn > 4 else (120, 80))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_is_clean_is_left_as_it_is(form: str) -> None:
    data = draw(form)

    clean = read_picture(data).clean

    assert clean == read_picture(clean).clean
    assert image_of(clean).tobytes() == image_of(data).tobytes()


@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP"])
def test_a_moving_picture_moves_as_before(form: str) -> None:
    other = image_of(draw("PNG", fill=(200, 10, 10)))
    data = draw(form, save_all=True, append_images=[other], duration=70, loop=3)

    moving: Any = image_of(read_picture(data).clean)

    assert (moving.n_frames, moving.info["loop"]) == (2, 3)
    assert moving.info["duration"] == 70


def test_a_comment_cannot_pretend_to_be_a_scan() -> None:
    """Only what a decoder reads as one is copied as one."""
    data = draw("JPEG", comment=b"\xff\xda" + SECRET + b"\xff\xd9")

    assert SECRET not in read_picture(data).clean


def test_a_thumbnail_is_no_part_of_the_picture() -> None:
    """It may show what was cut away from the picture itself."""
    header = b"JFIF\0\1\1\0\0\1\0\1\2\2" + SECRET[:12]
    jpeg = draw("JPEG")
    length = struct.unpack(">H", jpeg[4:6])[0]
    app0 = b"\xff\xe0" + struct.pack(">H", len(header) + 2) + header
    data = jpeg[:2] + app0 + jpeg[4 + length :]

    clean = read_picture(data).clean

    assert SECRET[:12] not in clean
    assert image_of(clean).tobytes() == image_of(jpeg).tobytes()


def test_chunks_that_nobody_knows_are_removed() -> None:
    assert SECRET not in read_picture(png(extra=png_chunk(b"teSt", SECRET))).clean


def test_a_jpeg_may_be_padded_between_its_segments() -> None:
    data = draw("JPEG")

    padded = read_picture(data[:2] + b"\xff\xff" + data[2:])

    assert image_of(padded.clean).tobytes() == image_of(data).tobytes()


@pytest.mark.parametrize(
    "options, private",
    [({}, False), ({"exif": exif_that_tells()}, True), ({"xmp": XMP}, True)],
)
def test_of_an_avif_it_is_known_whether_it_tells_more(
    options: dict[str, Any], *, private: bool
) -> None:
    assert read_picture(draw("AVIF", **options)).private is private


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_turn_is_read_as_it_is_written(turn: int) -> None:
    assert turn_of(turn_alone(turn)) == turn


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff",
        b"II*\0\x08\0\0\0\xff\xff",
        b"XX*\0\x08\0\0\0",
        turn_alone(9),
        turn_alone(0),
    ],
)
def test_exif_that_makes_no_sense_turns_nothing(exif: bytes) -> None:
    assert turn_of(exif) == 1
