"""A picture becomes one that the target takes: as it is where it can be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_support import (
    SECRET,
    draw,
    exif_that_tells,
    image_of,
    noise,
    png,
    saved,
    swapped_profile,
)
from share_bridge.images.fit import fit
from share_bridge.images.kinds import ALL
from share_bridge.images.picture import BadPictureError
from share_bridge.model.capabilities import MediaLimits

PNG, JPEG, WEBP = "image/png", "image/jpeg", "image/webp"
SIZE = (120, 80)


def limits(*types: str, **values: Any) -> MediaLimits:
    return MediaLimits(max_count=1, types=frozenset(types or ALL), **values)


def _moving(form: str) -> bytes:
    other = image_of(draw("PNG", fill=(200, 10, 10)))
    return draw(form, save_all=True, append_images=[other])


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "AVIF"])
def test_a_picture_that_fits_goes_out_pixel_for_pixel(form: str) -> None:
    data = draw(form)

    fitted = fit(data, limits())

    assert image_of(fitted.data).tobytes() == image_of(data).tobytes()
    assert (fitted.kind, fitted.size) == (f"image/{form.lower()}", SIZE)
    assert fitted.change == ""


#: From what, to what is taken: what it becomes.
FORMS = [
    (draw("PNG"), (JPEG,), JPEG),
    (draw("PNG"), (JPEG, WEBP), JPEG),
    (draw("PNG"), (WEBP,), WEBP),
    (draw("PNG", mode="RGBA"), (JPEG, WEBP), WEBP),
    (draw("PNG", mode="RGBA"), (JPEG,), JPEG),
    (draw("JPEG"), (PNG,), PNG),
    (draw("WEBP"), (JPEG, PNG), JPEG),
    (draw("WEBP", mode="RGBA"), (JPEG, PNG), PNG),
    (draw("AVIF"), (JPEG, PNG, WEBP), JPEG),
    (draw("AVIF", mode="RGBA"), (JPEG, PNG), PNG),
    (draw("GIF", mode="P"), (JPEG, PNG), PNG),
    (_moving("GIF"), (JPEG, PNG), PNG),
    (_moving("WEBP"), (JPEG, PNG), JPEG),
    (draw("PNG", mode="1"), (JPEG,), JPEG),
    (draw("PNG", mode="L"), (JPEG,), JPEG),
    (draw("PNG", mode="I;16"), (JPEG,), JPEG),
    (draw("PNG", mode="P", transparency=0), (WEBP,), WEBP),
    (draw("JPEG", mode="CMYK"), (PNG,), PNG),
]


@pytest.mark.parametrize("data, taken, kind", FORMS)
def test_another_kind_becomes_the_best_that_is_taken(
    data: bytes, taken: tuple[str, ...], kind: str
) -> None:
    fitted = fit(data, limits(*taken))

    assert (fitted.kind, fitted.size) == (kind, SIZE)
    image = image_of(fitted.data)
    assert (image.get_format_mimetype(), image.size) == (kind, SIZE)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "values, size",
    [
        ({"max_edge": 60}, (60, 40)),
        ({"max_edge": 7}, (7, 4)),
        ({"max_pixels": 2_400}, (60, 40)),
        ({"max_pixels": 2_399}, (59, 39)),
        ({"max_edge": 90, "max_pixels": 2_400}, (60, 40)),
        ({"max_edge": 120, "max_pixels": 9_600}, SIZE),
    ],
)
def test_it_keeps_its_shape_and_as_much_size_as_it_may(
    values: dict[str, int], size: tuple[int, int]
) -> None:
    assert fit(draw(), limits(**values)).size == size


def test_what_is_drawn_is_no_larger_than_anyone_shows() -> None:
    assert fit(draw(size=(6_000, 300)), limits(JPEG)).size == (4_096, 204)


def test_a_drawing_stays_exact_where_that_fits() -> None:
    """A photo that was saved as PNG does not, and is a JPEG then."""
    fits, photo = draw(size=(500, 400)), noise("PNG")

    assert fit(fits, limits(max_edge=300)).kind == PNG
    assert fit(photo, limits(PNG, JPEG, max_bytes=200_000)).kind == JPEG


def test_quality_goes_before_size() -> None:
    data = noise("JPEG", (400, 300))

    large = fit(data, limits(max_bytes=len(data) * 9 // 10))
    small = fit(data, limits(max_bytes=len(data) // 10))

    assert large.size == (400, 300)
    assert small.size[0] < 400
    assert len(small.data) <= len(data) // 10


def test_what_is_seen_through_is_seen_on_white_where_nothing_is() -> None:
    clear = draw("PNG", mode="RGBA", fill=(0, 0, 0, 0))

    assert image_of(fit(clear, limits(JPEG)).data).getpixel((9, 9)) == (255, 255, 255)


def test_alpha_that_lets_nothing_through_is_none() -> None:
    solid = draw("PNG", mode="RGBA", fill=(9, 200, 9, 255))

    assert image_of(fit(solid, limits(max_edge=60)).data).mode == "RGB"


def test_grey_of_16_bits_keeps_its_tones() -> None:
    grey = draw("PNG", mode="I;16", fill=0x8000)

    assert image_of(fit(grey, limits(JPEG)).data).getpixel((9, 9)) == 128


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_stands_upright(form: str, turn: int) -> None:
    """The corner that EXIF says is the first is the first."""
    image = image_of(draw(size=(60, 40), fill=(255, 255, 255)))
    image.paste((0, 0, 0), (0, 0, 20, 20))
    at_first = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1)}
    at_first |= {5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}
    turned = saved(image, form, exif=exif_that_tells(turn=turn))

    fitted = fit(turned, limits())

    upright = image_of(fitted.data).convert("L")
    right, low = at_first[turn]
    x, y = right * (upright.width - 1), low * (upright.height - 1)
    assert fitted.size == upright.size == ((40, 60) if turn > 4 else (60, 40))
    assert (upright.getpixel((x, y)) or 0) < 60  # type: ignore[operator]
    assert not upright.getexif()
    assert SECRET not in fitted.data


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_colours_mean_the_same_without_their_profile(form: str, mode: str) -> None:
    """By this one, what is stored as red is blue."""
    red = (255, 0, 0) if mode == "RGB" else (255, 0, 0, 60)
    data = draw(form, mode=mode, fill=red, icc_profile=swapped_profile())

    image = image_of(fit(data, limits(PNG, max_edge=60)).data)

    assert "icc_profile" not in image.info
    pixel = image.getpixel((9, 9))
    assert isinstance(pixel, tuple)
    assert (pixel[0] < 30, pixel[2] > 220) == (True, True)
    assert pixel[3:] == red[3:]


@pytest.mark.parametrize("profile", [b"nonsense", b"\0" * 200])
def test_a_profile_that_makes_no_sense_is_none(profile: bytes) -> None:
    data = draw("JPEG", fill=(255, 255, 255), icc_profile=profile)

    image = image_of(fit(data, limits(max_edge=60)).data)

    assert image.getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_a_moving_picture_is_kept_or_stands_still(form: str) -> None:
    data = _moving(form)

    kept, still = fit(data, limits()), fit(data, limits(max_edge=60))

    assert kept.data == data or image_of(kept.data).n_frames == 2  # type: ignore[attr-defined]
    assert getattr(image_of(still.data), "n_frames", 1) == 1
    assert still.change.startswith("the first frame of 120 × 80")


def test_a_change_is_told() -> None:
    fitted = fit(noise("PNG", (400, 300)), limits(JPEG, max_edge=200))

    assert fitted.change == (
        f"400 × 300 PNG of 0.4 MB is sent as 200 × 150 JPEG of "
        f"{len(fitted.data) / 1e3:.1f} KB"
    )


def test_an_avif_that_tells_more_is_drawn_anew() -> None:
    fitted = fit(draw("AVIF", exif=exif_that_tells()), limits())

    assert SECRET not in fitted.data
    assert fitted.kind == JPEG


@pytest.mark.parametrize(
    "data, values, reason",
    [
        (noise(), {"max_bytes": 200}, "nothing that is left of it would fit"),
        (draw(), {"types": frozenset({"image/avif"})}, "nothing that is left"),
        (png(40, 40, rows=b"\1"), {"max_edge": 20}, "it cannot be decoded"),
        (png(6_000, 5_000), {"max_edge": 20}, "over 26,000,000 of PNG are not decoded"),
        (b"<svg/>", {}, "an SVG drawing"),
        (draw()[:60], {}, "it ends too early"),
    ],
)
def test_what_cannot_be_sent_says_why(
    data: bytes, values: dict[str, Any], reason: str
) -> None:
    with pytest.raises(BadPictureError, match=reason):
        fit(data, MediaLimits(**({"max_count": 1, "types": ALL} | values)))


MODES = ["RGB", "RGBA", "L", "LA", "P", "1", "CMYK"]


@given(
    size=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    mode=st.sampled_from(MODES),
    form=st.sampled_from(["PNG", "JPEG", "WEBP", "GIF"]),
    types=st.sets(st.sampled_from([PNG, JPEG, WEBP]), min_size=1),
    max_bytes=st.none() | st.integers(20_000, 60_000),
    max_edge=st.none() | st.integers(48, 400),
    max_pixels=st.none() | st.integers(2_500, 90_000),
)
def test_what_is_sent_is_within_every_limit(  # noqa: PLR0917 - hypothesis names them
    size: tuple[int, int],
    mode: str,
    form: str,
    types: set[str],
    max_bytes: int | None,
    max_edge: int | None,
    max_pixels: int | None,
) -> None:
    """By what an independent decoder sees; the same each time; then left alone."""
    source = image_of(noise("TIFF", size, mode="RGB")).convert(mode)
    data = _encoded(source, form)
    wanted = limits(
        *types, max_bytes=max_bytes, max_edge=max_edge, max_pixels=max_pixels
    )
    fitted = fit(data, wanted)
    image = image_of(fitted.data)
    assert image.size == fitted.size
    assert image.get_format_mimetype() == fitted.kind  # type: ignore[attr-defined]
    assert fitted.kind in types
    assert max_bytes is None or len(fitted.data) <= max_bytes
    assert max_edge is None or max(image.size) <= max_edge
    assert max_pixels is None or image.width * image.height <= max_pixels
    assert fit(data, wanted) == fitted
    assert fit(fitted.data, wanted).data == fitted.data


def _encoded(image: Any, form: str) -> bytes:
    """In the nearest mode that the form has."""
    wanted = _NEAREST.get((form, image.mode), image.mode)
    return saved(image.convert(wanted), form)


_NEAREST = {
    ("JPEG", "RGBA"): "RGB",
    ("JPEG", "LA"): "L",
    ("JPEG", "P"): "RGB",
    ("JPEG", "1"): "L",
    ("PNG", "CMYK"): "RGB",
    ("GIF", "CMYK"): "RGB",
    ("WEBP", "CMYK"): "RGB",
    ("WEBP", "1"): "L",
}


# Without Pillow

_WITHOUT = """
import sys
sys.modules["PIL"] = None
from pathlib import Path
from share_bridge.images.fit import fit
from share_bridge.images.picture import BadPictureError
from share_bridge.model.capabilities import MediaLimits
media = MediaLimits(1, types=frozenset({"image/jpeg", "image/png", "image/avif"}),
                    max_edge=int(sys.argv[2]))
