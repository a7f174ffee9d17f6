from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.safety.flagged_words import BUNDLED, FlaggedWords, read_sections
from schemas.errors import UserError
from schemas.outcomes import Reject, Rejection
from tests.samples import make_candidate

LIST = """# a comment
everywhere
[en]
bad  # and why
Very Bad-Thing
[deu]
böse
[ja]
悪い
"""


@pytest.fixture
def words(tmp_path: Path) -> FlaggedWords:
    path = tmp_path / "words.txt"
    path.write_text(LIST, encoding="utf-8")
    return FlaggedWords(path=str(path))


@pytest.mark.parametrize(
    ("text", "language", "entry"),
    [
        ("a BAD picture", "en", "bad"),
        ("a bad, sad picture", None, "bad"),
        ("a bad picture", "und", "bad"),
        ("a bad picture", "de", None),
        ("a badly lit badge", "en", None),
        ("a very bad thing", "en", "bad"),
        ("very, very worst thing", "en", None),
        ("Ein BÖSES Bild, böse", "de", "böse"),
        ("das ist es: everywhere", "de", "everywhere"),
        ("これは悪い写真", "ja", "悪い"),
        ("a red boat", "en", None),
        ("", "en", None),
    ],
)
def test_whole_words_of_the_texts_language_count(
    words: FlaggedWords, text: str, language: str | None, entry: str | None
) -> None:
    expected = Rejection(Reject.FLAGGED_WORD, entry) if entry else None
    assert words(make_candidate(1, text=text, language=language)) == expected


def test_a_phrase_counts_whatever_is_between_its_words(tmp_path: Path) -> None:
    path = tmp_path / "p.txt"
    path.write_text("one two\none three four")
    flagged = FlaggedWords(path=str(path))
    assert flagged(make_candidate(1, text="so ONE, three-four!")) == Rejection(
        Reject.FLAGGED_WORD, "one three four"
    )
    assert flagged(make_candidate(1, text="one four two")) is None


def test_the_bundled_list_knows_several_languages_and_leaves_plain_captions_alone() -> None:
    assert {"en", "de", "fr", "es", "it", "ja"} <= set(read_sections(BUNDLED))
    plain = ("A cock crows at dawn", "Chicken breast with queer herbs", "Middlesex and Scunthorpe")
    assert not any(FlaggedWords()(make_candidate(1, text=text)) for text in plain)
    assert FlaggedWords()(make_candidate(1, text="free PORN pictures", language="en"))


def test_real_captions_are_left_alone(shared_data: Path) -> None:
    texts = (shared_data / "captions/multi30k-val.en.txt").read_text(encoding="utf-8").splitlines()
    assert not [t for t in texts if FlaggedWords()(make_candidate(1, text=t, language="en"))]


@pytest.mark.parametrize("content", [b"", b"# nothing\n[en]\n", b"\xff\xfe\xff"])
def test_a_list_without_words_is_the_users_mistake(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "w.txt"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"w\.txt"):
        read_sections(str(path))
    with pytest.raises(UserError, match="cannot be read"):
        read_sections(str(tmp_path / "none.txt"))


@given(st.text(max_size=60))
def test_no_text_crashes_it(text: str) -> None:
    FlaggedWords()(make_candidate(1, text=text))
