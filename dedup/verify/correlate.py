"""Normalised cross-correlation of gradient fields over all shifts, by FFT, in batches."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from dedup.verify.gradients import Fields
from dedup.verify.settings import CHOSEN

MIN_OVERLAP = 0.5  # of the area; less is too little to tell pictures apart

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]


class Peaks(NamedTuple):
    """The best shift of each pair.

    Attributes:
        score: Shape [N], -1 to 1; below 1 even where all gradients agree: see `Settings.doubt`.
        down: Shape [N], pixels that the second picture has to move down to lie on the first.
        right: Likewise.
    """

    score: Floats
    down: Indices
    right: Indices


class Spectra(NamedTuple):
    """Fields prepared for correlation: their Fourier transforms and summed energies."""

    transform: NDArray[np.complex64]
    energy: Floats

    def take(self, rows: Indices) -> "Spectra":
        """Returns the spectra of some pictures."""
        return Spectra(self.transform[rows], self.energy[rows])


def prepare(fields: Fields) -> Spectra:
    """Returns the spectra of fields of shape [N, side, side]; 36 kB a picture of 32 pixels."""
    side = fields.shape[-1]
    energy = np.zeros((len(fields), side + 1, side + 1), np.float32)
    np.cumsum(fields.real**2 + fields.imag**2, axis=1, out=energy[:, 1:, 1:])
    np.cumsum(energy[:, 1:, 1:], axis=2, out=energy[:, 1:, 1:])
    transform = scipy.fft.fft2(fields, s=(2 * side, 2 * side), axes=(1, 2))
    return Spectra(transform.astype(np.complex64, copy=False), energy)


def correlate(one: Spectra, other: Spectra, doubt: float = CHOSEN.doubt) -> Peaks:
    """Returns the shift at which each picture of `other` agrees best with that of `one`."""
    side = one.energy.shape[-1] - 1
    window = _window(side)
    products = scipy.fft.ifft2(one.transform * np.conj(other.transform), axes=(1, 2)).real
    overlap = products[:, window.rows, window.columns]
    energies = _summed(one.energy, window.first) * _summed(other.energy, window.second)
    # Sums over rectangles are differences: where there is nothing they may be a little below 0.
    scores = overlap / (np.sqrt(np.maximum(energies, 0)) + np.float32(doubt * side))
    best = scores.argmax(axis=1)
    score = np.take_along_axis(scores, best[:, None], axis=1)[:, 0]
    return Peaks(score.astype(np.float32), window.down[best], window.right[best])


class _Box(NamedTuple):
    """Rows and columns, from the first to the one past the last, at every shift."""

    top: Indices
    bottom: Indices
    left: Indices
    right: Indices


class _Window(NamedTuple):
    """The shifts that leave enough overlap, and which part of each picture that is."""

    down: Indices
    right: Indices
    rows: Indices
    columns: Indices
    first: _Box
    second: _Box


@lru_cache(2)
def _window(side: int) -> _Window:
    shifts = np.arange(-side + 1, side)
    down, right = (axis.ravel() for axis in np.meshgrid(shifts, shifts, indexing="ij"))
    area = (side - np.abs(down)) * (side - np.abs(right))
    is_wide = area >= MIN_OVERLAP * side**2
    down, right = down[is_wide], right[is_wide]
    return _Window(
        down=down,
        right=right,
        rows=down % (2 * side),
        columns=right % (2 * side),
        first=_box(side, down, right),
        second=_box(side, -down, -right),
    )


def _box(side: int, down: Indices, right: Indices) -> _Box:
    return _Box(
        top=np.maximum(down, 0),
        bottom=side + np.minimum(down, 0),
        left=np.maximum(right, 0),
        right=side + np.minimum(right, 0),
    )


def _summed(energy: Floats, box: _Box) -> Floats:
    """Returns the energy of each picture within each box, from sums over all rectangles."""
    whole = energy[:, box.bottom, box.right] - energy[:, box.top, box.right]
    total: Floats = whole - energy[:, box.bottom, box.left] + energy[:, box.top, box.left]
    return total