try:
    fitted = fit(Path(sys.argv[1]).read_bytes(), media)
except BadPictureError as error:
    print(error)
else:
    Path(sys.argv[1]).write_bytes(fitted.data)
    print(fitted.kind, *fitted.size)
"""


def _without_pillow(data: bytes, folder: Path, *, max_edge: int = 500) -> str:
    (folder / "picture").write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT, folder / "picture", str(max_edge)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_without_pillow_a_picture_that_fits_goes_out_clean(tmp_path: Path) -> None:
    """It still says which way is up: nobody here can turn it."""
    data = draw("JPEG", exif=exif_that_tells(turn=6))

    assert _without_pillow(data, tmp_path) == "image/jpeg 80 120"

    sent = (tmp_path / "picture").read_bytes()
    assert SECRET not in sent
    assert dict(image_of(sent).getexif()) == {0x0112: 6}


@pytest.mark.parametrize(
    "data, reason",
    [
        (draw("JPEG", (600, 80)), "600 × 80 pixels, and the target takes 500 a side"),
        (draw("WEBP"), "WebP, which the target does not take"),
        (
            draw("AVIF", exif=exif_that_tells()),
            "AVIF that says more than it shows",
        ),
    ],
)
def test_without_pillow_it_is_said_what_would_help(
    data: bytes, reason: str, tmp_path: Path
) -> None:
    assert _without_pillow(data, tmp_path) == (
        f"{reason}; to send it in another size or format: "
        "pip install 'share-bridge[images]'"
    )


def test_a_picture_that_fits_needs_no_pillow(tmp_path: Path) -> None:
    """Nor loads it, where it is there."""
    (tmp_path / "a.jpg").write_bytes(draw("JPEG", exif=exif_that_tells()))
    code = (
        "import sys; from pathlib import Path;"
        "from share_bridge.images.fit import fit;"
        "from share_bridge.model.capabilities import MediaLimits;"
        "fit(Path(sys.argv[1]).read_bytes(), MediaLimits(1)); print(*sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "a.jpg"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "PIL" not in done.stdout.split()
