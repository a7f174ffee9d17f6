import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.queries import match
from pipeline.queries.match import QueryMatcher, shared_matcher
from pipeline.queries.options import Rule
from pipeline.queries.tokens import Case, normalise, words
from schemas.errors import UserError

QUERIES = ["photo", "red boat", "boat", "New York", "the", "don't", "C++", "東京", "タワー", "24/7"]


def found(text: str, rule: Rule = "words", case: Case = "fold") -> list[str]:
    return list(QueryMatcher(QUERIES, rule=rule, case=case)(text))


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("Photo of the Red-Boat", ["photo", "red boat", "boat", "the"]),
        ("photography boats", []),
        ("red, boat", ["red boat", "boat"]),
        ("boat boat boat", ["boat"]),
        ("NEW   YORK!", ["New York"]),
        ("I Don\u2019t", ["don't"]),
        ("open 24 / 7", ["24/7"]),
        ("夜の東京タワー", ["東京", "タワー"]),
        ("東 京", ["東京"]),
        ("", []),
        ("\ud800 boat", ["boat"]),  # half a character, as broken pages have it
    ],
)
def test_words_match_whole_in_any_script(text: str, queries: list[str]) -> None:
    assert found(text) == queries


def test_case_counts_where_the_recipe_says_so() -> None:
    assert found("Photo of new york", case="keep") == []
    assert found("photo of New York", case="keep") == ["photo", "New York"]


def test_queries_that_cannot_be_told_apart_are_the_first() -> None:
    matcher = QueryMatcher(["Photo", "photo", "...", "boat"], rule="words", case="fold")
    assert len(matcher) == 2
    assert matcher("a photo") == ("Photo",)


@pytest.mark.parametrize(
    ("text", "v1", "v2"),
    [
        ("a photo, boat", ["photo", "boat"], ["photo", "boat"]),
        ("red boat.", ["red boat", "boat"], ["red boat", "boat"]),
        ("red  boat (photo)", ["boat"], ["boat"]),  # brackets and double spaces are not undone
        ("red\tboat", ["red boat", "boat"], ["red boat", "boat"]),
        ("use C++ now", ["C++"], ["C++"]),
        ("use C++11", [], ["C++"]),
        ("夜の東京", [], ["東京"]),
        ("夜の 東京 ", ["東京"], ["東京"]),
        ("Photo", [], []),
    ],
)
def test_metaclips_own_rules_are_reproduced(text: str, v1: list[str], v2: list[str]) -> None:
    assert found(text, "metaclip", "keep") == v1
    assert found(text, "metaclip2", "keep") == v2


def metaclip_substrings(text: str, queries: list[str]) -> list[str]:
    """Matches as the loop over all entries in MetaCLIP's first release does."""
    spaced = f" {text} "
    for sign in ",.;:?!`":
        spaced = spaced.replace(sign, f" {sign} ")
    for sign in "\t\n\r":
        spaced = spaced.replace(sign, " ")
    return [query for query in queries if f" {query} " in spaced]


TEXTS = st.text(alphabet="ab ,.!`\tçA'-", max_size=20)


@given(TEXTS, st.lists(TEXTS.filter(str.strip), unique=True, max_size=8))
def test_metaclips_rule_finds_what_its_loop_finds(text: str, queries: list[str]) -> None:
    matcher = QueryMatcher(queries, rule="metaclip", case="keep")
    assert list(matcher(text)) == metaclip_substrings(text, queries)


@given(TEXTS, st.lists(TEXTS, unique=True, max_size=8))
def test_a_query_matches_exactly_where_its_words_follow_each_other(
    text: str, queries: list[str]
) -> None:
    expected: dict[tuple[str, ...], str] = {}
    here = words(normalise(text, "fold"))
    for query in queries:
        wanted = words(normalise(query, "fold"))
        starts = range(len(here) - len(wanted) + 1)
        if wanted and any(here[at : at + len(wanted)] == wanted for at in starts):
            expected.setdefault(tuple(wanted), query)
    matcher = QueryMatcher(queries, rule="words", case="fold")
    assert list(matcher(text)) == list(expected.values())


@given(st.text())
def test_no_text_breaks_any_rule(text: str) -> None:
    for rule in ("words", "metaclip", "metaclip2"):
        found(text, rule)


def test_a_process_builds_one_automaton_however_many_threads_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.txt"
    path.write_text("boat\nphoto\n")
    built: list[int] = []
    real = match.QueryMatcher

    def count(*arguments: object, **options: object) -> QueryMatcher:
        built.append(1)
        return real(*arguments, **options)

    monkeypatch.setattr(match, "QueryMatcher", count)
    match._matcher.cache_clear()
    threads = [
        threading.Thread(target=shared_matcher, args=(str(path), "words", "fold")) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 1
    assert shared_matcher(str(path), "words", "fold")("a boat") == ("boat",)


def test_a_list_that_cannot_be_read_is_the_users_mistake(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[1]")
    with pytest.raises(UserError):
        shared_matcher(str(tmp_path / "list.json"), "words", "fold")
