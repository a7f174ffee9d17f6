"""Decode, hash, resize and encode: ours against img2dataset's Resizer, on the same photos.

Usage: python -m benchmarks.resize_images (ours | img2dataset | limit | quality) FOLDER
"""

import asyncio
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.harness import Comparison, Side, compare
from benchmarks.inputs import make_photo

IMAGE_SIZE = 256
MODULE = (sys.executable, "-m", "benchmarks.resize_images")


def run(folder: Path, size: int = 1000, rounds: int = 3) -> Comparison:
    """Measures; ours also computes the pHash, which img2dataset does not."""
    photos = _make_photos(folder, size)
    ours = Side(name="ours", command=[*MODULE, "ours", str(photos)])
    theirs = Side(name="img2dataset", command=[*MODULE, "img2dataset", str(photos)])
    return compare(
        "resize_images",
        ours,
        theirs,
        count=size,
        unit="images",
        rounds=rounds,
        notes=_quality(photos),
    )


def run_limit(folder: Path, size: int = 1000, rounds: int = 3) -> Comparison:
    """Measures ours beside what no one who makes such files can do without."""
    from pipeline.download.nursery import SETTINGS

    photos = _make_photos(folder, size)
    settings = [f"{name}={value}" for name, value in SETTINGS.items()]
    limit = Side(name="limit", command=["env", *settings, *MODULE, "limit", str(photos)])
    ours = Side(name="ours", command=[*MODULE, "ours", str(photos)])
    return compare("resize_limit", limit, ours, count=size, unit="images", rounds=rounds)


def _make_photos(folder: Path, size: int) -> Path:
    photos = folder / "photos"
    photos.mkdir(exist_ok=True)
    for number in range(len(list(photos.iterdir())), size):
        (photos / f"{number:05d}.jpg").write_bytes(make_photo(number))
    return photos


def _quality(photos: Path) -> dict[str, float]:
    command = [*MODULE, "quality", str(photos)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def process_ours(folder: str) -> None:
    """Runs every photo of a folder through our core, in its process, as `download` does."""
    from pipeline.download.contain import Decoders
    from pipeline.download.options import DownloadOptions

    options = DownloadOptions(image_size=IMAGE_SIZE)

    async def process() -> None:
        decoders = Decoders(1)
        for body in _bodies(folder):
            await decoders.process(body, options)
        decoders.close()

    asyncio.run(process())


def process_theirs(folder: str) -> None:
    """Runs every photo of a folder through img2dataset's Resizer, sha256 included."""
    resize = _their_resizer()
    for body in _bodies(folder):
        hashlib.sha256(body).hexdigest()
        resize(body)


def process_limit(folder: str) -> None:
    """Decodes by libjpeg-turbo, averages areas, encodes: the three steps alone."""
    import cv2
    import simplejpeg

    cv2.setNumThreads(1)
    quality = [int(cv2.IMWRITE_JPEG_QUALITY), 95]
    for body in _bodies(folder):
        pixels = simplejpeg.decode_jpeg(body, "BGR")
        height, width = pixels.shape[:2]
        scale = IMAGE_SIZE / min(height, width)
        size = (round(width * scale), round(height * scale))
        cv2.imencode(".jpg", cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), quality)


def print_quality(folder: str) -> None:
    """Prints the likeness and the bytes of what both store, as JSON."""
    import cv2

    from pipeline.download.options import DownloadOptions
    from pipeline.download.process import process_image

    options, resize = DownloadOptions(image_size=IMAGE_SIZE), _their_resizer()
    psnr_db, ours_bytes, their_bytes, photo_bytes = [], 0, 0, 0
    for body in _bodies(folder):
        ours, theirs = process_image(body, options).data, resize(body)
        one, other = (cv2.imdecode(np.frombuffer(d, np.uint8), 1) for d in (ours, theirs))
        error = float(np.mean((one.astype(np.float64) - other) ** 2))
        psnr_db.append(10 * np.log10(255**2 / error) if error else 99.0)
        ours_bytes, their_bytes = ours_bytes + len(ours), their_bytes + len(theirs)
        photo_bytes += len(body)
    count = len(psnr_db)
    notes = {
        "photo bytes": photo_bytes / count,
        "bytes ours": ours_bytes / count,
        "bytes img2dataset": their_bytes / count,
        "min PSNR dB (99: equal)": min(psnr_db),
    }
    print(json.dumps(notes))


def _bodies(folder: str) -> Iterator[bytes]:
    for path in sorted(Path(folder).iterdir()):
        yield path.read_bytes()


def _their_resizer() -> Callable[[bytes], bytes]:
    os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"  # it asks the network for its version
    from img2dataset.resizer import Resizer

    resizer = Resizer(image_size=IMAGE_SIZE, resize_mode="keep_ratio", resize_only_if_bigger=True)

    def resize(body: bytes) -> bytes:
        data, *_, error = resizer(io.BytesIO(body))
        if error:
            raise RuntimeError(error)
        return bytes(data)

    return resize


if __name__ == "__main__":
    {
        "ours": process_ours,
        "img2dataset": process_theirs,
        "limit": process_limit,
        "quality": print_quality,
    }[sys.argv[1]](sys.argv[2])
