"""One list of URLs through three hands: ours, img2dataset's own, and img2dataset's reconciled."""

import io
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from pipeline.download import img2dataset_engine
from pipeline.download.img2dataset_engine import download_by_img2dataset
from pipeline.download.options import DownloadOptions
from pipeline.download.shard import download_shard
from pipeline.web.options import WebOptions
from schemas.records import Candidate, PoolRow
from tests.archives import write_archive
from tests.pipeline.download.test_archive import refs
from tests.samples import make_candidate, make_image
from tests.servers import Answer, Site, serve

OPTIONS = DownloadOptions(image_size=64, deadline_s=5, concurrency=8, engine="img2dataset")
ARCHIVED = "http://archive.invalid/a.jpg"


def with_exif(body: bytes) -> bytes:
    """Returns a JPEG that says who made it, and where."""
    image = Image.open(io.BytesIO(body))
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x8825] = {1: "N", 2: (48.0, 51.0, 30.0)}
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=95, exif=exif)
    return stream.getvalue()


GOOD = {
    "/photo.jpg": Answer(make_image(1, 200, 160)),
    "/tall.jpg": Answer(make_image(2, 90, 300)),
    "/small.jpg": Answer(make_image(3, 50, 40)),
    "/png.png": Answer(make_image(4, 130, 130, "PNG")),
    "/webp.webp": Answer(make_image(5, 121, 97, "WEBP")),
    "/exif.jpg": Answer(with_exif(make_image(6, 160, 120))),
    "/moved.jpg": Answer(status=302, headers={"Location": "/photo.jpg"}),
    "/for-others.jpg": Answer(make_image(7), headers={"X-Robots-Tag": "otherbot: noai"}),
}
# What all three make of it; where the reconciled pool says it in other words, both are given.
FAULTS: Mapping[str, tuple[Answer, str, str]] = {
    "/gone.jpg": (Answer(status=404), "http_404", "http_404"),
    "/busy.jpg": (Answer(status=503), "http_503", "http_503"),
    "/out.jpg": (Answer(make_image(8), headers={"X-Robots-Tag": "noai"}), "opt_out", "opt_out"),
    "/page.jpg": (Answer(b"<!doctype html>"), "not_image", "decode"),
    "/empty.jpg": (Answer(), "empty", "empty"),
    "/cut.jpg": (Answer(make_image(9)[:200]), "decode", "decode"),
    "/loop.jpg": (Answer(status=302, headers={"Location": "/loop.jpg"}), "redirects", "redirects"),
    "/file.jpg": (
        Answer(status=302, headers={"Location": "file:///etc/hostname"}),
        "scheme",
        "scheme",
    ),
    "/ftp.jpg": (Answer(status=302, headers={"Location": "ftp://e.invalid/"}), "scheme", "scheme"),
    "/inward.jpg": (
        Answer(status=302, headers={"Location": "http://127.0.0.2:9/secret.jpg"}),
        "address",
        "address",
    ),
    "/private/no.jpg": (Answer(make_image(10)), "robots", "robots"),
}
ELSEWHERE = {
    "http://nohost.invalid/a.jpg": "dns",
    "http://127.0.0.3:80/a.jpg": "address",
}
ROBOTS = {"/robots.txt": Answer(b"User-agent: *\nDisallow: /private/\n")}


@dataclass(frozen=True)
class Pools:
    """The three pools, and what was asked for.

    Attributes:
        ours: By our own engine.
        theirs: As img2dataset wrote it.
        reconciled: By our `img2dataset` engine, from `theirs`.
        asked: Paths, in the order in which the server saw them, of img2dataset's run alone.
    """

    ours: Path
    theirs: Path
    reconciled: Path
    shards: dict[int, list[Candidate]]
    rows: list[PoolRow]
    asked: list[str]
    origin: str

    def by_path(self) -> dict[str, PoolRow]:
        return {row.candidate.url.removeprefix(self.origin): row for row in self.rows}


def read_table(pool: Path) -> pa.Table:
    """Returns the rows of all shards."""
    tables = [pq.read_table(path) for path in sorted(pool.glob("*.parquet"))]
    return pa.concat_tables(tables)


def make_pools(folder: Path) -> Pools:
    """Serves one site and lets both engines download it; img2dataset runs once for all tests."""
    answers = GOOD | ROBOTS | {path: fault[0] for path, fault in FAULTS.items()}
    with serve(answers) as site, ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        shards = make_shards(folder, site)
        web = WebOptions(
            user_agent="test (+http://e.org)",
            product_token="webimagetext",
            obey=("noai", "noindex"),
            allow_address=(site.address,),
        )
        for shard, candidates in shards.items():
            ours = str(folder / "ours")
            download_shard(shard, candidates, folder=ours, options=OPTIONS, web=web)
        seen = len(site.asked)
        patch.setattr(img2dataset_engine, "run_img2dataset", _and_keep(folder / "theirs"))
        rows = download_by_img2dataset(
            shards, folder=str(folder / "reconciled"), options=OPTIONS, web=web
        )
        return Pools(
            folder / "ours",
            folder / "theirs",
            folder / "reconciled",
            shards,
            list(rows),
            site.asked[seen:],
            site.origin,
        )


def make_shards(folder: Path, site: Site) -> dict[int, list[Candidate]]:
    """Returns two shards of URLs, one of them with an image that lies in an archive."""
    urls = [f"{site.origin}{path}" for path in (*GOOD, *FAULTS)] + list(ELSEWHERE)
    write_archive(folder / "a.warc.gz", {ARCHIVED: ("image/jpeg", make_image(11, 200, 100))})
    made = [make_candidate(number, url=url) for number, url in enumerate(urls)]
    made.append(make_candidate(99, url=ARCHIVED, image=refs(folder / "a.warc.gz")[ARCHIVED]))
    ordered = sorted(made, key=lambda candidate: candidate.uid)
    half = len(ordered) // 2
    return {0: ordered[:half], 1: ordered[half:]}


def _and_keep(kept: Path) -> Any:
    run = img2dataset_engine.run_img2dataset

    def run_and_keep(work: str, *arguments: Any) -> None:
        run(work, *arguments)
        shutil.copytree(Path(work, "pool"), kept)

    return run_and_keep
