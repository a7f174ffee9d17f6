"""Word count by Unicode's word boundaries, also for scripts that write no spaces between words."""

import re
from dataclasses import dataclass
from typing import Literal

from filters.characters import MARKS
from schemas.outcomes import Reject
from schemas.records import Candidate

WordRule = Literal["unicode", "spaces"]

# Unicode Standard Annex 29, rules WB5 to WB13b: letters with what may stand between them (don't),
# digits with theirs (3.14), joined by underscores; marks belong to what they follow.
_ASCII_WORD = re.compile(r"\w+(?:(?:(?<=[a-zA-Z])[.':](?=[a-zA-Z])|(?<=\d)[.,;'](?=\d))\w+)*")
_PART = rf"[\w{MARKS}\u200c\u200d]"
_BETWEEN_LETTERS = r"(?<=[^\W\d_])[.':\u00b7\u2019](?=[^\W\d_])"
_BETWEEN_DIGITS = r"(?<=\d)[.,;'\u2019](?=\d)"
_WORD = re.compile(
    rf"[_{MARKS}]*[^\W_]{_PART}*(?:(?:{_BETWEEN_LETTERS}|{_BETWEEN_DIGITS}){_PART}+)*"
)

# Han and hiragana: each character is a word to the annex, which has no dictionary.
_IDEOGRAPH = re.compile(
    "[\u3005-\u3007\u3041-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
# Thai, Lao, Burmese, Khmer: the annex leaves them to dictionaries. A Thai word has about four
# characters, marks not counted; coarse, but a caption is neither one word nor hundreds.
_SOUTHEAST = re.compile(
    "[\u0e01-\u0e30\u0e40-\u0e46\u0e81-\u0eb0\u0ec0-\u0ec6\u1000-\u102a\u1780-\u17b3]"
)
_SOUTHEAST_MARK = re.compile(
    "[\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebd\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3]"
)
_CHARS_A_WORD = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class WordCount:
    """Rejects texts with too few or too many words.

    Attributes:
        min_words: Inclusive. DataComp's basic filter keeps more than 2 words (arXiv 2304.14108,
            appendix H), COYO-700M at least 3; our default of 2 keeps "red bicycle".
        max_words: Inclusive. COYO-700M keeps up to 256.
        rule: `spaces` counts as DataComp and COYO-700M do: what stands between white space.
    """

    min_words: int = 2
    max_words: int = 256
    rule: WordRule = "unicode"

    def __post_init__(self) -> None:
        if not 0 <= self.min_words <= self.max_words:
            raise ValueError(
                f"min_words must be 0 to max_words ({self.max_words}), got {self.min_words}"
            )

    def __call__(self, candidate: Candidate) -> Reject | None:
        """Returns why `candidate` is rejected, or None to keep it."""
        text = candidate.text
        count = len(text.split()) if self.rule == "spaces" else count_words(text)
        if count < self.min_words:
            return Reject.TOO_FEW_WORDS
        return Reject.TOO_MANY_WORDS if count > self.max_words else None


def count_words(text: str) -> int:
    """Returns the number of words, without what has neither letter nor digit."""
    if text.isascii() and "_" not in text:
        return len(_ASCII_WORD.findall(text))
    spaced, ideographs = _IDEOGRAPH.subn(" ", text)
    spaced, letters = _SOUTHEAST.subn(" ", spaced)
    if letters:
        spaced = _SOUTHEAST_MARK.sub(" ", spaced)
    return len(_WORD.findall(spaced)) + ideographs + -(-letters // _CHARS_A_WORD)
