"""Scripts that put no space between words: where a line of them may end.

Kinsoku tells what may neither begin nor end one; of the other places those are good
where a reader hears a word end.
"""

from __future__ import annotations

from share_bridge.text.pattern import pattern

__all__ = ["SOLID", "rank_between"]

#: Thai, Lao, Myanmar, Khmer, kana, Han and their full-width signs.
SOLID = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3001-\u3007\u3008-\u3011"
    "\u3014-\u301f\u3021-\u3029\u3040-\u30ff\u3100-\u312f\u31a0-\u31ff\u3400-\u9fff"
    "\uf900-\ufaff\uff01-\uff60\uff66-\uff9f\U00020000-\U0003ffff"
)

_WORD, _GRAPHEME = 4, 6
# What may not begin a line, and what may not end one.
_NOT_FIRST = frozenset(
    "、。，．・：；？！」』）】》〉〕］｝〟’”»ー～…‥々〻ぁぃぅぇぉっゃゅょゎゕゖ"
    "ァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿゝゞヽヾ!?),.:;]}%％"
    "ｰﾞﾟ｡､｣ฯๆะาำๅຯໆະາຳ។៕ៗ၊။"
)
_NOT_LAST = frozenset("「『（【《〈〔［｛〝‘“«([{¥￥$＄£￡#＃@＠เแโใไເແໂໃໄ\u17d2\u1039")
_PAUSES = frozenset("、，；：。！？」』）】》〉”’")
_OPENERS = frozenset("「『（【《〈“‘")
_HIRAGANA = pattern("[\u3040-\u309f]")
_KATAKANA = pattern("[\u30a0-\u30ff\uff66-\uff9f]")
_WIDE = pattern("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a0-9A-Za-z.-]")


def rank_between(text: str, at: int) -> int | None:
    """How good, as a `boundaries.Rank`, an end before index `at` is; None: none."""
    before, after = text[at - 1], text[at]
    if before in _NOT_LAST or after in _NOT_FIRST:
        return None
    if before in _PAUSES or after in _OPENERS:
        return _WORD
    if _KATAKANA.match(before) and _KATAKANA.match(after):
        return None
    if _WIDE.match(before) and _WIDE.match(after):
        return None
    # Hiragana ends a Japanese phrase where what follows is none.
    ends_phrase = _HIRAGANA.match(before) and not _HIRAGANA.match(after)
    return _WORD if ends_phrase else _GRAPHEME
