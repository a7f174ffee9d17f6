import numpy as np
import pytest

from dedup.verify.correlate import correlate, prepare
from dedup.verify.gradients import COARSE_SIDE, SIDE, gradient_fields
from dedup.verify.settings import CHOSEN
from tests.dedup.verify.photos import make_photo, thumbnails_of


@pytest.mark.parametrize("side", [SIDE, COARSE_SIDE])
def test_a_field_lies_on_itself_unmoved(side: int) -> None:
    fields = gradient_fields(thumbnails_of(make_photo(1)).grey, side=side)
    peaks = correlate(prepare(fields), prepare(fields))
    energy = (np.abs(fields) ** 2).sum()
    assert peaks.score[0] == pytest.approx(energy / (energy + CHOSEN.doubt * side), abs=1e-4)
    assert (peaks.down[0], peaks.right[0]) == (0, 0)


def test_the_peak_is_that_of_plain_sums_over_the_overlap() -> None:
    fields = gradient_fields(thumbnails_of(make_photo(1), make_photo(2)).grey)
    one, other = fields[:1], np.roll(fields[:1], (-3, 5), axis=(1, 2)) + 0.3 * fields[1:]
    peaks = correlate(prepare(one), prepare(other))
    assert (peaks.down[0], peaks.right[0]) == (3, -5)
    ours, theirs = one[0, 3:, :-5], other[0, :-3, 5:]
    energy = (np.abs(ours) ** 2).sum() * (np.abs(theirs) ** 2).sum()
    expected = (ours * theirs.conj()).sum().real / (np.sqrt(energy) + CHOSEN.doubt * SIDE)
    assert peaks.score[0] == pytest.approx(expected, abs=1e-4)


def test_what_has_few_edges_scores_less() -> None:
    outline = np.zeros((1, 64, 64), np.uint8)
    outline[0, 20:40, 20:40] = 200
    spectra = prepare(gradient_fields(outline))
    assert correlate(spectra, spectra).score[0] < 0.86


def test_flat_pictures_say_nothing() -> None:
    flat = prepare(gradient_fields(np.full((1, 64, 64), 90, np.uint8)))
    assert correlate(flat, flat).score[0] == pytest.approx(0, abs=1e-6)


def test_some_spectra_are_taken_in_the_order_asked_for() -> None:
    spectra = prepare(gradient_fields(thumbnails_of(*map(make_photo, range(3))).grey))
    taken = spectra.take(np.array([2, 1]))
    assert np.array_equal(taken.energy, spectra.energy[[2, 1]])
