import gzip
import lzma
from pathlib import Path

import pytest

from pipeline.queries.wordnet import read_synsets, wordnet_files
from schemas.errors import UserError

# Lines as WordNet 3.1 has them.
NOUNS = """\
  1 This software and database is being provided to you, the LICENSEE, by
00001740 03 n 01 entity 0 003 ~ 00001930 n 0000 ~ 00002137 n 0000 | that which is perceived
00002137 03 n 02 abstraction 0 abstract_entity 0 010 @ 00001740 n 0000 | a general concept
11009823 18 n 02 Earhart 0 Amelia_Earhart 0 002 @i 09848110 n 0000 | first woman aviator
"""
ADJECTIVES = "00013887 00 a 01 abounding_in(p) 0 002 & 00013662 a 0000 | existing in abundance\n"

LMF = """<?xml version="1.0" encoding="UTF-8"?>
<LexicalResource><Lexicon id="x" language="en">
<LexicalEntry id="e1"><Lemma writtenForm="Boat" partOfSpeech="n"/>
<Sense id="s1" synset="y1"/></LexicalEntry>
<LexicalEntry id="e2"><Lemma writtenForm="small ship" partOfSpeech="n"/>
<Sense id="s2" synset="y1"/><Sense id="s3" synset="y2"/></LexicalEntry>
<Synset id="y1" ili="i1" members="e2 e1"/><Synset id="y2" ili="i2"/><Synset id="y3" ili="i3"/>
</Lexicon></LexicalResource>
"""


def test_a_synset_is_called_by_its_first_word_in_lower_case(tmp_path: Path) -> None:
    (tmp_path / "data.noun").write_text(NOUNS)
    (tmp_path / "data.adj").write_text(ADJECTIVES)
    assert read_synsets(tmp_path) == {"entity", "abstraction", "earhart", "abounding in"}
    assert [file.name for file in wordnet_files(tmp_path)] == ["data.noun", "data.adj"]


@pytest.mark.parametrize(
    ("name", "pack"), [("w.xml", bytes), ("w.xml.gz", gzip.compress), ("w.xml.xz", lzma.compress)]
)
def test_wn_lmf_gives_the_first_member_or_the_first_word_with_the_sense(
    tmp_path: Path, name: str, pack: type[bytes]
) -> None:
    path = tmp_path / name
    path.write_bytes(pack(LMF.encode()))
    assert read_synsets(path) == {"small ship"}
    path.write_bytes(pack(LMF.replace(' members="e2 e1"', "").encode()))
    assert read_synsets(path) == {"boat", "small ship"}
    assert wordnet_files(path) == [path]


def test_what_is_no_wordnet_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.xml"):
        with pytest.raises(UserError, match="no WordNet: name a folder"):
            read_synsets(path)
    for name in ("w.xml", "w.gz", "w.xz"):
        (tmp_path / name).write_text("<a>")
        with pytest.raises(UserError, match="not readable as WN-LMF"):
            read_synsets(tmp_path / name)
