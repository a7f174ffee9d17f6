import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.web.path_pattern import PathPattern, spell_pattern, spell_url

SITE = "http://www.example.com"


@pytest.mark.parametrize(
    ("url", "like"),
    [
        # google/robotstxt's TestGetPathParamsQuery, of absolute URLs
        (SITE, "/"),
        (f"{SITE}/", "/"),
        (f"{SITE}/a", "/a"),
        (f"{SITE}/a/", "/a/"),
        (f"{SITE}/a/b?c=http://d.e/", "/a/b?c=http://d.e/"),
        (f"{SITE}/a/b?c=d&e=f#fragment", "/a/b?c=d&e=f"),
        (f"{SITE}?a", "/?a"),
        (f"{SITE}#/a", "/"),
        (f"{SITE}/a;b#c", "/a;b"),
        (f"{SITE}//b/c", "//b/c"),
    ],
)
def test_path_and_query_of_a_url(url: str, like: str) -> None:
    assert spell_url(url) == spell_pattern(like)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # google/robotstxt's TestMaybeEscapePattern
        ("á", "%C3%A1"),
        ("%aa", "%AA"),
        ("/%7Ea", "/~a"),
        ("/a b", "/a%20b"),
        ("/a%", "/a%25"),
        ("/a%zz", "/a%25zz"),
        ("/?a/b", "/?a%2Fb"),
        ("/a$b", "/a%24b"),
        ("/%E9", "/\udce9"),
    ],
)
def test_two_spellings_of_the_same_octets(one: str, other: str) -> None:
    assert spell_pattern(one) == spell_pattern(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("/a/b", "/a%2Fb"), ("/*", "/%2A"), ("/a$", "/a%24"), ("/=41", "/%41"), ("/%E9", "/%E8")],
)
def test_spellings_of_other_octets(one: str, other: str) -> None:
    assert spell_pattern(one) != spell_pattern(other)


def test_one_pattern_matches_from_the_start_and_counts_its_octets() -> None:
    pattern = PathPattern("/images/*.jpg$")
    assert pattern.matches(spell_url(f"{SITE}/images/a/b.jpg"))
    assert not pattern.matches(spell_url(f"{SITE}/images/a.jpg?b"))
    assert not pattern.matches(spell_url(f"{SITE}/x/images/a.jpg"))
    assert pattern.num_octets == len("/images/*.jpg$")
    assert PathPattern("/é").num_octets == len("/%C3%A9")


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="*$?#")))
def test_a_path_is_matched_by_itself_however_it_is_written(path: str) -> None:
    encoded = "".join(f"%{octet:02x}" if octet != 0x2F else "/" for octet in path.encode())
    pattern = PathPattern(f"/{path}")
    assert pattern.matches(spell_url(f"{SITE}/{path}")) == (path != "robots.txt")
    assert pattern.matches(spell_url(f"{SITE}/{encoded}")) == (path != "robots.txt")
