from hypothesis import given
from hypothesis import strategies as st

from pipeline.caps import add_uid, cap_candidate, merge_tallies, over_cap, settle_tally, text_caps
from pipeline.recipe.select import Select
from schemas.outcomes import Reject
from schemas.records import LedgerRow
from tests.samples import make_candidate


def test_a_recipe_without_caps_has_none_and_others_have_them_in_order() -> None:
    assert text_caps(Select()) == ()
    caps = text_caps(Select(max_urls_per_text=5, drop_text_above=10))
    assert [(cap.name, cap.limit, cap.num_kept, cap.reason) for cap in caps] == [
        ("drop_text_above", 10, 0, Reject.FREQUENT_TEXT),
        ("max_urls_per_text", 5, 5, Reject.TEXT_URLS),
    ]


def test_the_smallest_uids_stay_and_the_others_are_told_the_count() -> None:
    (cap,) = text_caps(Select(max_urls_per_text=2))
    assert [over_cap(uid, (3, "b"), cap) for uid in "abc"] == [
        None, None, "one of 3, the limit is 2"
    ]  # fmt: skip
    assert over_cap("c", None, cap) is None


def test_a_candidate_that_goes_has_its_ledger_row() -> None:
    (cap,) = text_caps(Select(drop_text_above=2))
    candidate = make_candidate(1)
    assert cap_candidate((candidate, None), cap) is candidate
    row = cap_candidate((candidate, (3, "")), cap)
    assert isinstance(row, LedgerRow)
    assert (row.uid, row.outcome) == (candidate.uid, "frequent_text")


@given(st.lists(st.text("0123456789abcdef", min_size=4, max_size=4), unique=True), st.data())
def test_tallies_of_parts_are_the_tally_of_all(uids: list[str], data: st.DataObject) -> None:
    num_kept = data.draw(st.integers(0, 5))
    tallies: list[tuple[int, list[str]]] = [(0, []) for _ in range(3)]
    for uid in data.draw(st.permutations(uids)):
        part = data.draw(st.integers(0, 2))
        tallies[part] = add_uid(tallies[part], uid, num_kept)
    merged = settle_tally(merge_tallies(tallies, num_kept))
    assert merged == (len(uids), (sorted(uids)[:num_kept] or [""])[-1])
