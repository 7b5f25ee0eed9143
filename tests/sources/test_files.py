"""Local files are posts: found, read where they changed, and never lost."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from share_bridge.errors import SourceError
from share_bridge.plugin.source import ReadingState
from sources_support import NOW, only, read_files, write

POST = "---\ntitle: {}\ndate: 2026-01-02\n---\nText of {}.\n"


def _post(folder: Path, name: str, title: str = "One") -> Path:
    return write(folder, name, POST.format(title, title))


@pytest.mark.parametrize(
    "text, title",
    [
        ('---\ntitle: "Hello: world"\n---\nBody', "Hello: world"),
        ('+++\ntitle = "Hello"\n+++\nBody', "Hello"),
        ('{"title": "Hello"}\nBody', "Hello"),
        ("Title: Hello\nDate: 2026-01-02\n\nBody", "Hello"),
        ("---\r\ntitle: Hello\r\n---\r\nBody", "Hello"),
        ("\ufeff---\ntitle: Hello\n---\nBody", "Hello"),
        ("# Hello *you*\n\nBody", "Hello you"),
        ("Body", ""),
    ],
)
def test_every_dialect_is_read(text: str, title: str, tmp_path: Path) -> None:
    write(tmp_path, "one.md", text)

    post = only(read_files(tmp_path))

    assert post.title == title
    assert "<p>Body</p>" in post.content


def test_utf16_is_read(tmp_path: Path) -> None:
    write(tmp_path, "one.md", POST.format("Größe", "x").encode("utf-16"))

    assert only(read_files(tmp_path)).title == "Größe"


def test_a_post_has_everything(tmp_path: Path) -> None:
    write(
        tmp_path,
        "posts/2026-01-02-one.fr.md",
        "---\ntitle: Un\nauthors: [Ann, {name: Bob}]\ntags: [a, b]\n"
        "categories: c\nsummary: Kurz & *gut*\nlastmod: 2026-02-03\n"
        "cover: {image: pic.png, alt: A pic}\ncontent_warning: Cats\n"
        "share: {skip: true}\n---\nX\n\n<!-- more -->\n\nY\n",
    )
    write(tmp_path, "posts/pic.png", b"png")

    post = only(read_files(tmp_path))

    assert post.identity == "guid:blog:posts/2026-01-02-one.fr.md"
    assert post.aliases == ("link:https://example.org/one",)
    assert post.url == post.base == "https://example.org/one/"
    assert (post.authors, post.tags) == (("Ann", "Bob"), ("a", "b", "c"))
    assert "Kurz &amp; <em>gut</em>" in post.summary
    assert str(post.published) == "2026-01-02 00:00:00+00:00"
    assert str(post.updated) == "2026-02-03 00:00:00+00:00"
    assert post.language == "fr"
    assert "<!--more-->" in post.content
    assert [(image.path, image.alt) for image in post.images] == [
        ("posts/pic.png", "A pic")
    ]
    assert post.content_warning == "Cats"
    assert post.override.skip


@pytest.mark.parametrize(
    "matter",
    [
        "title: T\ndate: 2026-06-01\nupdated: 2026-06-02\ntags: [a, b]\nauthor: Ann",
        (
            "title: T\npubDate: Jun 01 2026\nupdatedDate: Jun 02 2026\ntags: [a,b]\n"
            "author: Ann"
        ),
        (
            "title: T\npublishDate: 2026-06-01\nlastmod: 2026-06-02\ntags: [a,b]\n"
            "params: {author: Ann}"
        ),
        (
            "title: T\ndate: 2026-06-01\nupdated: 2026-06-02\ntaxonomies: {tags: [a,b]}"
            "\nextra: {author: Ann}"
        ),
        "Title: T\nDate: 2026-06-01\nModified: 2026-06-02\nTags: a, b\nAuthor: Ann",
        (
            "title: T\ndate: 2026-06-01\nlast_modified_at: 2026-06-02\ntags: [a, b]\n"
            "author: {name: Ann}"
        ),
    ],
    ids=["plain", "astro", "hugo", "zola", "pelican", "jekyll and 11ty"],
)
def test_every_generator_s_keys(matter: str, tmp_path: Path) -> None:
    write(tmp_path, "one.md", f"---\n{matter}\n---\nText")

    post = only(read_files(tmp_path))

    assert (post.title, post.authors, post.tags) == ("T", ("Ann",), ("a", "b"))
    assert f"{post.published:%m-%d} {post.updated:%m-%d}" == "06-01 06-02"


@pytest.mark.parametrize(
    "matter, reason",
    [
        ("draft: true", "a draft"),
        ("published: false", "not published (published: false)"),
        ("status: hidden", "not published (hidden)"),
        ("permalink: false", "it has no page of its own"),
        ("date: 2027-06-01", "dated in the future: 2027-06-01 00:00 UTC"),
        ("date: 2099-06-01", "dated in the future: 2099-06-01 00:00 UTC"),
        ("expiryDate: 2026-01-01", "expired on 2026-01-01"),
        ("draft: false", ""),
        ("published: true", ""),
    ],
)
def test_what_the_site_does_not_show_is_listed_with_a_reason(
    matter: str, reason: str, tmp_path: Path
) -> None:
    write(tmp_path, "one.md", f"---\ntitle: T\n{matter}\n---\nText")

    post = only(read_files(tmp_path))

    assert post.skip_reason.startswith(reason)
    assert bool(post.skip_reason) == bool(reason)


def test_a_draft_needs_no_address(tmp_path: Path) -> None:
    write(tmp_path, "_drafts/idea.md", "# An idea")

    post = only(read_files(tmp_path, permalink="https://e.org/{year}/{slug}/"))

    assert (post.skip_reason, post.url) == ("a draft", "")


def test_unchanged_files_are_not_parsed(tmp_path: Path) -> None:
    _post(tmp_path, "one.md")
    first = read_files(tmp_path)

    second = read_files(tmp_path, previous=first)

    assert first.state is ReadingState.READ
    assert second.state is ReadingState.UNCHANGED
    assert dict(second.validators) == dict(first.validators)


def test_only_changed_files_are_read(tmp_path: Path) -> None:
    _post(tmp_path, "one.md")
    _post(tmp_path, "two.md", "Two")
    first = read_files(tmp_path)
    _post(tmp_path, "two.md", "Changed")
    _post(tmp_path, "three.md", "Three")

    second = read_files(tmp_path, previous=first)

    assert {post.title for post in second.posts} == {"Changed", "Three"}
    assert (second.total, len(second.present)) == (3, 3)


def test_a_file_that_is_gone_is_merely_missing(tmp_path: Path) -> None:
    _post(tmp_path, "one.md")
    two = _post(tmp_path, "two.md", "Two")
    first = read_files(tmp_path)
    two.unlink()

    second = read_files(tmp_path, previous=first)

    assert second.state is ReadingState.READ
    assert second.present == {"guid:blog:one.md"}
    assert second.gone == frozenset()


def test_a_post_that_waited_is_read_when_its_date_has_come(tmp_path: Path) -> None:
    write(tmp_path, "one.md", "---\ntitle: T\ndate: 2026-11-24\n---\nText")
    first = read_files(tmp_path)
    second = read_files(tmp_path, previous=first)
    third = read_files(tmp_path, previous=second, now=NOW + timedelta(days=3))

    assert only(first).skip_reason
    assert second.state is ReadingState.UNCHANGED
    assert only(third).skip_reason == ""
    assert read_files(tmp_path, previous=third, now=NOW + timedelta(days=4)).posts == ()


def test_one_broken_file_loses_no_other(tmp_path: Path) -> None:
    _post(tmp_path, "good.md")
    bad = write(tmp_path, "bad.md", "---\ntitle: a: b\n---\n")

    first = read_files(tmp_path)
    again = read_files(tmp_path, previous=first)
    bad.write_text(POST.format("Fixed", "x"))
    fixed = read_files(tmp_path, previous=again)

    assert only(first).title == "One"
    assert first.warnings[0].startswith("blog: bad.md: line 2: mapping values")
    assert again.warnings == first.warnings
    assert only(fixed).title == "Fixed"


def test_a_post_whose_file_broke_is_still_there(tmp_path: Path) -> None:
    _post(tmp_path, "one.md")
    two = _post(tmp_path, "two.md")
    two.write_text(POST.format("Two", "x"))
    first = read_files(tmp_path)
    write(tmp_path, "two.md", "---\nbroken: [\n---\n")

    second = read_files(tmp_path, previous=first)
    _post(tmp_path, "two.md", "Again")
    third = read_files(tmp_path, previous=second)

    assert second.present == first.present
    assert only(third).title == "Again"


def test_where_nothing_can_be_read_the_source_fails(tmp_path: Path) -> None:
    write(tmp_path, "bad.md", "---\ntitle: a: b\n---\n")

    with pytest.raises(SourceError, match=r"^blog: bad\.md: line 2: "):
        read_files(tmp_path)


@pytest.mark.parametrize(
    "matter, message",
    [
        ("share: {text: [x]}", "share.text: must be a text"),
        ("share: {targts: x}", "do you mean `targets`"),
        ("date: tomorrow", 'date: "tomorrow" is no date; write 2026-01-31'),
    ],
)
def test_what_is_wrong_is_named_with_the_fix(
    matter: str, message: str, tmp_path: Path
) -> None:
    _post(tmp_path, "good.md")
    write(tmp_path, "bad.md", f"---\ntitle: T\n{matter}\n---\n")

    warning = read_files(tmp_path).warnings[0]

    assert warning.startswith("blog: bad.md: ")
    assert message in warning


def test_an_address_belongs_to_one_file(tmp_path: Path) -> None:
    write(tmp_path, "one.md", "---\nslug: same\n---\nA")
    first = read_files(tmp_path)
    write(tmp_path, "a.md", "---\nslug: same\n---\nB")

    second = read_files(tmp_path, previous=first)

    assert second.posts == ()
    assert "it has the same address as one.md" in second.warnings[0]


def test_an_id_outlives_the_file_s_name(tmp_path: Path) -> None:
    one = write(tmp_path, "one.md", "---\nid: 7\n---\nA")
    first = only(read_files(tmp_path))
    one.rename(tmp_path / "two.md")

    assert only(read_files(tmp_path)).identity == first.identity == "guid:blog:7"


def test_files_folders_and_globs(tmp_path: Path) -> None:
    for name in (
        "content/a.md",
        "content/deep/b.markdown",
        "content/c.html",
        "content/index.md",
        "content/_index.md",
        "content/bundle/index.md",
        "content/.hidden/d.md",
        "content/node_modules/e.md",
        "content/README.md",
        "content/f.txt",
    ):
        _post(tmp_path, name, Path(name).stem)

    def names(*files: str) -> list[str]:
        reading = read_files(tmp_path, *files)
        return sorted(
            name.removeprefix("guid:blog:content/") for name in reading.present
        )

    assert names("content") == ["a.md", "bundle/index.md", "c.html", "deep/b.markdown"]
    assert names("content/**/*.m*") == ["a.md", "bundle/index.md", "deep/b.markdown"]
    assert names("content/*.html", "content/a.md", "content/a.*") == ["a.md", "c.html"]
    assert names("content/index.md") == ["index.md"]


def test_a_bundle_is_named_by_its_folder(tmp_path: Path) -> None:
    _post(tmp_path, "content/my-trip/index.md")
    _post(tmp_path, "content/other/index.de.md", "Andere")

    urls = {post.url: post.language for post in read_files(tmp_path, "content").posts}

    assert urls == {
        "https://example.org/my-trip/": "",
        "https://example.org/other/": "de",
    }


@pytest.mark.parametrize("pattern", ["nowhere", "nowhere/one.md"])
def test_a_folder_that_is_not_there_fails(pattern: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=f"{pattern}: no such file or folder"):
        read_files(tmp_path, pattern)


def test_a_glob_that_finds_nothing_is_said(tmp_path: Path) -> None:
    reading = read_files(tmp_path, "*.md")

    assert reading.warnings == ("blog: *.md: no Markdown or HTML files there",)
    assert reading.total == 0


def test_a_file_has_a_largest_size(tmp_path: Path) -> None:
    _post(tmp_path, "one.md")
    write(tmp_path, "big.md", "x" * 2_000)

    assert "more than 1,000 bytes" in read_files(tmp_path, max_bytes=1_000).warnings[0]


@pytest.mark.parametrize(
    "source, expected",
    [
        ("pic.png", ("", "posts/pic.png")),
        ("../secret.png", ("https://example.org/secret.png", "")),
        ("../../outside.png", ("https://example.org/outside.png", "")),
        ("link.png", ("https://example.org/one/link.png", "")),
        ("/img/x.png", ("https://example.org/img/x.png", "")),
        ("https://x.example/y.png", ("https://x.example/y.png", "")),
        ("missing.png", ("https://example.org/one/missing.png", "")),
    ],
)
def test_pictures_lie_inside_the_folder(
    source: str, expected: tuple[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    write(folder, "posts/pic.png", b"png")
    write(tmp_path, "outside.png", b"png")
    write(tmp_path, "elsewhere.png", b"png")
    (folder / "posts/link.png").symlink_to(tmp_path / "elsewhere.png")
    write(folder, "posts/one.md", f"---\nimage: {source}\n---\nText")

    image = only(read_files(folder)).images[0]

    assert (image.url, image.path) == expected


@pytest.mark.parametrize(
    "focus, expected",
    [
        ('"0.2,-0.5"', "0.2,-0.5"),
        ("[0.25, -1]", "0.25,-1"),
        ('"0.2"', ""),
        ('"2,0"', ""),
        ('".nan,0"', ""),
        ("left", ""),
        ("[1, [2]]", ""),
    ],
)
def test_where_a_picture_s_subject_is_may_be_said(
    tmp_path: Path, focus: str, expected: str
) -> None:
    picture = f"{{url: https://example.org/a.png, alt: A pic, focus: {focus}}}"
    write(tmp_path, "posts/one.md", f"---\nimage: {picture}\n---\nText")

    (image,) = only(read_files(tmp_path)).images

    assert (image.alt, image.focus) == ("A pic", expected)


def test_a_whole_page_says_what_it_is(tmp_path: Path) -> None:
    write(
        tmp_path,
        "one.html",
        '<html lang="de"><head><title>T &amp; U</title>'
        '<link rel="canonical" href="https://example.org/eins/">'
        '<meta name="date" content="2026-06-01"><meta name="tags" content="a, b">'
        "</head><body class=x><p>Text</p></body></html>",
    )

    post = only(read_files(tmp_path))

    assert (post.title, post.language, post.tags) == ("T & U", "de", ("a", "b"))
    assert (post.url, post.content) == ("https://example.org/eins/", "<p>Text</p>")


def test_what_a_generator_would_replace_is_left_out(tmp_path: Path) -> None:
    write(
        tmp_path,
        "one.md",
        "A {% include x %}b {{< figure src=x >}}c {{ page.title }}d `{% if %}`\n\n"
        "{% highlight ruby %}\nputs 1\n{% endhighlight %}\n",
    )

    content = only(read_files(tmp_path)).content

    assert content == "<p>A b c d <code>{% if %}</code></p>\n"


def test_jekyll_s_words_are_tags(tmp_path: Path) -> None:
    write(tmp_path, "_posts/2026-01-02-one.md", "---\ntags: red green\n---\nText")

    post = only(read_files(tmp_path, permalink="https://e.org/{year}/{slug}/"))

    assert post.tags == ("red", "green")
    assert post.url == "https://e.org/2026/one/"


def test_another_pattern_reads_everything_anew(tmp_path: Path) -> None:
    _post(tmp_path, "one.md")
    first = read_files(tmp_path)

    second = read_files(tmp_path, previous=first, permalink="https://e.org/n/{slug}")

    assert only(second).url == "https://e.org/n/one"
    assert only(second).identity == only(first).identity


def test_a_pattern_that_makes_no_address_fails_at_once(tmp_path: Path) -> None:
    _post(tmp_path, "one.md")

    with pytest.raises(SourceError, match=r"permalink: there is no \{slog\}"):
        read_files(tmp_path, permalink="https://e.org/{slog}")


@pytest.mark.skipif(sys.platform == "win32", reason="no FIFO there")
def test_what_is_no_file_is_no_post(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    _post(tmp_path, "one.md")

    assert only(read_files(tmp_path)).title == "One"
