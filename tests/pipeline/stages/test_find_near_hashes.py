import apache_beam as beam
import numpy as np
import pytest

from dedup.near_roots import near_roots
from dedup.stars import contract, no_edges
from pipeline.stages import find_near_hashes
from pipeline.stages.find_components import edges_of
from pipeline.stages.find_near_hashes import FindNearHashes
from tests.pipeline.stages.runner import run


def found(hashes: np.ndarray, max_distance: int) -> dict[int, int]:
    keys = [value.to_bytes(8, "big") for value in hashes.tolist()]

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        return {"edges": root | beam.Create(keys) | FindNearHashes(max_distance)}

    edges = [no_edges(), *map(edges_of, run(construct)["edges"])]
    return dict(contract(np.concatenate(edges)).tolist())


def families(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    heads = rng.integers(1, 2**64, 60, dtype=np.uint64)
    turned = rng.integers(0, 64, (60, 8, 3)).astype(np.uint64)
    copies = heads[:, np.newaxis] ^ np.bitwise_or.reduce(np.uint64(1) << turned, axis=2)
    far = rng.integers(1, 2**64, 200, dtype=np.uint64)
    return rng.permutation(np.unique(np.concatenate([heads, copies.ravel(), far])))


@pytest.mark.parametrize("max_distance", [0, 1, 4, 8])
def test_edges_connect_what_comparing_all_pairs_connects(max_distance: int) -> None:
    hashes = np.sort(families(max_distance))
    roots = hashes[near_roots(hashes, max_distance)]
    expected = {int(h): int(r) for h, r in zip(hashes, roots, strict=True) if h != r}
    assert found(families(max_distance), max_distance) == expected


def test_a_bundle_is_cut_into_groups_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = found(families(4), 4)
    monkeypatch.setattr(find_near_hashes, "_BLOCK_HASHES", 64)
    assert found(families(4), 4) == expected
