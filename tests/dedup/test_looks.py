import numpy as np
import pytest

from dedup.looks import VIEWS, Entries, hash_looks, look_at
from dedup.phash_batch import TURNS, phashes, turn_small
from dedup.verify.plant import plant
from tests.dedup.verify.photos import Pixels, make_photo, thumbnails_of


def hashed(*photos: Pixels) -> tuple[Entries, Entries]:
    numbers = np.arange(len(photos)).astype(np.uint64)
    return hash_looks(thumbnails_of(*photos).grey, numbers, numbers)


def bits_between(entry: np.void, photo: Pixels) -> int:
    return (int(entry["hash"]) ^ int(phashes([np.ascontiguousarray(photo)])[0])).bit_count()


def test_what_is_searched_is_about_the_pictures_own_hash() -> None:
    upright, probes = hashed(make_photo(1))
    assert len(upright) == 1
    assert len(probes) == len(VIEWS)
    assert bits_between(upright[0], make_photo(1)) <= 2


@pytest.mark.parametrize("view", [view for view in VIEWS if view.part == VIEWS[0].part])
def test_a_view_has_the_hash_of_the_picture_turned_so(view) -> None:
    photo = make_photo(2)
    _, probes = hashed(photo)
    turned = np.stack([turn_small(photo[..., c], view.turn) for c in range(3)], axis=-1)
    assert bits_between(probes[VIEWS.index(view)], turned) <= 2


def test_of_two_turns_that_undo_each_other_one_is_looked_at() -> None:
    whole = [view.turn for view in VIEWS if view.part == VIEWS[0].part]
    assert set(TURNS) - set(whole) == {"rot270"}
    assert [view.turn for view in VIEWS[:7] if not view.is_mutual] == ["rot90"]


@pytest.mark.parametrize("name", ["crop 10 %", "crop 25 %", "corner crop 15 %", "text bar 18 %"])
def test_a_part_of_a_picture_is_near_to_one_of_its_views(name: str) -> None:
    _, probes = hashed(make_photo(3))
    part = plant(name, make_photo(3), 1)
    if name == "text bar 18 %":  # the other way round: what the bar leaves is the crop
        probes, part = hashed(part)[1], make_photo(3)[: -round(0.18 * 200)]
    assert min(bits_between(probe, part) for probe in probes) <= 8


def test_a_framed_picture_is_looked_at_without_its_frame_too() -> None:
    framed = np.pad(make_photo(4), ((30, 30), (30, 30), (0, 0)), constant_values=255)
    looks = look_at(thumbnails_of(make_photo(5), framed, make_photo(6)).grey)
    assert looks.row.tolist() == [0, 1, 1, 2]
    assert looks.look.tolist() == [0, 0, 1, 0]
    upright, probes = hashed(framed)
    assert bits_between(upright[1], make_photo(4)) <= 4
    assert len(probes) == len(VIEWS) + 7  # parts of the whole alone


def test_flat_pictures_have_no_hash_to_be_found_by() -> None:
    upright, probes = hashed(np.full((50, 50, 3), 90, np.uint8))
    assert len(upright) == len(probes) == 0


def test_no_picture_changes_the_hashes_of_another() -> None:
    photos = [make_photo(seed) for seed in range(6)]
    together = hashed(*photos)
    for number, photo in enumerate(photos):
        alone = hashed(photo)
        for some, one in zip(together, alone, strict=True):
            assert some[some["key"] == number]["hash"].tolist() == one["hash"].tolist()
