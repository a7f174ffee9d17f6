import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.download.options import DownloadOptions
from pipeline.download.pool import read_pool_shard
from pipeline.download.shard import download_shard, fingerprint
from pipeline.web.options import WebOptions
from schemas.records import Candidate, ImageKind, ImageRef, PoolRow
from schemas.uid import name_picture
from tests.archives import write_archive
from tests.pipeline.download.test_archive import refs
from tests.samples import make_candidate, make_damaged_jpeg, make_image
from tests.servers import Answer, Site, serve

OPTIONS = DownloadOptions(image_size=64, deadline_s=5, concurrency=8)
ANSWERS = {
    "/good.jpg": Answer(make_image(1, 200, 160)),
    "/moved.jpg": Answer(status=302, headers={"Location": "/good.jpg"}),
    "/out.jpg": Answer(make_image(2), headers={"X-Robots-Tag": "noai"}),
    "/page.jpg": Answer(b"<!doctype html>", headers={"Content-Type": "image/jpeg"}),
    "/cut.jpg": Answer(make_image(3)[:900]),
    "/bomb.png": Answer(make_image(4, 3000, 2000, "PNG")),
    "/private/no.jpg": Answer(make_image(5)),
    "/robots.txt": Answer(b"User-agent: *\nDisallow: /private/\n"),
}
OUTCOMES = {
    "/good.jpg": ("success", "ok", 200),
    "/moved.jpg": ("success", "ok", 200),
    "/gone.jpg": ("failed_to_download", "http_404", 404),
    "/out.jpg": ("failed_to_download", "opt_out", 200),
    "/page.jpg": ("failed_to_resize", "not_image", 200),
    "/cut.jpg": ("failed_to_resize", "decode", 200),
    "/bomb.png": ("failed_to_resize", "pixels", 200),
    "/private/no.jpg": ("failed_to_download", "robots", None),
}


def web_for(site: Site, **changes: object) -> WebOptions:
    base = WebOptions(
        user_agent="test (+http://e.org)",
        product_token="webimagetext",
        obey=("noai",),
        allow_address=(site.address,),
    )
    return replace(base, **changes)


def candidates_for(site: Site, paths: list[str]) -> list[Candidate]:
    made = [make_candidate(n, url=f"{site.origin}{path}") for n, path in enumerate(paths)]
    return sorted(made, key=lambda candidate: candidate.uid)


def by_path(rows: list[PoolRow], site: Site) -> dict[str, PoolRow]:
    return {row.candidate.url.removeprefix(site.origin): row for row in rows}


def test_every_url_ends_in_one_row_with_its_outcome(tmp_path: Path) -> None:
    options = replace(OPTIONS, max_pixels=1_000_000)
    ticks: list[int] = []
    with serve(ANSWERS) as site:
        candidates = candidates_for(site, list(OUTCOMES))
        rows = download_shard(
            0,
            candidates,
            folder=str(tmp_path),
            options=options,
            web=web_for(site),
            on_progress=ticks.append,
        )
    found = by_path(rows, site)
    outcomes = {path: (row.status, row.outcome, row.http_status) for path, row in found.items()}
    assert outcomes == OUTCOMES
    assert sum(ticks) == len(OUTCOMES)
    assert [row.uid for row in rows] == [candidate.uid for candidate in candidates]
    assert rows == read_pool_shard(str(tmp_path), 0)
    assert "/private/no.jpg" not in site.asked
    assert found["/moved.jpg"].final_url == f"{site.origin}/good.jpg"
    assert found["/out.jpg"].detail == "header:noai"
    assert (found["/good.jpg"].original_width, found["/good.jpg"].width) == (200, 80)


@pytest.mark.parametrize("concurrency", [1, 64])
def test_a_tars_bytes_do_not_depend_on_timing(tmp_path: Path, concurrency: int) -> None:
    answers = {f"/{n}.jpg": Answer(make_image(n)) for n in range(20)}
    with serve(answers) as site:
        candidates = candidates_for(site, list(answers))
        for name, width in (("a", 8), ("b", concurrency)):
            download_shard(
                0,
                candidates,
                folder=str(tmp_path / name),
                options=replace(OPTIONS, concurrency=width),
                web=web_for(site),
            )
    assert (tmp_path / "a/00000.tar").read_bytes() == (tmp_path / "b/00000.tar").read_bytes()


