"""Words in any script, by the default rules of UAX #29 (word boundaries) where they matter here.

Han, Hiragana and the scripts of South-East Asia write no spaces, and Unicode finds no words in them
without a dictionary: each of their characters is a token, and a run of Katakana is one word. Words
of such languages then come from pairs of tokens that go together (`pipeline.queries.bigrams`).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import Literal

Case = Literal["fold", "keep"]

# Thai, Lao, Myanmar, Khmer; Hiragana; Han with its iteration marks, extensions and compatibility
# forms (Unicode blocks). Tibetan is not here: a mark parts its syllables.
_UNSPACED = (
    "\u0e01-\u0e46\u0e80-\u0ec6\u1000-\u1049\u1050-\u109f\u1780-\u17d3\u17d7\u17dc"
    "\u3041-\u3096\u309d-\u309f"
    "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_LAST_MARK = 0x1FFFF  # no combining mark lies above but for variation selectors


@cache
def _marks() -> str:
    """Returns a character class of all combining marks, which `re` does not count as letters."""
    is_mark = [unicodedata.category(chr(code))[0] == "M" for code in range(_LAST_MARK + 1)]
    runs = groupby(enumerate(is_mark), key=lambda pair: pair[1])
    spans = [[code for code, _ in run] for mark, run in runs if mark]
    return "".join(f"{chr(span[0])}-{chr(span[-1])}" for span in spans)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Returns the patterns of words, of tokens to match, of breaks between words, of one token."""
    marks = _marks()
    single = f"[{_UNSPACED}][{marks}]*"
    spaced = f"[^\\W_{_UNSPACED}{_KATAKANA}]"
    letter = f"{spaced}+(?:[{marks}]+{spaced}*)*"
    inside = f"(?:'(?=[^\\W\\d_])|(?<=\\d)[.,](?=\\d)){letter}"
    word = f"{letter}(?:{inside})*"
    words = re.compile(f"{single}|[{_KATAKANA}]+|{word}")
    tokens = re.compile(f"{single}|[{_KATAKANA}]|{word}")
    known = f"\\w{_UNSPACED}{_KATAKANA}{marks}"  # `re` may not know the newest of them
    breaks = re.compile(f"[^{known}\\s'.,-]+|(?<!\\d)[.,]+|[.,]+(?!\\d)|\\n+|_+")
    alone = re.compile(f"[{_UNSPACED}]")
    return words, tokens, breaks, alone


# Captions and most articles are ASCII; this gives the same tokens in a third of the time.
_ASCII = re.compile(r"[A-Za-z0-9]+(?:(?:'(?=[A-Za-z])|(?<=[0-9])[.,](?=[0-9]))[A-Za-z0-9]+)*")


def normalise(text: str, case: Case) -> str:
    """Returns `text` in NFC with plain apostrophes and, if asked, without case."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).replace("\u2019", "'")
    return text.casefold() if case == "fold" else text


def words(text: str) -> list[str]:
    """Returns the words of a normalised text, in their order."""
    return (_ASCII if text.isascii() else _patterns()[0]).findall(text)


def runs_of_words(text: str) -> Iterator[list[str]]:
    """Yields the words of a normalised text, a list for each part that nothing but space divides.

    A pair of words across a full stop, a bracket or a line's end is no bigram; a hyphen divides
    words but not parts.
    """
    for part in _patterns()[2].split(text):
        if found := words(part):
            yield found


def match_text(text: str) -> str:
    """Returns the tokens of a normalised text with a space around each.

    Then one text's tokens follow each other in another text exactly if it is a substring there.
    Katakana is matched by character, so that a query is found inside a compound too.
    """
    tokens = (_ASCII if text.isascii() else _patterns()[1]).findall(text)
    return f" {' '.join(tokens)} "


def join_pair(first: str, second: str) -> str:
    """Returns two neighbours as they stand in a text: unspaced scripts put no space between."""
    alone = _patterns()[3]
    is_unspaced = alone.match(first) and alone.match(second)
    return first + second if is_unspaced else f"{first} {second}"
