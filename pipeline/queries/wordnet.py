"""Names of WordNet's synsets, from the files of Princeton's WordNet or from WN-LMF.

A synset is called by its first word, in lower case, as NLTK names it; WordNet 3.0 then gives the
86,654 of MetaCLIP's Table 1 (arXiv 2309.16671), and 3.1 gives 86,648. File formats:
https://wordnet.princeton.edu/documentation/wndb5wn, https://globalwordnet.github.io/schemas/.
"""

import gzip
import lzma
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, cast
from xml.etree import ElementTree

from schemas.errors import UserError

_PARTS = ("data.noun", "data.verb", "data.adj", "data.adv")
_MARKER = re.compile(r"\((?:a|p|ip)\)\Z")  # where an adjective may stand


def read_synsets(path: Path) -> set[str]:
    """Returns the names of all synsets.

    Args:
        path: Folder with `data.noun` and its kin, as NLTK's `corpora/wordnet`, or a WN-LMF file
            (`.xml`, `.xml.gz`, `.xml.xz`).

    Raises:
        UserError: It is neither.
    """
    files = wordnet_files(path)
    names = _read_folder(files) if path.is_dir() else _read_lmf(path)
    return {name.replace("_", " ").lower() for name in names}


def wordnet_files(path: Path) -> list[Path]:
    """Returns the files that are read; raises UserError if there is none."""
    if path.is_file():
        return [path]
    files = [path / name for name in _PARTS if (path / name).is_file()]
    if not files:
        raise UserError(
            f"{path}: no WordNet: name a folder with data.noun or a WN-LMF file"
            " (.xml, .xml.gz, .xml.xz)"
        )
    return files


def _read_folder(files: Iterable[Path]) -> Iterator[str]:
    for file in files:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                if not line.startswith("  "):  # the licence
                    yield _MARKER.sub("", line.split(" ", 5)[4])


def _read_lmf(path: Path) -> Iterator[str]:
    try:
        with _open(path) as stream:
            yield from _first_members(stream)
    except (ElementTree.ParseError, OSError, EOFError, lzma.LZMAError) as error:
        raise UserError(f"{path}: not readable as WN-LMF") from error


def _open(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast(IO[bytes], gzip.open(path))
    return lzma.open(path) if path.suffix == ".xz" else path.open("rb")


def _first_members(stream: IO[bytes]) -> Iterator[str]:
    """Yields the first word of each synset; words come before synsets in the file."""
    words: dict[str, str] = {}  # by sense and by entry
    first: dict[str, str] = {}  # by synset
    for _, element in ElementTree.iterparse(stream):
        if element.tag == "LexicalEntry":
            lemma = element.find("Lemma")
            word = lemma.get("writtenForm", "") if lemma is not None else ""
            words[element.get("id", "")] = word
            for sense in element.iter("Sense"):
                words[sense.get("id", "")] = word
                first.setdefault(sense.get("synset", ""), word)
            element.clear()
        elif element.tag == "Synset":
            members = element.get("members", "").split()
            word = words.get(members[0], "") if members else ""
            if name := word or first.get(element.get("id", ""), ""):
                yield name
            element.clear()
