import apache_beam as beam
import pytest

from dedup.cut_cluster import Face, Head
from pipeline.stages.find_clusters import (
    BestPicture,
    FindClusters,
    Picture,
    hash_of,
    is_hash,
    key_of,
)
from tests.pipeline.stages.runner import run
from tests.samples import make_pair

HASH = 0xF00F1E2D3C4B5A69


def key(phash: int) -> bytes:
    return phash.to_bytes(8, "big")


def picture(uid: str, pairs: int = 1, area: int = 0) -> Picture:
    return Picture((-area, 2.0, 0, 0, uid), f"sha {uid}", pairs)


def found(
    pictures: list[tuple[bytes, Picture]], copies: list[tuple[bytes, bytes, Face]]
) -> dict[bytes, Head]:
    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        given = root | "Pictures" >> beam.Create(pictures)
        sure = root | "Copies" >> beam.Create(copies)
        return {"heads": (given, sure) | FindClusters(4, 8, 2)}

    return dict(run(construct)["heads"])


def test_near_pictures_have_the_best_as_head_and_lone_pairs_have_none() -> None:
    pictures = [
        (key(HASH), picture("b")),
        (key(HASH ^ 0b111), picture("a", area=5)),
        (key(HASH ^ (0xFFFF << 20)), picture("c")),
        (key(HASH ^ (0xFFFF << 40)), picture("d", pairs=3)),
        (b"sha of a flat one", picture("e", pairs=2)),
        (b"sha of another flat one", picture("f")),
    ]
    head = Head("a", "sha a", HASH ^ 0b111)
    assert found(pictures, []) == {
        key(HASH): head,
        key(HASH ^ 0b111): head,
        key(HASH ^ (0xFFFF << 40)): Head("d", "sha d", HASH ^ (0xFFFF << 40)),
        b"sha of a flat one": Head("e", "sha e", None),
    }


def test_surer_copies_join_far_hashes() -> None:
    far = HASH ^ (0xFFFF << 20)
    faces = [
        (key(HASH), key(far), Face(far, "aligned", 0.9)),
        (key(far), key(HASH), Face(HASH, "aligned", 0.9)),
    ]
    heads = found([(key(HASH), picture("a")), (key(far), picture("b"))], faces)
    assert heads[key(HASH)] == Head("a", "sha a", HASH)
    assert heads[key(far)] == Head("a", "sha a", HASH, "aligned", 0.9)


def test_pictures_of_one_key_are_pairsed_and_the_best_stands_for_all() -> None:
    combine = BestPicture()
    parts = [combine.create_accumulator() for _ in range(3)]
    for uid, place in (("c", 0), ("a", 0), ("b", 1)):
        parts[place] = combine.add_input(parts[place], picture(uid, pairs=2))
    assert combine.extract_output(combine.merge_accumulators(parts)) == picture("a", pairs=6)


@pytest.mark.parametrize(("phash", "is_telling"), [(HASH, True), (0, False), (1 << 63, False)])
def test_the_key_is_the_hash_if_that_tells_something(phash: int, is_telling: bool) -> None:
    pair = make_pair(1, phash=phash)
    assert is_hash(key_of(pair)) is is_telling
    expected = key(phash) if is_telling else (pair.sha256 or "").encode()
    assert key_of(pair) == expected
    assert not is_telling or hash_of(key_of(pair)) == phash
