"""What a picture says of itself, read without decoding a single pixel."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["BadPictureError", "Picture", "at"]


class BadPictureError(Exception):
    """Why a picture is not sent, as a clause for people: `it ends too early`."""


class Picture(Struct, frozen=True, kw_only=True):
    """A picture whose parts were walked through, and found whole.

    Attributes:
        kind: Its media type, such as `image/png`.
        width, height: In pixels, as stored: see `turn`.
        clean: The same picture, pixel for pixel, of those parts alone that show it:
            without place, camera, comments, thumbnails, or anything behind its end.
        alpha: It may be seen through.
        animated: It has more than one frame.
        turn: How it is to be turned to stand upright, as EXIF counts (1: not at all);
            `clean` still says so.
        private: Not all that it says beside the picture could be removed.

    """

    kind: str
    width: int
    height: int
    clean: bytes
    alpha: bool = False
    animated: bool = False
    turn: int = 1
    private: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as people see it, upright."""
        lies = self.turn > 4  # noqa: PLR2004 - EXIF: from 5 on, by a quarter
        return (self.height, self.width) if lies else (self.width, self.height)


def at(data: bytes, start: int, length: int) -> bytes:
    """That many bytes from there.

    Raises:
        BadPictureError: It ends before.

    """
    found = data[start : start + length]
    if len(found) < length:
        raise BadPictureError("it ends too early")
    return found
