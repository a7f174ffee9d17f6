import random

import apache_beam as beam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.caps import text_caps
from pipeline.recipe.select import Select
from pipeline.stages.cap_texts import CapTexts, SmallestUids
from pipeline.stages.stage import Parted
from schemas.records import Candidate, LedgerRow
from tests.pipeline.stages.runner import parted, run
from tests.samples import make_candidate

TEXT = "a photo of a boat"


def capped(candidates: list[Candidate], **keys: int) -> tuple[list[Candidate], list[LedgerRow]]:
    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        settled = Parted(root | beam.Create(candidates), ())
        for cap in text_caps(Select(**keys)):
            kept, more = settled.kept | cap.name >> CapTexts(cap)
            settled = Parted(kept, (*settled.dropped, *more))
        return parted(settled)

    items = run(construct)
    return sorted(items["kept"], key=lambda c: c.uid), items["dropped"]


@pytest.mark.parametrize(("count", "num_kept"), [(10, 10), (11, 0)])
def test_a_text_that_is_too_frequent_is_dropped_from_all(count: int, num_kept: int) -> None:
    frequent = [make_candidate(n, text=TEXT) for n in range(count)]
    kept, dropped = capped([*frequent, make_candidate(99)], drop_text_above=10)
    assert len(kept) == num_kept + 1
    assert {(row.outcome, row.detail) for row in dropped} == (
        set() if num_kept else {("frequent_text", "one of 11, the limit is 10")}
    )


def test_a_text_keeps_the_images_with_the_smallest_uids_whatever_the_order() -> None:
    candidates = [make_candidate(n, text=TEXT) for n in range(50)]
    wanted = sorted(c.uid for c in candidates)[:7]
    for seed in range(2):
        random.Random(seed).shuffle(candidates)
        kept, dropped = capped(candidates, max_urls_per_text=7)
        assert [c.uid for c in kept] == wanted
        assert {row.outcome for row in dropped} == {"text_urls"}
        assert len(dropped) == 43


def test_an_image_keeps_so_many_texts() -> None:
    candidates = [make_candidate(1, text=f"text {n}") for n in range(5)] + [make_candidate(2)]
    kept, dropped = capped(candidates, max_texts_per_url=3)
    assert len(kept) == 4
    assert [row.outcome for row in dropped] == ["url_texts"] * 2


def test_a_text_is_counted_on_each_host_by_itself() -> None:
    def on(host: str, numbers: range) -> list[Candidate]:
        return [make_candidate(n, text=TEXT, page_url=f"http://{host}/{n}") for n in numbers]

    candidates = on("shop.example", range(4)) + on("blog.example", range(10, 12))
    kept, dropped = capped(candidates, drop_host_text_above=3)
    assert {c.page_url[:11] for c in kept if c.page_url} == {"http://blog"}
    assert [row.outcome for row in dropped] == ["frequent_on_host"] * 4


def test_caps_follow_one_another() -> None:
    frequent = [make_candidate(n, text=TEXT) for n in range(3)]
    one_image = [make_candidate(7, text=f"text {n}") for n in range(3)]
    kept, dropped = capped([*frequent, *one_image], drop_text_above=2, max_texts_per_url=1)
    assert [c.url for c in kept] == [one_image[0].url]
    assert sorted(row.outcome for row in dropped) == ["frequent_text"] * 3 + ["url_texts"] * 2


@given(st.lists(st.text("0123456789abcdef", min_size=4, max_size=4), unique=True), st.data())
def test_tallies_do_not_depend_on_how_they_are_combined(
    uids: list[str], data: st.DataObject
) -> None:
    num_kept = data.draw(st.integers(0, 5))
    combine = SmallestUids(num_kept)
    tallies = [combine.create_accumulator() for _ in range(3)]
    for uid in data.draw(st.permutations(uids)):
        part = data.draw(st.integers(0, 2))
        tallies[part] = combine.add_input(tallies[part], uid)
    count, last = combine.extract_output(combine.merge_accumulators(tallies))
    assert count == len(uids)
    assert last == (sorted(uids)[:num_kept] or [""])[-1]
