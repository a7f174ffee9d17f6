import apache_beam as beam

from pipeline.stages.join_few import SALTS, JoinFew, join_few
from tests.pipeline.stages.runner import run
from tests.samples import make_candidate


def test_records_get_the_row_of_their_key_or_none() -> None:
    uids = [make_candidate(n).uid for n in range(200)]

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        few = root | "Few" >> beam.Create([(b"hot", "row"), (b"without records", "x")])
        records = [(b"hot", (uid, n)) for n, uid in enumerate(uids)] + [(b"cold", (uids[0], -1))]
        return {"joined": (few, root | "Many" >> beam.Create(records)) | JoinFew()}

    joined = run(construct)["joined"]
    assert sorted(joined) == [(-1, None), *((n, "row") for n in range(200))]


def test_a_frequent_key_is_spread_over_many_groups() -> None:
    groups: dict[tuple[bytes, int], int] = {}

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        from pipeline.stages.join_few import _salt

        records = [(b"hot", (make_candidate(n).uid, n)) for n in range(2000)]
        salted = root | beam.Create(records) | beam.MapTuple(_salt)
        return {"sizes": salted | beam.combiners.Count.PerKey()}

    groups = dict(run(construct)["sizes"])
    assert len(groups) == SALTS
    assert max(groups.values()) < 2 * 2000 / SALTS


def test_the_row_is_found_wherever_it_comes_in_the_group() -> None:
    group = [(1, "a"), (0, "row"), (1, "b")]
    assert list(join_few((b"k", 0), group)) == [("a", "row"), ("b", "row")]
