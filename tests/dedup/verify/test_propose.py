import numpy as np

from dedup.verify.dihedral import turn
from dedup.verify.propose import VIEWS, Proposals, Proposer
from dedup.verify.settings import CHOSEN, Settings
from dedup.verify.thumbnail import Thumbnails
from tests.dedup.verify.photos import make_photo, thumbnails_of


def _thumbnails() -> Thumbnails:
    return thumbnails_of(*map(make_photo, range(12)))


def test_each_picture_finds_itself_however_it_is_turned() -> None:
    thumbnails = _thumbnails()
    proposer = Proposer(thumbnails)
    for name in ("none", "flip", "rot90", "flip_rot270"):
        found = proposer.propose(turn(thumbnails, name))
        at = {(p, r): v for p, r, v, _ in zip(*found, strict=True)}
        assert [VIEWS[at[n, n]].transform for n in range(12)] == [name] * 12


def test_a_copy_without_its_colour_is_found_too() -> None:
    thumbnails = _thumbnails()
    grey = Thumbnails(thumbnails.grey, np.full_like(thumbnails.chroma, 128))
    found = Proposer(thumbnails, Settings(min_cosine=0.99)).propose(grey)
    assert set(zip(found.picture, found.reference, strict=True)) == {(n, n) for n in range(12)}


def test_proposals_do_not_depend_on_the_batch() -> None:
    thumbnails = _thumbnails()
    proposer = Proposer(thumbnails, Settings(min_cosine=0.1))
    together = proposer.propose(thumbnails)
    assert _rows(together) == [
        (n, *row[1:])
        for n in range(12)
        for row in _rows(proposer.propose(thumbnails.take(np.array([n]))))
    ]


def test_no_picture_gets_more_than_the_limit() -> None:
    found = Proposer(_thumbnails(), Settings(min_cosine=-1)).propose(_thumbnails())
    assert np.bincount(found.picture).max() == CHOSEN.max_proposals


def test_nothing_is_proposed_of_nothing_and_for_flat_pictures() -> None:
    thumbnails = _thumbnails()
    nothing = thumbnails.take(np.empty(0, np.int64))
    flat = thumbnails_of(np.full((50, 50, 3), 90, np.uint8))
    assert not len(Proposer(thumbnails).propose(nothing).picture)
    assert not len(Proposer(nothing).propose(thumbnails).picture)
    assert not len(Proposer(thumbnails).propose(flat).picture)


def _rows(found: Proposals) -> list[tuple[float, ...]]:
    return [tuple(float(x) for x in row) for row in zip(*found, strict=True)]
