"""The words of a teaser's link, in the language of the post."""

from __future__ import annotations

__all__ = ["read_more"]

_WORDS = {
    "ar": "اقرأ المزيد",
    "ca": "Llegeix-ne més",
    "cs": "Číst dál",
    "da": "Læs mere",
    "de": "Weiterlesen",
    "el": "Διαβάστε περισσότερα",
    "en": "Read more",
    "eo": "Legu pli",
    "es": "Seguir leyendo",
    "et": "Loe edasi",
    "eu": "Irakurri gehiago",
    "fa": "ادامهٔ مطلب",
    "fi": "Lue lisää",
    "fr": "Lire la suite",
    "gl": "Seguir lendo",
    "he": "להמשך קריאה",
    "hi": "और पढ़ें",
    "hu": "Tovább olvasom",
    "id": "Baca selengkapnya",
    "is": "Lesa meira",
    "it": "Continua a leggere",
    "ja": "続きを読む",
    "ko": "더 읽기",
    "nb": "Les mer",
    "nl": "Lees verder",
    "nn": "Les meir",
    "no": "Les mer",
    "pl": "Czytaj dalej",
    "pt": "Continuar a ler",
    "pt-br": "Continuar lendo",
    "ro": "Citește mai departe",
    "ru": "Читать дальше",
    "sk": "Čítať ďalej",
    "sv": "Läs mer",
    "tr": "Devamını oku",
    "uk": "Читати далі",
    "vi": "Đọc tiếp",
    "zh": "阅读全文",
    "zh-hant": "閱讀全文",
    "zh-hk": "閱讀全文",
    "zh-tw": "閱讀全文",
}


def read_more(language: str) -> str:
    """The words of a teaser's link, for a BCP 47 tag; English where it is unknown."""
    tag = language.lower().replace("_", "-")
    while tag:
        if tag in _WORDS:
            return _WORDS[tag]
        tag = tag.rpartition("-")[0]
    return _WORDS["en"]
