import numpy as np
from numpy.typing import NDArray

from dedup.verify.correlate import correlate, prepare
from dedup.verify.gradients import SIDE, WHOLE, gradient_fields, resample
from dedup.verify.judge import Laid, judge
from dedup.verify.settings import Settings
from tests.dedup.verify.photos import make_photo, thumbnails_of

STRICT = Settings(cut=0.0, clipped=256.0)
UNMOVED = np.zeros((1, 2), np.int64)


def _laid(grey: NDArray[np.uint8]) -> Laid:
    return Laid(gradient_fields(grey), resample(grey, WHOLE, SIDE))


def test_without_allowances_it_says_what_the_correlation_says() -> None:
    one, other = thumbnails_of(make_photo(1), make_photo(1)[10:, :-20]).grey[:, None]
    peaks = correlate(prepare(gradient_fields(one)), prepare(gradient_fields(other)))
    moved = np.stack([peaks.right, peaks.down], axis=1)
    assert moved.any()
    assert np.allclose(judge(_laid(one), _laid(other), moved, STRICT), peaks.score, atol=1e-3)


def test_rows_under_a_caption_do_not_count() -> None:
    grey = thumbnails_of(make_photo(2)).grey
    captioned = grey.copy()
    captioned[:, -14:] = np.random.default_rng(0).choice([0, 255], (14, 64)).astype(np.uint8)
    score = [
        float(judge(_laid(grey), _laid(captioned), UNMOVED, Settings(cut=cut))[0])
        for cut in (0.0, 0.3)
    ]
    assert score[0] < 0.8
    assert score[1] > 0.9


def test_light_that_was_clipped_does_not_count() -> None:
    grey = thumbnails_of(make_photo(3)).grey
    lit = np.clip(grey * 1.6, 0, 255).astype(np.uint8)
    strict = judge(_laid(grey), _laid(lit), UNMOVED, STRICT)
    forgiving = judge(_laid(grey), _laid(lit), UNMOVED, Settings(cut=0.0, clipped=150.0))
    assert forgiving[0] > strict[0] + 0.01


def test_where_most_is_clipped_nothing_is_forgiven() -> None:
    grey = np.maximum(thumbnails_of(make_photo(3)).grey, 180)
    white = np.full_like(grey, 255)
    white[:, :8, :8] = grey[:, :8, :8]
    forgiving = judge(_laid(grey), _laid(white), UNMOVED, Settings(cut=0.0, clipped=150.0))
    assert np.array_equal(forgiving, judge(_laid(grey), _laid(white), UNMOVED, STRICT))


def test_a_score_does_not_depend_on_the_batch() -> None:
    greys = thumbnails_of(*map(make_photo, range(6))).grey
    moved = np.array([[0, 0], [1, 0], [0, -2], [3, 3], [-1, 2], [0, 5]])
    others = _laid(np.roll(greys, 1, axis=0))
    together = judge(_laid(greys), others, moved, Settings())
    for n in range(6):
        alone = Laid(others.fields[n : n + 1], others.greys[n : n + 1])
        ours = _laid(greys[n : n + 1])
        assert judge(ours, alone, moved[n : n + 1], Settings())[0] == together[n]
