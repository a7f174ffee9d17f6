import bz2
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import mwparserfromhell
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.queries.tokens import normalise, words
from pipeline.queries.wikitext import plain_text


@pytest.mark.parametrize(
    ("wikitext", "plain"),
    [
        ("A '''bold''' and ''slanted'' word", "A bold and slanted word"),
        ("a [[link]], a [[page|label]], [[ns#part|b]]s", "a link, a label, bs"),
        ("[[Page#Section]] and [[:Category:Boats]]", "Page and Category:Boats"),
        ("[[File:A.jpg|thumb|A [[red]] boat]]boat", "boat"),
        ("[[category:Boats]]boat", "boat"),
        ("x {{cite|a={{b|c}}|d}} y", "x  y"),
        ("x {{a|}}y", "x y"),
        ("x\n{| class=a\n| cell\n{|\n| inner\n|}\n|}\ny", "x\n\ny"),
        ('x<ref name="a">note</ref><ref name=b /> y', "x  y"),
        ("x<math>a<b</math>y<br/>z<small>s</small>", "x y\nzs"),
        ("x<!-- hidden -->y<!-- to the end", "xy"),
        ("[https://e.org a label] and [//e.org] and https://e.org/x", "a label and  and  "),
        ("== Head ==\n* one\n#: two\n----\nthree", "Head\none\ntwo\n\nthree"),
        ("a&nbsp;b &amp; c__NOTOC__", "a\xa0b & c"),
        ("open {{brace and [[link", "open {{brace and [[link"),
        ("closed }} and ]]", "closed  and "),
        ("{{open [[a|b]]", "{{open b"),
    ],
)
def test_prose_stays_and_markup_goes(wikitext: str, plain: str) -> None:
    assert plain_text(wikitext) == plain


def test_a_wikis_own_names_of_namespaces_count() -> None:
    assert plain_text("[[Файл:A.jpg|мини]]лодка", {"файл"}) == "лодка"


@given(st.text(alphabet="[]{}|<>'=\n*!-a:/ "))
def test_no_markup_however_broken_breaks_it(wikitext: str) -> None:
    plain_text(wikitext)


def test_hardly_a_word_is_found_that_mwparserfromhell_does_not_find(shared_data: Path) -> None:
    dump = shared_data / "wikipedia/enwiki-table-markup.xml.bz2"
    root = ElementTree.fromstring(bz2.decompress(dump.read_bytes()))
    ours: Counter[str] = Counter()
    theirs: Counter[str] = Counter()
    for element in root.iter("{http://www.mediawiki.org/xml/export-0.10/}text"):
        text = element.text or ""
        ours.update(words(normalise(plain_text(text), "fold")))
        theirs.update(words(normalise(mwparserfromhell.parse(text).strip_code(), "fold")))
    assert (ours - theirs).total() < 0.01 * ours.total()
