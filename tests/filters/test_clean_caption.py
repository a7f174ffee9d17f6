# ruff: noqa: RUF001
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from filters.clean_caption import MAX_CHARS, clean_candidate, clean_caption
from tests.samples import make_candidate

# What texts of the web are broken with, so that Hypothesis meets it more often than by chance.
PIECES = st.sampled_from(
    (
        "&amp;", "amp;", "&#39;", "&lt;", "<b>", "</b>", "<br", ">", "<a href='", "<!--", "-->",
        "Ã©", "â€™", "Ð¿Ñ€", "\u200b", "\u200d", "\u202e", "\ud83d", "\ude00", "\x00", "\x85",
        "\ufeff", " \t", "é", "e\u0301", "\u0958", "\U0001d160", "🏴\U000e0067", "<script>",
        "</script>", "cat", "\ufffe",
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("valentine&amp;#39;s day roses", "valentine's day roses"),
        ("&lt;b&gt;Red&lt;/b&gt; fox", "Red fox"),
        ("<b>Car</b> <font color='red'>model</font>", "Car model"),
        ("Orchid Jungle<br>Hawaiian Dresses<BR/>", "Orchid Jungle Hawaiian Dresses"),
        ("<!-- 0201 -->Hip Hop", "Hip Hop"),
        ("A cat <script>alert('a')</script>sleeps", "A cat sleeps"),
        ("A cat <a href='http://example.org/very-lo", "A cat"),
        ("I <3 CD4 < 350 <SALE> 5 > 4", "I <3 CD4 < 350 <SALE> 5 > 4"),
        ("cafÃ© crÃ¨me", "café crème"),
        ("donâ€™t", "don’t"),
        ("ÐšÑ€Ð°Ñ�Ð½Ñ‹Ð¹", "Кра�ный"),
        ("red\u200b bi\u00adcycle\ufeff", "red bicycle"),
        ("\u202egnp.tac\u202c", "gnp.tac"),
        ("a\x00b\x1fc\x9d", "a b c"),
        ("cafe\u0301", "café"),
        ("می‌خواهم", "می‌خواهم"),
        ("a\u200db", "ab"),
        ("👩‍👧 family", "👩‍👧 family"),
        ("🏴\U000e0067\U000e0062\U000e007f flag", "🏴\U000e0067\U000e0062\U000e007f flag"),
        ("hid\U000e0041\U000e0042den", "hidden"),
        ("\ue001 Menu", "Menu"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("  a \n\t b\u00a0c\u3000d ", "a b c d"),
        ("“Quotes” – ﬁne… ＡＢＣ", "“Quotes” – ﬁne… ＡＢＣ"),
        ("\u200b", ""),
    ],
)
def test_what_the_web_did_to_a_text_is_undone(raw: str, clean: str) -> None:
    assert clean_caption(raw) == clean


@given(st.text() | st.lists(PIECES | st.text(max_size=3)).map("".join))
@example("&" + "amp;" * 70 + "lt;")
@example("&ampampamp;lt;b>")
@example("<<b>b>cat")
@example("ÃƒÂ©")
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_caption(clean_caption(text)) == clean_caption(text)


@given(st.lists(PIECES | st.text(max_size=3)).map("".join))
def test_a_clean_text_can_be_stored_and_shown(text: str) -> None:
    clean = clean_caption(text)
    if clean != text:  # what never settles stays as it was
        clean.encode("utf-8")
        assert clean == " ".join(clean.split())
        assert "\u202e" not in clean
        assert "\0" not in clean


def test_what_never_settles_and_what_is_too_long_stay_as_they_were() -> None:
    nested = "&" + "amp;" * 100 + "lt;"
    assert clean_caption(nested) == nested
    long = "&amp;" * MAX_CHARS
    assert clean_caption(long) == long


def test_a_candidate_keeps_its_uid_and_what_was_written() -> None:
    written = make_candidate(1, text="Tom &amp; Jerry")
    cleaned = clean_candidate(written)
    assert (cleaned.uid, cleaned.text) == (written.uid, "Tom & Jerry")
    assert cleaned.raw_text == "Tom &amp; Jerry"
    assert clean_candidate(cleaned) is cleaned


def test_a_clean_candidate_is_the_same_one() -> None:
    candidate = make_candidate(1)
    assert clean_candidate(candidate) is candidate
    assert candidate.raw_text is None


def test_what_was_written_first_is_kept_when_cleaning_learns_more() -> None:
    earlier = make_candidate(1, text="a &amp; b", raw_text="a &amp;amp; b")
    assert clean_candidate(earlier).raw_text == "a &amp;amp; b"
