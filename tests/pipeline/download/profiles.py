"""Colour profiles small enough to know by heart, and what they mean, computed apart."""

import struct

import numpy as np

# Columns are the primaries, rows X Y Z, adapted to D50 (ICC.1:2022, annexes; Apple's Display P3).
P3 = np.array(
    [[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]]
)
SRGB = np.array(
    [
        [0.4360747, 0.3850649, 0.1430804],
        [0.2225045, 0.7168786, 0.0606169],
        [0.0139322, 0.0971045, 0.7141733],
    ]
)
D50 = np.array([0.9642, 1.0, 0.8249])
CYAN_LAB = (60.0, -20.0, -30.0)  # what full cyan ink looks like in `press_profile`


def wide_profile(gamma: float = 2.2) -> bytes:
    """Returns the profile of a display with P3's primaries."""
    curve = b"curv" + struct.pack(">4xIH2x", 1, round(gamma * 256))
    tags = {b"wtpt": _xyz(D50)}
    for name, column in zip((b"r", b"g", b"b"), P3.T, strict=True):
        tags |= {name + b"XYZ": _xyz(column), name + b"TRC": curve}
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags)


def grey_profile(gamma: float) -> bytes:
    """Returns the profile of a grey scale."""
    curve = b"curv" + struct.pack(">4xIH2x", 1, round(gamma * 256))
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"wtpt": _xyz(D50), b"kTRC": curve})


def press_profile() -> bytes:
    """Returns the profile of a press whose cyan is `CYAN_LAB` and whose other inks are black."""
    white, cyan, black = (255, 128, 128), _lab8(CYAN_LAB), (0, 128, 128)
    corners = [white if n == 0 else cyan if n == 8 else black for n in range(16)]  # cyan is slowest
    ramp = bytes(range(256))
    identity = struct.pack(">9i", *(65536 * (n % 4 == 0) for n in range(9)))
    lut = b"mft1" + struct.pack(">4x4B", 4, 3, 2, 0) + identity
    lut += ramp * 4 + bytes(value for corner in corners for value in corner) + ramp * 3
    return _profile(b"prtr", b"CMYK", b"Lab ", {b"wtpt": _xyz(D50), b"A2B0": lut})


def wide_to_srgb(colour: tuple[int, int, int], gamma: float = 2.2) -> np.ndarray:
    """Returns the sRGB colour of a colour of `wide_profile`."""
    return _encode(np.linalg.inv(SRGB) @ P3 @ (np.array(colour) / 255) ** gamma)


def lab_to_srgb(lab: tuple[float, float, float]) -> np.ndarray:
    """Returns the sRGB colour of a CIE Lab colour under D50."""
    lightness, a, b = lab
    y = (lightness + 16) / 116
    f = np.array([y + a / 500, y, y - b / 200])
    xyz = D50 * np.where(f > 6 / 29, f**3, (f - 4 / 29) * 3 * (6 / 29) ** 2)
    return _encode(np.linalg.inv(SRGB) @ xyz)


def _encode(linear: np.ndarray) -> np.ndarray:
    linear = np.clip(linear, 0, 1)
    curved = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.rint(curved * 255)


def _lab8(lab: tuple[float, float, float]) -> tuple[int, int, int]:
    return round(lab[0] * 2.55), round(lab[1]) + 128, round(lab[2]) + 128


def _xyz(values: np.ndarray) -> bytes:
    return b"XYZ " + struct.pack(">4x3i", *(round(float(value) * 65536) for value in values))


def _profile(kind: bytes, space: bytes, pcs: bytes, tags: dict[bytes, bytes]) -> bytes:
    named = b"desc" + struct.pack(">4xI", 5) + b"test\0" + bytes(78)
    tags = {b"desc": named, b"cprt": b"text\0\0\0\0none\0", **tags}
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += struct.pack(">4sII", name, start + len(data), len(value))
        data += value + bytes(-len(value) % 4)
    head = bytearray(128)
    struct.pack_into(">I4xI4s4s4s", head, 0, start + len(data), 0x02400000, kind, space, pcs)
    struct.pack_into(">4s", head, 36, b"acsp")
    struct.pack_into(">3i", head, 68, *(round(float(value) * 65536) for value in D50))
    return bytes(head) + table + data
