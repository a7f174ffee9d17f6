import apache_beam as beam
import pytest

from pipeline.stages import join_counted
from pipeline.stages.join_counted import JoinCounted, num_groups
from tests.pipeline.stages.runner import run
from tests.samples import make_candidate


def test_records_get_the_row_of_their_key_or_none_however_frequent_it_is() -> None:
    uids = [make_candidate(n).uid for n in range(200)]

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        few = root | "Few" >> beam.Create([(b"hot", "row"), (b"without records", "x")])
        records = [(b"hot", (uid, n)) for n, uid in enumerate(uids)] + [(b"cold", (uids[0], -1))]
        many = root | "Many" >> beam.Create(records)
        hot = root | "Hot" >> beam.Create([(b"hot", 7)])
        return {"joined": (few, many) | JoinCounted(hot)}

    joined = run(construct)["joined"]
    assert sorted(joined) == [(-1, None), *((n, "row") for n in range(200))]


def test_a_frequent_key_is_spread_and_another_is_not() -> None:
    groups = {
        join_counted._salt((b"hot", (make_candidate(n).uid, n)), {b"hot": 5})[0] for n in range(99)
    }
    assert groups == {(b"hot", salt) for salt in range(5)}
    assert join_counted._salt((b"cold", ("f" * 32, 1)), {b"hot": 5})[0] == (b"cold", 0)


@pytest.mark.parametrize(("count", "groups"), [(1, 1), (10_000, 1), (10_001, 2), (100_000, 10)])
def test_no_group_is_larger_on_average_than_it_may_be(count: int, groups: int) -> None:
    assert num_groups(count) == groups