def test_a_finished_shard_is_not_fetched_again_unless_its_input_changed(tmp_path: Path) -> None:
    with serve(ANSWERS) as site:
        candidates = candidates_for(site, ["/good.jpg", "/gone.jpg"])
        web = web_for(site)
        once = download_shard(0, candidates, folder=str(tmp_path), options=OPTIONS, web=web)
        asked = len(site.asked)
        again = download_shard(0, candidates, folder=str(tmp_path), options=OPTIONS, web=web)
        assert (again, len(site.asked)) == (once, asked)
        smaller = replace(OPTIONS, image_size=32)
        download_shard(0, candidates, folder=str(tmp_path), options=smaller, web=web)
        assert len(site.asked) > asked


def test_images_of_an_archive_need_no_network(tmp_path: Path) -> None:
    url = "http://nowhere.invalid/a.jpg"
    write_archive(tmp_path / "a.warc.gz", {url: ("image/jpeg", make_image(1))})
    ref = refs(tmp_path / "a.warc.gz")[url]
    candidate = make_candidate(1, url=url, image=ref)
    lost = make_candidate(2, url=url, image=ImageRef(source=ref.source, offset=9**9, length=1))
    web = WebOptions(user_agent="test", product_token="webimagetext")
    pair = sorted((candidate, lost), key=lambda c: c.uid)
    rows = download_shard(0, pair, folder=str(tmp_path / "pool"), options=OPTIONS, web=web)
    outcomes = {row.uid: row.outcome for row in rows}
    assert outcomes == {candidate.uid: "ok", lost.uid: "warc_record"}


def test_a_picture_at_hand_must_be_the_one_that_its_name_says(tmp_path: Path) -> None:
    rows = []
    for number, held in ((1, 1), (2, 3)):  # the second file changed since it was crawled
        path = tmp_path / f"{number}.jpg"
        path.write_bytes(make_image(held))
        ref = ImageRef(source=str(path), offset=0, length=path.stat().st_size, kind=ImageKind.BYTES)
        url = name_picture(hashlib.sha256(make_image(number)).hexdigest())
        rows.append(make_candidate(number, url=url, image=ref))
    web = WebOptions(user_agent="test", product_token="webimagetext")
    pair = sorted(rows, key=lambda c: c.uid)
    done = download_shard(0, pair, folder=str(tmp_path / "pool"), options=OPTIONS, web=web)
    found = {row.uid: (row.outcome, row.http_status) for row in done}
    assert found == {rows[0].uid: ("ok", None), rows[1].uid: ("hash_mismatch", None)}


def test_a_name_of_a_picture_is_never_fetched(tmp_path: Path) -> None:
    candidate = make_candidate(1, url=name_picture("00" * 32))
    web = WebOptions(user_agent="test", product_token="webimagetext")
    (row,) = download_shard(0, [candidate], folder=str(tmp_path / "p"), options=OPTIONS, web=web)
    assert row.outcome == "scheme"


def test_an_archived_response_can_opt_out_too(tmp_path: Path) -> None:
    url = "http://nowhere.invalid/a.jpg"
    body = ("image/jpeg", make_image(1))
    write_archive(tmp_path / "a.warc", {url: body}, headers={"X-Robots-Tag": "noai"})
    candidate = make_candidate(1, url=url, image=refs(tmp_path / "a.warc")[url])
    web = WebOptions(user_agent="test", product_token="webimagetext", obey=("noai",))
    (row,) = download_shard(0, [candidate], folder=str(tmp_path / "p"), options=OPTIONS, web=web)
    assert (row.outcome, row.opt_out) == ("opt_out", ("header:noai",))


def test_a_private_address_is_refused_unless_allowed_by_name(tmp_path: Path) -> None:
    with serve(ANSWERS) as site:
        (candidate,) = candidates_for(site, ["/good.jpg"])
        web = web_for(site, allow_address=())
        (row,) = download_shard(0, [candidate], folder=str(tmp_path), options=OPTIONS, web=web)
    assert row.outcome == "address"
    assert site.asked == []


