import apache_beam as beam

from dedup.cut_cluster import Face
from pipeline.stages.find_clusters import key_of
from pipeline.stages.find_copies import FindByteCopies, NameCopies
from schemas.records import CopyEdge, PoolRow
from tests.pipeline.stages.runner import run
from tests.samples import make_pair


def both_ways(one: PoolRow, other: PoolRow, kind: str, score: float) -> set[object]:
    return {
        (key_of(one), key_of(other), Face(other.phash or 0, kind, score)),
        (key_of(other), key_of(one), Face(one.phash or 0, kind, score)),
    }


def test_equal_bytes_are_copies_where_their_hashes_differ() -> None:
    one, other = make_pair(1, sha256="a" * 64), make_pair(2, sha256="a" * 64)
    same = make_pair(3, sha256="a" * 64, phash=one.phash)
    flat = make_pair(4, sha256="a" * 64, phash=0)

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        return {"copies": root | beam.Create([one, other, same, flat]) | FindByteCopies()}

    found = run(construct)["copies"]
    assert len(found) == 2
    assert set(found) == both_ways(one, other, "sha256", 1.0)


def test_edges_between_uids_are_named_by_what_their_pairs_show() -> None:
    one, other, flat = make_pair(1), make_pair(2), make_pair(3, phash=0)
    edges = [
        CopyEdge(uid=one.uid, other_uid=other.uid, kind="aligned", score=0.9),
        CopyEdge(uid=one.uid, other_uid=flat.uid, kind="aligned", score=0.9),
        CopyEdge(uid=one.uid, other_uid="f" * 32, kind="aligned", score=0.9),
        CopyEdge(uid="f" * 32, other_uid=one.uid, kind="aligned", score=0.9),
    ]

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        pairs = root | "Pairs" >> beam.Create([one, other, flat])
        return {"copies": (pairs, root | "Edges" >> beam.Create(edges)) | NameCopies()}

    found = run(construct)["copies"]
    assert len(found) == 2
    assert set(found) == both_ways(one, other, "aligned", 0.9)
