"""What a digest says of itself, in the language of its posts."""

from __future__ import annotations

__all__ = ["and_more", "new_posts"]

#: What its title says, and how it counts the posts that it has no room for. The words
#: beside a number are those that stand beside every number.
_WORDS = {
    "af": ("nuwe plasings", "en nog {n}"),
    "ar": ("منشورات جديدة", "والمزيد: {n}"),
    "be": ("новыя допісы", "і яшчэ {n}"),
    "bg": ("нови публикации", "и още {n}"),
    "bn": ("নতুন পোস্ট", "এবং আরও {n}টি"),
    "bs": ("nove objave", "i još {n}"),
    "ca": ("entrades noves", "i {n} més"),
    "cs": ("nové příspěvky", "a další: {n}"),
    "cy": ("postiadau newydd", "a {n} arall"),
    "da": ("nye indlæg", "og {n} mere"),
    "de": ("neue Beiträge", "und {n} mehr"),
    "el": ("νέες αναρτήσεις", "και ακόμη {n}"),
    "en": ("new posts", "and {n} more"),
    "eo": ("novaj afiŝoj", "kaj {n} pli"),
    "es": ("entradas nuevas", "y {n} más"),
    "et": ("uued postitused", "ja veel {n}"),
    "eu": ("bidalketa berriak", "eta beste {n}"),
    "fa": ("نوشته‌های تازه", "و {n} نوشتهٔ دیگر"),
    "fi": ("uusia kirjoituksia", "ja vielä {n}"),
    "fr": ("nouveaux articles", "et {n} de plus"),
    "ga": ("postálacha nua", "agus {n} eile"),
    "gl": ("entradas novas", "e {n} máis"),
    "he": ("פוסטים חדשים", "ועוד {n}"),
    "hi": ("नई पोस्ट", "और {n} अन्य"),
    "hr": ("nove objave", "i još {n}"),
    "hu": ("új bejegyzések", "és még {n}"),
    "id": ("tulisan baru", "dan {n} lagi"),
    "is": ("nýjar færslur", "og {n} í viðbót"),
    "it": ("nuovi articoli", "e altri {n}"),
    "ja": ("新着記事", "ほか{n}件"),
    "ko": ("새 글", "외 {n}개"),
    "lt": ("nauji įrašai", "ir dar {n}"),
    "lv": ("jauni ieraksti", "un vēl {n}"),
    "mk": ("нови објави", "и уште {n}"),
    "ms": ("catatan baharu", "dan {n} lagi"),
    "nb": ("nye innlegg", "og {n} til"),
    "nl": ("nieuwe berichten", "en nog {n}"),
    "nn": ("nye innlegg", "og {n} til"),
    "no": ("nye innlegg", "og {n} til"),
    "pl": ("nowe wpisy", "i jeszcze {n}"),
    "pt": ("novas publicações", "e mais {n}"),
    "ro": ("articole noi", "și încă {n}"),
    "ru": ("новые записи", "и ещё {n}"),
    "sk": ("nové príspevky", "a ďalšie: {n}"),
    "sl": ("nove objave", "in še {n}"),
    "sq": ("postime të reja", "dhe {n} të tjera"),
    "sr": ("нове објаве", "и још {n}"),
    "sr-latn": ("nove objave", "i još {n}"),
    "sv": ("nya inlägg", "och {n} till"),
    "sw": ("machapisho mapya", "na {n} zaidi"),
    "th": ("โพสต์ใหม่", "และอีก {n} รายการ"),
    "tr": ("yeni yazılar", "ve {n} tane daha"),
    "uk": ("нові дописи", "і ще {n}"),
    "ur": ("نئی تحریریں", "اور {n} مزید"),
    "vi": ("bài viết mới", "và {n} bài khác"),
    "zh": ("新文章", "另有 {n} 篇"),
    "zh-hant": ("新文章", "另有 {n} 篇"),
}


def new_posts(language: str, site: str) -> str:
    """The title of a digest, such as `Example blog: new posts`."""
    words, _ = _words(language)
    return f"{site}: {words}" if site else words[:1].upper() + words[1:]


def and_more(language: str, count: int) -> str:
    """`and 3 more`."""
    _, more = _words(language)
    return more.replace("{n}", str(count))


def _words(language: str) -> tuple[str, str]:
    """For a BCP 47 tag; English where it is unknown."""
    tag = language.lower().replace("_", "-")
    while tag:
        if tag in _WORDS:
            return _WORDS[tag]
        tag = tag.rpartition("-")[0]
    return _WORDS["en"]
