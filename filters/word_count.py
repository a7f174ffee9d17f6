"""Word count, also for scripts that write no spaces between words."""

import re
from dataclasses import dataclass

from schemas.outcomes import Reject
from schemas.records import Candidate

# Scripts without spaces: a Han, kana, Thai, Lao, Khmer or Burmese character counts as a word of
# its own, so that a caption in them is not one word. Coarse: a Thai word has about four of them.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordCount:
    """Rejects texts with too few or too many words.

    Attributes:
        min_words: Inclusive. DataComp's basic filter keeps more than 2 words (arXiv 2304.14108,
            appendix H), COYO-700M at least 3; our default of 2 keeps "red bicycle".
        max_words: Inclusive. COYO-700M keeps up to 256.
    """

    min_words: int = 2
    max_words: int = 256

    def __post_init__(self) -> None:
        if not 0 <= self.min_words <= self.max_words:
            raise ValueError(
                f"min_words must be 0 to max_words ({self.max_words}), got {self.min_words}"
            )

    def __call__(self, candidate: Candidate) -> Reject | None:
        """Returns why `candidate` is rejected, or None to keep it."""
        count = count_words(candidate.text)
        if count < self.min_words:
            return Reject.TOO_FEW_WORDS
        return Reject.TOO_MANY_WORDS if count > self.max_words else None


def count_words(text: str) -> int:
    """Returns the number of words: runs of letters and digits; unspaced characters one by one."""
    spaced, unspaced = _UNSPACED.subn(" ", text)
    return len(_WORD.findall(spaced)) + unspaced
