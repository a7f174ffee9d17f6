import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup import near_roots as module
from dedup.near_roots import near_roots
from tests.dedup.components import components


@given(st.lists(st.integers(0, 2**10 - 1), max_size=30), st.integers(0, 4), st.sampled_from([1, 8]))
def test_roots_are_the_components_of_all_near_pairs(values, max_distance, block):
    edges = [
        (i, j)
        for i, one in enumerate(values)
        for j, other in enumerate(values[:i])
        if (one ^ other).bit_count() <= max_distance
    ]
    module._BLOCK_EDGES, before = block, module._BLOCK_EDGES
    try:
        roots = near_roots(np.array(values, np.uint64), max_distance).tolist()
    finally:
        module._BLOCK_EDGES = before
    assert roots == components(len(values), edges)


def test_a_large_family_of_near_hashes_needs_no_list_of_its_pairs():
    rng = np.random.default_rng(0)
    family = np.unique(rng.integers(0, 2**11, 1500, dtype=np.uint64))
    far = family[:3] | np.uint64(0xFFFFFFFF << 32)
    roots = near_roots(np.concatenate([family, far]), 11)
    assert (roots[: len(family)] == 0).all()
    assert (roots[len(family) :] == len(family)).all()
