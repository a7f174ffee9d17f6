import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language_shares import group_of, is_drawn, keep_rates
from schemas.uid import make_uid

UIDS = [make_uid(f"http://e.org/{n}.jpg", "a boat") for n in range(20_000)]


def test_the_scarcest_language_for_its_share_sets_the_size() -> None:
    rates = keep_rates({"en": 800, "de": 100, "fr": 100}, {"en": 0.5, "de": 0.3, "fr": 0.2})
    assert rates["de"] == pytest.approx(1)
    kept = {"en": 800 * rates["en"], "fr": 100 * rates["fr"]}
    assert kept == pytest.approx({"en": 100 / 0.3 * 0.5, "fr": 100 / 0.3 * 0.2})


def test_a_language_without_pairs_leaves_its_share_to_the_others() -> None:
    rates = keep_rates({"en": 10, "de": 30}, {"en": 0.25, "de": 0.25, "fr": 0.5})
    assert rates == pytest.approx({"en": 1, "de": 1 / 3})
    assert keep_rates({}, {"en": 1.0}) == {}


def test_all_other_languages_are_one_group_if_the_recipe_names_it() -> None:
    assert group_of("fr", {"en": 0.5, "*": 0.5}) == "*"
    assert group_of("en", {"en": 0.5, "*": 0.5}) == "en"
    assert group_of("fr", {"en": 1.0}) is None


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 10**9), min_size=1),
    st.dictionaries(st.sampled_from("abcdef"), st.floats(0.01, 1), min_size=1),
)
def test_rates_are_probabilities_and_keep_the_proportions(
    counts: dict[str, int], shares: dict[str, float]
) -> None:
    rates = keep_rates(counts, shares)
    assert set(rates) == set(counts) & set(shares)
    assert all(0 < rate <= 1 + 1e-9 for rate in rates.values())
    assert not rates or max(rates.values()) == pytest.approx(1)
    sizes = [counts[name] * rate / shares[name] for name, rate in rates.items()]
    assert not sizes or max(sizes) == pytest.approx(min(sizes))


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 1.0])
def test_about_as_many_are_drawn_as_should_be(rate: float) -> None:
    drawn = sum(is_drawn(uid, rate) for uid in UIDS)
    deviation = (len(UIDS) * rate * (1 - rate)) ** 0.5
    assert abs(drawn - len(UIDS) * rate) <= 4 * deviation


def test_the_draw_does_not_follow_the_order_of_the_uids() -> None:
    low = [uid for uid in UIDS if uid < "8"]
    assert 0.47 < sum(is_drawn(uid, 0.5) for uid in low) / len(low) < 0.53
