"""Flagged words: whole words and phrases of a list, by the language of the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from filters.language_codes import UNKNOWN, language_code
from schemas.errors import UserError
from schemas.outcomes import Reject, Rejection
from schemas.records import Candidate

BUNDLED = str(Path(__file__).with_name("flagged_words.txt"))
ANY = "*"

_WORD = re.compile(r"\w+")
# Scripts without spaces have no word boundaries: their entries count wherever they stand.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """The entries for one language, case-folded.

    Attributes:
        words: Entries of one word.
        phrases: Entries of several, by their first word.
        parts: Entries of scripts without spaces.
    """

    words: frozenset[str]
    phrases: dict[str, tuple[str, ...]]
    parts: tuple[str, ...]

    def find(self, text: str) -> str | None:
        """Returns the first entry that is in `text`, which is case-folded."""
        words: list[str] = _WORD.findall(text)
        if not self.words.isdisjoint(words):
            return next(word for word in words if word in self.words)
        if not self.phrases.keys().isdisjoint(words):
            spaced = f" {' '.join(words)} "
            starts = (self.phrases[word] for word in words if word in self.phrases)
            for phrase in (phrase for phrases in starts for phrase in phrases):
                if f" {phrase} " in spaced:
                    return phrase
        if self.parts and not text.isascii():
            return next((part for part in self.parts if part in text), None)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlaggedWords:
    """Rejects texts with a word of a list; travels as a path and reads it at first use.

    Attributes:
        path: Text file: `[language]` or `[*]`, then a word or phrase a line; `#` begins a comment.
    """

    path: str = BUNDLED

    def __call__(self, candidate: Candidate) -> Rejection | None:
        """Returns why `candidate` is rejected, with the entry, or None to keep it."""
        found = words_for(self.path, candidate.language or UNKNOWN).find(candidate.text.casefold())
        return Rejection(Reject.FLAGGED_WORD, found) if found else None


@cache
def words_for(path: str, language: str) -> WordList:
    """Returns what counts in texts of `language`: all entries if it is `und`."""
    sections = read_sections(path)
    wanted = sections if language == UNKNOWN else (ANY, language)
    entries = {entry for name in wanted for entry in sections.get(name, ())}
    parts = sorted(entry for entry in entries if _UNSPACED.search(entry))
    spaced = sorted(entry for entry in entries if not _UNSPACED.search(entry))
    phrases = [entry for entry in spaced if " " in entry]
    return WordList(
        words=frozenset(entry for entry in spaced if " " not in entry),
        phrases={
            first: tuple(phrase for phrase in phrases if phrase.split()[0] == first)
            for first in {phrase.split()[0] for phrase in phrases}
        },
        parts=tuple(parts),
    )


@cache
def read_sections(path: str) -> dict[str, frozenset[str]]:
    """Returns the entries of each section; those before the first are `[*]`.

    Raises:
        UserError: The file is not there, is no text, or holds no entry.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UserError(f"{path}: the list of flagged words cannot be read") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not a UTF-8 text file") from error
    sections: dict[str, set[str]] = {}
    for section, entry in _entries(lines):
        sections.setdefault(section, set()).add(entry)
    if not sections:
        raise UserError(f"{path}: no word is in it")
    return {name: frozenset(entries) for name, entries in sections.items()}


def _entries(lines: list[str]) -> Iterator[tuple[str, str]]:
    section = ANY
    for line in lines:
        entry = line.partition("#")[0].strip()
        if entry.startswith("[") and entry.endswith("]"):
            name = entry[1:-1].strip()
            section = name if name == ANY else language_code(name)
        elif words := _WORD.findall(entry.casefold()):
            yield section, " ".join(words)
