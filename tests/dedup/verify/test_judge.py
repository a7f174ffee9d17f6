import numpy as np
from numpy.typing import NDArray

from dedup.verify.correlate import correlate, prepare
from dedup.verify.gradients import Fields, gradient_fields
from dedup.verify.judge import judge
from dedup.verify.settings import Settings
from tests.dedup.verify.photos import make_photo, thumbnails_of

STRICT = Settings(cut=0.0)
UNMOVED = np.zeros((1, 2), np.int64)


def _fields(grey: NDArray[np.uint8]) -> Fields:
    return gradient_fields(grey, settings=STRICT)


def test_without_allowances_it_says_what_the_correlation_says() -> None:
    one, other = thumbnails_of(make_photo(1), make_photo(1)[10:, :-20]).grey[:, None]
    peaks = correlate(prepare(_fields(one)), prepare(_fields(other)), STRICT.doubt)
    moved = np.stack([peaks.right, peaks.down], axis=1)
    assert moved.any()
    assert np.allclose(judge(_fields(one), _fields(other), moved, STRICT), peaks.score, atol=1e-3)


def test_rows_under_a_caption_do_not_count() -> None:
    grey = thumbnails_of(make_photo(2)).grey
    captioned = grey.copy()
    captioned[:, -14:] = np.random.default_rng(0).choice([0, 255], (14, 64)).astype(np.uint8)
    score = [
        float(judge(_fields(grey), _fields(captioned), UNMOVED, Settings(cut=cut))[0])
        for cut in (0.0, 0.3)
    ]
    assert score[0] < 0.8
    assert score[1] > 0.9


def test_a_score_does_not_depend_on_the_batch() -> None:
    greys = thumbnails_of(*map(make_photo, range(6))).grey
    moved = np.array([[0, 0], [1, 0], [0, -2], [3, 3], [-1, 2], [0, 5]])
    others = _fields(np.roll(greys, 1, axis=0))
    together = judge(_fields(greys), others, moved, Settings())
    for n in range(6):
        ours = _fields(greys[n : n + 1])
        assert judge(ours, others[n : n + 1], moved[n : n + 1], Settings())[0] == together[n]
