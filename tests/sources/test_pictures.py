"""Which picture is the post's own: a table, and what may stand in any markup."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge.model.post import Image
from share_bridge.sources.pictures import first_image, images, is_image

PHOTO = "https://example.org/harbour.jpg"
BASE = "https://example.org/2026/post/"


def _img(attributes: str) -> str:
    return f"<p>Words</p><img {attributes}><img src='{PHOTO}' alt='The harbour'>"


#: What stands before the photo, and is not the picture of the post.
NOT_ITS_OWN = {
    "counter by size": 'src="/count.gif" width="1" height="1"',
    "counter without height": "src=/count.gif width=1",
    "counter by style": 'src="/count.gif" style="border:0;width:1px;height:1px"',
    "counter by name": 'src="/pixel.gif"',
    "counter by place": 'src="https://pixel.wp.com/b.gif?host=example.org"',
    "Medium's counter": 'src="https://medium.com/_/stat?event=post.clientViewed"',
    "Facebook's counter": 'src="https://www.facebook.com/tr?id=1&ev=PageView"',
    "spacer": 'src="https://example.org/img/spacer.gif"',
    "emoji by class": 'class="wp-smiley" src="/star.png"',
    "emoji by place": 'src="https://s.w.org/images/core/emoji/15/72x72/1f600.png"',
    "emoji by folder": 'src="/emoji/1f600.png"',
    "face by place": 'src="https://secure.gravatar.com/avatar/0?s=96"',
    "face by class": 'class="avatar photo" src="/me.jpg"',
    "face by folder": 'src="/avatars/96/me.jpg"',
    "icon by size": 'src="/feed.png" width="32" height="32"',
    "icon by style": 'src="/feed.png" style="height: 24px"',
    "icon by name": 'src="/static/icon-64.png"',
    "icon by beginning": 'src="icons/rss.png"',
    "favicon": 'src="/favicon.ico"',
    "badge": 'src="https://img.shields.io/pypi/v/x"',
    "drawing": 'src="/diagram.svg"',
    "placeholder": 'src="data:image/gif;base64,R0lGODlhAQABAAAAACw="',
    "nothing": 'alt="no address"',
}

#: What is a picture of the post, however it is written.
ITS_OWN = {
    "plain": ('src="/a.jpg"', "/a.jpg"),
    "single quotes": ("src='/a.jpg'", "/a.jpg"),
    "no quotes": ("src=/a.jpg", "/a.jpg"),
    "large": ('src="/a.jpg" width="800" height="600"', "/a.jpg"),
    "wide and low": ('src="/a.jpg" width="600" height="80"', "/a.jpg"),
    "in percent": ('src="/a.jpg" width="50%"', "/a.jpg"),
    "of unknown height": ('src="/a.jpg" width="800" height="auto"', "/a.jpg"),
    "large by style": ('src="/a.jpg" width="9" style="width:640px"', "/a.jpg"),
    "loaded late": ('src="data:image/gif;base64,R0" data-src="/a.jpg"', "/a.jpg"),
    "by a set alone": ('srcset="/s.jpg 480w, /l.jpg 1200w, /m.jpg 800w"', "/l.jpg"),
    "by a set of densities": ('srcset="/a.jpg 1x, /b.jpg 2x"', "/a.jpg"),
    "address before set": ('src="/a.jpg" srcset="/l.jpg 1200w"', "/a.jpg"),
    "a word in its name": ('src="/avatar-a-film-review.jpg"', None),
    "a phone's album": ('src="/album/pixel/a.jpg"', None),
    "an icon's story": ('src="/2026/icon-of-the-east/a.jpg"', None),
    "a number too long": (f'src="/a.jpg" width="{"9" * 3000}"', None),
}


@pytest.mark.parametrize("attributes", NOT_ITS_OWN.values(), ids=NOT_ITS_OWN)
def test_what_is_no_picture_of_the_post_is_passed_over(attributes: str) -> None:
    assert first_image(_img(attributes)) == (PHOTO, "The harbour")


@pytest.mark.parametrize("attributes, source", ITS_OWN.values(), ids=ITS_OWN)
def test_the_first_picture_of_the_text_is_found(
    attributes: str, source: str | None
) -> None:
    found = first_image(_img(attributes))

    assert found == (source or attributes.split('"')[1], "")


def test_named_ones_come_first_and_take_the_words_of_the_text() -> None:
    assert images(
        [("/cover.jpg", ""), (PHOTO, "")],
        found=[("/first.jpg", "The first"), ("/cover.jpg", "The cover")],
        base=BASE,
    ) == (
        Image("https://example.org/cover.jpg", "The cover"),
        Image(PHOTO),
        Image("https://example.org/first.jpg", "The first"),
    )


def test_it_is_known_which_ones_nobody_named() -> None:
    chosen = images([("/a.jpg", "")], found=[("/a.jpg", ""), ("/b.jpg", "")], base=BASE)

    assert [(Path(image.url).name, image.found) for image in chosen] == [
        ("a.jpg", False),
        ("b.jpg", True),
    ]


@pytest.mark.parametrize(
    "address",
    [
        "https://0.gravatar.com/avatar/1?s=96",
        "/favicon.ico",
        "/logo.svg",
        "data:image/png;base64,AA",
        "javascript:alert(1)",
        "",
    ],
)
def test_no_feed_names_such_a_picture(address: str) -> None:
    assert images([(address, "")], base=BASE) == ()


@pytest.mark.parametrize(
    "kind, medium, address, is_one",
    [
        ("image/jpeg", "", "/a", True),
        ("image/svg+xml", "", "/a", False),
        ("image/svg+xml; charset=utf-8", "image", "/a", False),
        ("image/x-icon", "", "/a", False),
        ("", "image", "/a", True),
        ("audio/mpeg", "", "/a.jpg", False),
        ("", "", "/a.webp?w=9", True),
        ("", "", "/a.mp3", False),
    ],
)
def test_an_enclosure_is_a_picture_or_not(
    kind: str, medium: str, address: str, *, is_one: bool
) -> None:
    assert is_image(kind, medium, address) is is_one


@given(
    st.lists(st.sampled_from([*_img("x=1").split(" "), "<img ", '"', "srcset=", ","]))
)
def test_any_markup_gives_a_picture_or_none(pieces: list[str]) -> None:
    found = first_image(" ".join(pieces))

    assert found is None or found[0]