def test_what_decides_a_shard_changes_its_fingerprint() -> None:
    candidates = [make_candidate(1)]
    web = WebOptions(user_agent="test", product_token="webimagetext")
    marks = {
        fingerprint(candidates, OPTIONS, web),
        fingerprint([make_candidate(2)], OPTIONS, web),
        fingerprint([replace(candidates[0], text="a text under the same uid")], OPTIONS, web),
        fingerprint(candidates, replace(OPTIONS, image_size=65), web),
        fingerprint(candidates, OPTIONS, replace(web, obey=("noai",))),
        fingerprint(candidates, OPTIONS, replace(web, site_files=False)),
    }
    assert len(marks) == 6
    assert fingerprint(candidates, OPTIONS, replace(web, host_connections=9)) in marks


def test_a_list_can_say_which_bytes_it_means(tmp_path: Path) -> None:
    bodies = {name: make_image(number) for number, name in enumerate(("same", "other", "none"))}
    write_archive(
        tmp_path / "a.warc",
        {f"http://a.invalid/{name}": ("image/jpeg", body) for name, body in bodies.items()},
    )
    found = refs(tmp_path / "a.warc")
    said = {
        "same": hashlib.md5(bodies["same"]).hexdigest().upper(),
        "other": "0" * 32,
        "none": None,
    }
    candidates = [
        make_candidate(1, url=url, image=found[url], extra=json.dumps({"hash": said[name]}))
        for name in bodies
        for url in [f"http://a.invalid/{name}"]
    ]
    rows = download_shard(
        0,
        sorted(candidates, key=lambda candidate: candidate.uid),
        folder=str(tmp_path / "pool"),
        options=DownloadOptions(verify_hash=("hash", "md5"), compute_hash="md5"),
        web=WebOptions(user_agent="test", product_token="webimagetext"),
    )
    outcomes = {row.candidate.url[17:]: (row.status, row.outcome) for row in rows}
    mismatch = ("failed_to_download", "hash_mismatch")
    assert outcomes == {"same": ("success", "ok"), "other": mismatch, "none": mismatch}
    (row,) = [row for row in rows if row.status == "success"]
    assert (row.md5, row.sha512) == (said["same"].lower(), None)


def test_what_the_options_refuse_is_of_the_image_and_not_of_the_transfer(tmp_path: Path) -> None:
    bodies = {
        "image_too_small": make_image(1, 60, 40),
        "image_too_long": make_image(1, 300, 90),
        "image_too_large": make_image(1, 600, 400),
        "damaged": make_damaged_jpeg(1),
        "ok": make_image(1, 300, 200),
    }
    urls = {f"http://a.invalid/{name}": ("image/jpeg", body) for name, body in bodies.items()}
    write_archive(tmp_path / "a.warc", urls)
    found = refs(tmp_path / "a.warc")
    candidates = [make_candidate(1, url=url, image=found[url]) for url in urls]
    options = DownloadOptions(
        min_image_size=50, max_aspect_ratio=3.0, max_image_area=100_000, strict="reject"
    )
    rows = download_shard(
        0,
        sorted(candidates, key=lambda candidate: candidate.uid),
        folder=str(tmp_path / "pool"),
        options=options,
        web=WebOptions(user_agent="test", product_token="webimagetext"),
    )
    assert {row.candidate.url[17:]: row.outcome for row in rows} == {n: n for n in bodies}
    assert {row.status for row in rows if row.outcome != "ok"} == {"failed_to_resize"}
    assert rows == read_pool_shard(str(tmp_path / "pool"), 0)


def test_a_mended_image_is_marked_in_its_row(tmp_path: Path) -> None:
    urls = {"http://a.invalid/a": make_damaged_jpeg(1), "http://a.invalid/b": make_image(2)}
    write_archive(tmp_path / "a.warc", {url: ("image/jpeg", b) for url, b in urls.items()})
    found = refs(tmp_path / "a.warc")
    candidates = [make_candidate(1, url=url, image=found[url]) for url in urls]
    rows = download_shard(
        0,
        sorted(candidates, key=lambda candidate: candidate.uid),
        folder=str(tmp_path / "pool"),
        options=OPTIONS,
        web=WebOptions(user_agent="test", product_token="webimagetext"),
    )
    assert {row.candidate.url[-1]: row.damaged for row in rows} == {"a": True, "b": False}
