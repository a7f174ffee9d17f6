from hypothesis import given
from hypothesis import strategies as st

from dedup.clusters import cluster

UIDS = st.sampled_from("abcdefghij")
EDGES = st.lists(st.tuples(UIDS, UIDS), max_size=14)


def _by_name(uid):
    return (uid,)


def test_chain_is_one_cluster_and_the_lowest_rank_is_kept():
    kept = cluster([("c", "b"), ("d", "c"), ("x", "y")], _by_name)
    assert kept == {"b": "b", "c": "b", "d": "b", "x": "x", "y": "x"}


def test_edge_to_itself_is_no_cluster():
    assert cluster([("a", "a")], _by_name) == {}


@given(EDGES, st.randoms(use_true_random=False))
def test_order_and_direction_of_edges_do_not_matter(edges, random):
    shuffled = [(b, a) if random.random() < 0.5 else (a, b) for a, b in edges]
    random.shuffle(shuffled)
    assert list(cluster(edges, _by_name).items()) == list(cluster(shuffled, _by_name).items())


@given(EDGES)
def test_every_edge_lies_in_one_cluster_whose_lowest_is_kept(edges):
    kept = cluster(edges, _by_name)
    for one, other in edges:
        assert kept.get(one) == kept.get(other) or one == other
    assert all(root <= uid and kept[root] == root for uid, root in kept.items())
