import numpy as np
import pytest

from dedup.verify.dihedral import turn
from dedup.verify.verify import Verifier
from tests.dedup.verify.photos import make_photo, thumbnails_of

PHOTOS = [make_photo(seed) for seed in range(10)]


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier(thumbnails_of(*PHOTOS))


def test_turned_copies_are_found_with_their_transform(verifier: Verifier) -> None:
    for name in ("flip", "rot90", "rot180"):
        pairs = verifier.pairs(turn(thumbnails_of(*PHOTOS), name))
        good = [pair for pair in pairs if pair.score > 0.8]
        assert [(pair.reference, pair.picture) for pair in good] == [(n, n) for n in range(10)]
        assert {pair.transform for pair in good} == {name}


def test_a_picture_in_a_wide_frame_is_found_inside_it(verifier: Verifier) -> None:
    framed = np.pad(PHOTOS[4], ((90, 90), (20, 20), (0, 0)), constant_values=0)
    best = max(verifier.pairs(thumbnails_of(framed)), key=lambda pair: pair.score)
    assert (best.reference, best.picture) == (4, 0)
    assert best.score > 0.9


def test_the_crop_of_a_reference_is_told(verifier: Verifier) -> None:
    part = PHOTOS[6][20:180, 40:200]
    best = max(verifier.pairs(thumbnails_of(part)), key=lambda pair: pair.score)
    assert best.reference == 6
    assert best.crop == pytest.approx((0.2, 0.1, 1, 0.9), abs=0.04)


def test_pairs_asked_for_are_aligned_beside_the_proposed(verifier: Verifier) -> None:
    other = thumbnails_of(make_photo(77))
    asked = {pair.reference for pair in verifier.pairs(other, [(3, 0)])}
    assert asked >= {pair.reference for pair in verifier.pairs(other)}


def test_pairs_do_not_depend_on_the_batch(verifier: Verifier) -> None:
    thumbnails = thumbnails_of(*PHOTOS, *(make_photo(seed) for seed in range(50, 60)))
    together = verifier.pairs(thumbnails)
    apart = [
        (pair.reference, n, pair.score, pair.transform)
        for n in range(20)
        for pair in verifier.pairs(thumbnails.take(np.array([n])))
    ]
    assert sorted((p.reference, p.picture, p.score, p.transform) for p in together) == sorted(apart)
