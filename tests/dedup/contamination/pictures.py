"""Small pictures that tests make, and the sources that they put them in."""

import hashlib
import io
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

from dedup.phash import phash
from schemas.errors import RecordFailed
from schemas.outcomes import Failure
from schemas.records import Fingerprint


def make_picture(seed: int, size: int = 64) -> Image.Image:
    """Returns smooth colour noise: every seed has another pHash."""
    noise = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((size, size), Image.Resampling.BICUBIC)


def encode(picture: Image.Image, format_name: str = "PNG") -> bytes:
    stream = io.BytesIO()
    picture.save(stream, format_name)
    return stream.getvalue()


def picture_bytes(seed: int) -> bytes:
    return encode(make_picture(seed))


def fingerprint(body: bytes) -> Fingerprint:
    try:
        picture = Image.open(io.BytesIO(body)).convert("RGB")
    except OSError as error:
        raise RecordFailed(Failure.NOT_IMAGE, "no picture") from error
    return Fingerprint(sha256=hashlib.sha256(body).hexdigest(), phash=phash(picture))


def write_tar(path: Path, members: dict[str, bytes], mode: str = "w") -> str:
    with tarfile.open(path, mode) as tar:
        for name, data in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(data)
            tar.addfile(header, io.BytesIO(data))
    return str(path)


def write_files(folder: Path, files: dict[str, bytes]) -> str:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return str(folder)
