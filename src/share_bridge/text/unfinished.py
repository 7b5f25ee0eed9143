"""Words that no text should end on: what they lead to would be missing."""

from __future__ import annotations

from share_bridge.text.abbreviations import is_abbreviation
from share_bridge.text.pattern import pattern

__all__ = ["is_abbreviated", "leads_on"]

#: Articles, prepositions, conjunctions and possessives, by language.
_LEADING = {
    language: frozenset(words.split())
    for language, words in {
        "cs": "a i v ve s se k ke o od do na po pro při pod nad za bez ale že nebo",
        "da": "og eller men at af fra for i med om på til ved som en et den det de",
        "de": "der die das den dem des ein eine einen einem einer eines und oder aber"
        " als am an auf aus bei bis durch für gegen im in ins mit nach ohne seit um"
        " unter von vom vor wie zu zum zur über dass wenn weil sein seine ihr ihre"
        " mein meine unser unsere",
        "el": "και ή αλλά ο η το οι τα τον την του της των στο στη στην στον στα με σε"
        " για από που",
        "en": "a an the and or but nor as at by for from in into of onto per than that"
        " to until upon via with within without my your his her its our their if when"
        " since while because which who whose",
        "es": "el los las la lo un una unos unas del al y e o u pero a ante con de"
        " desde en entre hacia hasta para por sin sobre tras que su sus mi mis",
        "fi": "ja tai mutta että kun jos",
        "fr": "le la les un une des du de au aux et ou mais à dans en par pour sans"
        " sous sur vers avec chez que qui dont ce cette ces son sa ses leur leurs mon"
        " ma mes notre nos",
        "hu": "és vagy de hogy az a egy",
        "it": "il lo la gli i le un uno una del dello della dei degli delle al allo"
        " alla ai agli alle da dal dalla di e ed o ma con per tra fra su sul che in",
        "nl": "de het een en of maar aan bij door in met naar om op over te tot uit van"
        " voor dat",
        "no": "og eller men at av fra for i med om på til ved som en et den det de",
        "pl": "i oraz lub ale w we z ze na do od po o u za przez przy pod nad dla bez"
        " nie że się",
        "pt": "o a os as um uma uns umas de do da dos das no na nos nas em ao aos com"
        " por para sem sob e ou mas que",
        "ru": "и или но а в во на с со к ко о об от до из у за по под над для без не"
        " что как",
        "sv": "och eller men att av från för i med om på till under utan vid som en ett"
        " den det de",
        "uk": "і й та або але а в у на з із зі до від по про за під над для без не що",
    }.items()
}
_SAME = {"nb": "no", "nn": "no"}
_ABBREVIATED = pattern(r"(?:[^\W\d_]\.)*[^\W\d_]|\d{1,2}")
_WORD = pattern(r"[^\s(\[{“„«\"'‘’/]{1,24}$")


def is_abbreviated(text: str, stop: int, language: str) -> bool:
    """Whether the full stop at index `stop` shortens a word and ends no sentence."""
    before = _WORD.search(text, max(0, stop - 24), stop)
    if not before or before[0].endswith("."):
        return True
    word = before[0]
    return bool(_ABBREVIATED.fullmatch(word)) or is_abbreviation(word, language)


def leads_on(text: str, end: int, language: str) -> bool:
    """Whether the word before `end` only leads to the next: an article, "Dr."."""
    if text.endswith(".", 0, end):
        return is_abbreviated(text, end - 1, language)
    leading = _LEADING.get(_SAME.get(language, language or "en"))
    before = _WORD.search(text, max(0, end - 24), end) if leading else None
    return before is not None and before[0].lower() in (leading or ())
