"""Decode, hash, resize and encode: ours against img2dataset's Resizer, on the same photos.

Usage: python -m benchmarks.resize_images (ours | img2dataset) FOLDER
"""

import hashlib
import io
import os
import sys
from pathlib import Path

from benchmarks.harness import Comparison, Side, compare
from benchmarks.inputs import make_photo


def run(folder: Path, size: int = 1000, rounds: int = 3) -> Comparison:
    """Measures; ours also computes the pHash, which img2dataset does not."""
    photos = folder / "photos"
    photos.mkdir(exist_ok=True)
    for number in range(size - len(list(photos.iterdir()))):
        (photos / f"{number:05d}.jpg").write_bytes(make_photo(number))
    module = [sys.executable, "-m", "benchmarks.resize_images"]
    ours = Side(name="ours", command=[*module, "ours", str(photos)])
    theirs = Side(name="img2dataset", command=[*module, "img2dataset", str(photos)])
    return compare("resize_images", ours, theirs, count=size, unit="images", rounds=rounds)


def process_ours(folder: str) -> None:
    """Runs every photo of a folder through our core."""
    from pipeline.download.options import DownloadOptions
    from pipeline.download.process import process_image

    options = DownloadOptions()
    for path in sorted(Path(folder).iterdir()):
        process_image(path.read_bytes(), options)


def process_theirs(folder: str) -> None:
    """Runs every photo of a folder through img2dataset's Resizer, sha256 included."""
    os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"  # it asks the network for its version
    from img2dataset.resizer import Resizer

    resizer = Resizer(image_size=256, resize_mode="keep_ratio", resize_only_if_bigger=True)
    for path in sorted(Path(folder).iterdir()):
        body = path.read_bytes()
        hashlib.sha256(body).hexdigest()
        error = resizer(io.BytesIO(body))[-1]
        if error:
            raise RuntimeError(error)


if __name__ == "__main__":
    {"ours": process_ours, "img2dataset": process_theirs}[sys.argv[1]](sys.argv[2])
