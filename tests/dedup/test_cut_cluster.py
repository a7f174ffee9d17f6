import random

from hypothesis import given
from hypothesis import strategies as st

from dedup.cut_cluster import Face, Head, Member, cut_cluster

HASH = 0x0F1E2D3C4B5A6978
FAR = HASH ^ 0xFFFFFFFF  # 32 bits away


def flip(value: int, bits: int) -> int:
    return value ^ ((1 << bits) - 1)


def member(place: int, phash: int, *faces: Face) -> Member:
    return Member((0, 2.0, 0, 0, f"uid{place:03d}"), phash, f"sha{place}", faces)


def led(members: list[Member], radius: int, max_members: int = 100) -> dict[int, str]:
    return {phash: head.uid for phash, head in cut_cluster(members, radius, max_members)}


def expected(members: list[Member], radius: int) -> dict[int, str]:
    """The rule as it is said: the best is head of all within the radius, then the next best."""
    heads: list[Member] = []
    found = {}
    for one in sorted(members):
        near = [h for h in heads if _is_near(one, h, radius)]
        if not near:
            heads.append(one)
        found[one.phash] = (near or [one])[0].rank[-1]
    return found


def _is_near(one: Member, head: Member, radius: int) -> bool:
    faces = [head.phash, *(face.phash for face in head.faces)]
    return any((one.phash ^ face).bit_count() <= radius for face in faces)


def test_a_chain_is_cut_where_it_leaves_its_heads_radius() -> None:
    chain = [member(place, flip(HASH, 4 * place)) for place in range(6)]
    heads = led(chain, 8)
    assert list(heads.values()) == ["uid000"] * 3 + ["uid003"] * 3


def test_a_cluster_is_whole_if_the_radius_allows_it() -> None:
    chain = [member(place, flip(HASH, 4 * place)) for place in range(16)]
    assert set(led(chain, 64).values()) == {"uid000"}


HASHES = st.lists(st.integers(0, 2**9 - 1), min_size=1, max_size=40, unique=True)


@given(HASHES, st.integers(0, 5), st.integers(9, 50), st.randoms(use_true_random=False))
def test_heads_depend_on_rank_alone_however_many_are_held_at_once(
    values, radius, max_members, order
):
    members = [member(place, value) for place, value in enumerate(values)]
    if len(values) > 3:
        members[0] = member(0, values[0], Face(values[-1], "aligned", 0.9))
    shuffled = order.sample(members, len(members))
    assert led(shuffled, radius, max_members) == expected(members, radius)


def test_a_head_sees_what_it_was_verified_to_be_and_what_is_near_to_that() -> None:
    face = Face(FAR, "aligned", 0.93)
    members = [member(0, HASH, face), member(1, FAR), member(2, FAR ^ 1), member(3, flip(HASH, 3))]
    random.Random(1).shuffle(members)
    heads = dict(cut_cluster(members, 8))
    head = Head("uid000", "sha0", HASH)
    assert heads[HASH] == head
    assert heads[flip(HASH, 3)] == head
    assert heads[FAR] == head._replace(kind="aligned", score=0.93)
    assert heads[FAR ^ 1] == head._replace(kind="aligned", score=None)


def test_two_steps_of_verified_copies_are_cut() -> None:
    third = HASH ^ (0xFFFF << 40)
    members = [
        member(0, HASH, Face(FAR, "aligned", 0.9)),
        member(1, FAR, Face(HASH, "aligned", 0.9), Face(third, "aligned", 0.8)),
        member(2, third, Face(FAR, "aligned", 0.8)),
    ]
    assert led(members, 8) == {HASH: "uid000", FAR: "uid000", third: "uid002"}
