"""Compressed answers come out as they went in, in small pieces."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_support import gzip_bomb
from share_bridge.http.errors import BadEncodingError
from share_bridge.http.inflate import Inflater

PIECE = 65_536


def inflate(data: bytes, size: int = 1_000) -> bytes:
    inflater = Inflater()
    out = b"".join(
        piece
        for start in range(0, len(data), size)
        for piece in inflater.feed(data[start : start + size])
    )
    inflater.finish()
    return out


@given(st.binary(max_size=5_000), st.integers(1, 6_000), st.integers(1, 200))
def test_any_body_survives_any_chunking(body: bytes, size: int, times: int) -> None:
    """Also where one chunk is many pieces."""
    assert inflate(gzip.compress(body * times), size) == body * times


def test_zlib_is_told_from_gzip() -> None:
    """`deflate` means zlib."""
    assert inflate(zlib.compress(b"hello")) == b"hello"


@pytest.mark.parametrize("size", [1, 3, 1_000])
def test_members_follow_each_other(size: int) -> None:
    """`cat a.gz b.gz` is gzip too."""
    members = (gzip.compress(word) for word in (b"one ", b"two ", b"three"))

    assert inflate(b"".join(members), size) == b"one two three"


def test_padding_after_the_end_is_ignored() -> None:
    """As gzip itself does."""
    assert inflate(gzip.compress(b"hello") + b"\0" * 100) == b"hello"


def test_nothing_is_nothing() -> None:
    """An empty body has no header of gzip."""
    assert inflate(b"") == b""


def test_no_piece_is_large() -> None:
    """A chunk of 30 KB that holds 30 MB comes out in steps."""
    pieces = [len(piece) for piece in Inflater().feed(gzip_bomb(30_000_000))]

    assert sum(pieces) == 30_000_000
    assert max(pieces) <= PIECE


def test_what_is_not_gzip_is_refused() -> None:
    """A server that lies about its encoding."""
    with pytest.raises(BadEncodingError, match="not the gzip"):
        inflate(b"<?xml version='1.0'?><rss/>")


@pytest.mark.parametrize("kept", [1, 5, 10, 20, -1])
def test_what_is_cut_off_is_refused(kept: int) -> None:
    """Half a feed is not a feed."""
    with pytest.raises(BadEncodingError, match="cut off"):
        inflate(gzip.compress(b"hello world" * 10)[:kept])


def test_a_broken_checksum_is_refused() -> None:
    """Bits that flipped on the way."""
    data = bytearray(gzip.compress(b"hello world"))
    data[-8] ^= 1

    with pytest.raises(BadEncodingError):
        inflate(bytes(data))
