import torch

from tests.training.conftest import make_sample
from training.data import load_batches
from training.index import read_index
from training.model import find_model
from training.order import BatchOrder


def batches(dataset, *, workers=0, steps=4, batch_size=16):
    samples = read_index(dataset).samples
    order = BatchOrder(seed=1, num_samples=len(samples), batch_size=batch_size, start=0, stop=steps)
    return list(load_batches(samples, find_model("tiny"), order, workers))


def test_a_batch_has_uint8_images_and_tokens_of_the_models_size(dataset):
    batch = batches(dataset, steps=1)[0]
    assert (batch.images.shape, batch.images.dtype) == ((16, 3, 64, 64), torch.uint8)
    assert (batch.tokens.shape, batch.tokens.dtype) == ((16, 32), torch.int64)
    assert len(batch.uids) == 16


def test_an_epoch_of_whole_batches_reaches_every_sample_once(dataset):
    seen = [uid for batch in batches(dataset, steps=3) for uid in batch.uids]
    assert sorted(seen) == sorted(sample.uid for sample in read_index(dataset).samples)


def test_workers_change_nothing(dataset):
    for ours, theirs in zip(batches(dataset), batches(dataset, workers=2), strict=True):
        assert ours.uids == theirs.uids
        assert torch.equal(ours.images, theirs.images)
        assert torch.equal(ours.tokens, theirs.tokens)


def test_the_global_random_state_is_left_alone(dataset):
    before = torch.get_rng_state()
    batches(dataset, steps=1)
    assert torch.equal(before, torch.get_rng_state())


def test_an_image_that_does_not_decode_is_listed_by_uid_and_reason(make_dataset):
    samples = [make_sample(number) for number in range(4)]
    uid = samples[2][0]
    samples[2] = (uid, {"jpg": b"no image", "txt": b"text", "json": b"{}"})
    batch = batches(make_dataset(samples), steps=1, batch_size=4)[0]
    assert [(one.uid, one.outcome) for one in batch.failed] == [(uid, "not_image")]
    assert len(batch.uids) == len(batch.images) == 3


def test_a_batch_of_broken_images_is_empty_but_told(make_dataset):
    broken = [(make_sample(n)[0], {"jpg": b"no", "txt": b"t", "json": b"{}"}) for n in range(2)]
    batch = batches(make_dataset(broken), steps=1, batch_size=2)[0]
    assert (batch.uids, len(batch.failed)) == ((), 2)
