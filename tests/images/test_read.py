"""What is no whole picture, or too much of one, is refused before it is decoded."""

from __future__ import annotations

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from image_support import draw, image_of, noise, png, png_chunk
from share_bridge.images.picture import BadPictureError
from share_bridge.images.read import MAX_PIXELS, read_picture

FORMS = ["PNG", "JPEG", "GIF", "WEBP", "AVIF"]
HUGE = 60_000
#: Hides behind a picture: what a browser or an unzip makes something else of.
PASSENGERS = {
    "zip": b"PK\x03\x04" + b"evil.exe" * 9,
    "page": b"<html><script>alert(1)</script>",
    "pdf": b"%PDF-1.7\n1 0 obj",
    "picture": draw("JPEG", fill=(9, 9, 200)),
}


def _frames(form: str, **options: object) -> bytes:
    """Two of them."""
    other = image_of(draw("PNG", fill=(200, 10, 10)))
    return draw(form, save_all=True, append_images=[other], **options)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [(120, 80), (1, 1), (1, 300), (301, 7)])
def test_a_picture_says_how_large_it_is(form: str, size: tuple[int, int]) -> None:
    picture = read_picture(draw(form, size))

    assert (picture.width, picture.height) == size
    assert picture.kind == f"image/{form.lower()}"
    assert not picture.animated


@pytest.mark.parametrize(
    "data, alpha",
    [
        (draw("PNG", mode="RGBA"), True),
        (draw("PNG", mode="LA"), True),
        (draw("PNG", mode="P", transparency=0), True),
        (draw("PNG"), False),
        (draw("GIF", mode="P", transparency=0), True),
        (draw("GIF", mode="P"), False),
        (draw("WEBP", mode="RGBA"), True),
        (draw("WEBP", mode="RGBA", lossless=True), True),
        (draw("WEBP"), False),
        (draw("WEBP", lossless=True), False),
        (draw("AVIF", mode="RGBA"), True),
        (draw("AVIF"), False),
        (draw("JPEG"), False),
    ],
)
def test_a_picture_says_whether_it_is_seen_through(data: bytes, *, alpha: bool) -> None:
    assert read_picture(data).alpha is alpha


@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP", "AVIF"])
def test_a_picture_says_whether_it_moves(form: str) -> None:
    assert read_picture(_frames(form)).animated


@pytest.mark.parametrize("form", FORMS)
@given(part=st.floats(0, 1, exclude_max=True))
@example(part=0.999999)
def test_a_picture_that_is_cut_off_is_refused(form: str, part: float) -> None:
    data = noise(form, (40, 30))

    with pytest.raises(BadPictureError):
        read_picture(data[: int(len(data) * part)])


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("passenger", list(PASSENGERS))
def test_nothing_travels_behind_a_picture(form: str, passenger: str) -> None:
    data = draw(form)

    picture = read_picture(data + PASSENGERS[passenger])

    assert PASSENGERS[passenger] not in picture.clean
    assert len(picture.clean) <= len(data)
    assert image_of(picture.clean).tobytes() == image_of(data).tobytes()


def test_what_travels_behind_an_avif_is_known() -> None:
    data = draw("AVIF") + struct.pack(">I4s", 20, b"uuid") + b"evil.exe\0\0\0\0"

    assert read_picture(data).private


def _jpeg_that_says(width: int, height: int) -> bytes:
    data = draw("JPEG")
    place = data.index(b"\xff\xc0") + 5
    return data[:place] + struct.pack(">HH", height, width) + data[place + 4 :]


def _gif_that_says(width: int, height: int) -> bytes:
    data = draw("GIF", mode="P")
    return data[:6] + struct.pack("<HH", width, height) + data[10:]


def _webp_that_says(width: int, height: int) -> bytes:
    """Its canvas is that large; what is drawn on it is small."""
    data = draw("WEBP", mode="RGBA")
    place = data.index(b"VP8X") + 12
    said = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return data[:place] + said + data[place + 6 :]


def _avif_that_says(width: int, height: int) -> bytes:
    data = draw("AVIF")
    place = data.index(b"ispe") + 8
    return data[:place] + struct.pack(">II", width, height) + data[place + 8 :]


@pytest.mark.parametrize(
    "data",
    [
        png(HUGE, HUGE, rows=b""),
        _jpeg_that_says(HUGE, HUGE),
        _gif_that_says(HUGE, HUGE),
        _webp_that_says(HUGE, HUGE),
        _avif_that_says(HUGE, HUGE),
    ],
    ids=FORMS,
)
def test_a_bomb_is_refused_by_what_it_says(data: bytes) -> None:
    with pytest.raises(BadPictureError, match=r"60,000 × 60,000 pixels: over"):
        read_picture(data)


def test_a_small_canvas_hides_no_large_frame() -> None:
    """A decoder makes room for the largest part."""
    frames = bytearray(_frames("WEBP"))
    place = frames.index(b"ANMF") + 8 + 6
    frames[place : place + 6] = (HUGE - 1).to_bytes(3, "little") * 2
    gif = bytearray(draw("GIF", mode="P"))
    place = gif.index(b",", 13 + 3 * 2 ** ((gif[10] & 7) + 1)) + 5
    gif[place : place + 4] = struct.pack("<HH", HUGE, HUGE)

    for data in (frames, gif):
        with pytest.raises(BadPictureError, match="pixels: over"):
            read_picture(bytes(data))


def test_a_phone_s_largest_picture_is_no_bomb() -> None:
    assert read_picture(png(8_160, 6_120, rows=b"")).width == 8_160
    assert MAX_PIXELS > 8_160 * 6_120


@pytest.mark.parametrize(
    "data",
    [
        png(0, 5),
        png(5, 0),
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IEND", b""),
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 40,
        png()[:30] + b"\x07" + png()[31:],
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0\0\x10",
        b"\xff\xd8\xff\xe0\0\0" + b"\0" * 40,
        b"GIF89a\1\0\1\0\0\0\0;",
        b"GIF89a\1\0\1\0\0\0\0?" + b"\0" * 9,
        b"RIFF\4\0\0\0WEBP",
        b"RIFF\x16\0\0\0WEBPVP8 \x0a\0\0\0" + b"\0" * 10,
        b"\0\0\0\x10ftypavif\0\0\0\0",
        b"\0\0\0\x10ftypavif\0\0\0\0\0\0\0\4meta",
    ],
)
def test_what_is_not_built_as_its_kind_is_refused(data: bytes) -> None:
    with pytest.raises(BadPictureError):
        read_picture(data)


@given(
    form=st.sampled_from(FORMS),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=12),
)
def test_damage_is_refused_or_borne(
    form: str, changes: list[tuple[float, int]]
) -> None:
    """Whatever stands in it, reading ends, and in no other way."""
    data = bytearray(noise(form, (24, 18)))
    for place, value in changes:
        data[int(place * (len(data) - 1))] = value
    try:
        picture = read_picture(bytes(data))
    except BadPictureError:
        return
    assert picture.width * picture.height <= MAX_PIXELS


@given(start=st.sampled_from([draw(form)[:16] for form in FORMS]), rest=st.binary())
def test_any_bytes_are_refused_or_borne(start: bytes, rest: bytes) -> None:
    with pytest.raises(BadPictureError):
        read_picture(start + rest)
