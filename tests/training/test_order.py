from hypothesis import given, settings
from hypothesis import strategies as st

from training.order import BatchOrder, Place, crop_rng, epoch_order


def order(num_samples=10, batch_size=4, seed=3, start=0, stop=6):
    return BatchOrder(
        seed=seed, num_samples=num_samples, batch_size=batch_size, start=start, stop=stop
    )


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 1000), st.integers(1, 200))
def test_an_epoch_holds_every_sample_exactly_once(seed, epoch, num_samples):
    assert sorted(epoch_order(seed, epoch, num_samples)) == list(range(num_samples))


@settings(deadline=None)
@given(st.data())
def test_a_resumed_order_is_the_rest_of_the_unbroken_one(data):
    num_samples = data.draw(st.integers(2, 30))
    batch_size = data.draw(st.integers(2, num_samples))
    start = data.draw(st.integers(0, 12))
    whole = list(order(num_samples, batch_size, stop=12))
    assert list(order(num_samples, batch_size, start=start, stop=12)) == whole[start:]


def test_an_epochs_partial_batch_is_dropped_and_no_sample_repeats_within_an_epoch():
    batches = list(order())
    assert [batch[0].epoch for batch in batches] == [0, 0, 1, 1, 2, 2]
    assert all(len(batch) == 4 for batch in batches)
    first = [place.index for batch in batches[:2] for place in batch]
    assert len(set(first)) == 8


def test_a_whole_number_of_batches_reaches_every_sample():
    seen = [place.index for batch in order(12, 4, stop=3) for place in batch]
    assert sorted(seen) == list(range(12))


def test_epochs_and_seeds_differ_in_their_order():
    assert list(epoch_order(0, 0, 50)) != list(epoch_order(0, 1, 50))
    assert list(epoch_order(0, 0, 50)) != list(epoch_order(1, 0, 50))


def test_length_is_the_number_of_batches():
    assert len(order(start=2, stop=6)) == len(list(order(start=2, stop=6))) == 4


def test_crops_depend_on_the_place_alone():
    place = Place(epoch=1, position=2, index=7)
    same = Place(epoch=1, position=2, index=9)
    other = Place(epoch=1, position=3, index=7)
    assert crop_rng(0, place).random() == crop_rng(0, same).random()
    assert crop_rng(0, place).random() != crop_rng(0, other).random()
