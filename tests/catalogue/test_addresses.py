"""Cases 1 to 7, 11 and 12: where no request may go, whatever list or redirect names it."""

import subprocess
from pathlib import Path

import pytest

from schemas.records import LedgerRow
from tests.catalogue.download import PHOTO, download, outcomes, read_list
from tests.name_server import serve_names
from tests.pipeline.web.bad_server import ok, redirect, serving, web_options


def refused(folder: Path, host: str) -> None:
    """Asserts that a server that is there, under this name, is not asked for anything."""
    with serving({"/a.jpg": ok(PHOTO)}) as site:
        url = f"http://{host}:{site.port}/a.jpg"
        for robots in (False, True):
            (row,) = download(folder / str(robots), [url], web_options(robots=robots)).values()
            assert (row.outcome, row.http_status) == ("address", None)
            assert row.detail
        assert site.requests == []


def test_01_a_file_of_this_machine(tmp_path: Path) -> None:
    (item,) = read_list(tmp_path / "list.txt", "file:///etc/hostname\ta caption\n")
    assert isinstance(item, LedgerRow)
    assert (item.outcome, item.url) == ("scheme", "file:///etc/hostname")
    assert outcomes(tmp_path, ["file:///etc/hostname"]) == ["scheme"]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/a.jpg",
        "data:image/png;base64,iVBORw0KGgo=",
        "gopher://127.0.0.1:70/1",
        "pipe:touch {marker}",
        "javascript:alert(1)",
        "jar:http://127.0.0.1/a.jar!/b.jpg",
    ],
)
def test_02_other_schemes_start_nothing(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / "marker"
    url = url.format(marker=marker)
    (item,) = read_list(tmp_path / "list.tsv", f"url\ttext\n{url}\ta caption\n")
    assert isinstance(item, LedgerRow)
    assert item.outcome == "scheme"
    started: list[object] = []
    monkeypatch.setattr(subprocess, "Popen", lambda *arguments, **_: started.append(arguments))
    assert outcomes(tmp_path, [url]) == ["scheme"]
    assert started == []
    assert not marker.exists()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST.", "[::1]"])
def test_03_this_machine(tmp_path: Path, host: str) -> None:
    refused(tmp_path, host)


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "0x7F000001", "127.0.0.1."]
)
def test_04_this_machine_by_odd_numbers(tmp_path: Path, host: str) -> None:
    refused(tmp_path, host)


@pytest.mark.parametrize(
    "host",
    [
        "[::ffff:169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
    ],
)
def test_05_an_address_within_an_address(tmp_path: Path, host: str) -> None:
    refused(tmp_path, host)


@pytest.mark.parametrize("host", ["１２７.０.０.１", "①②⑦.⓪.⓪.①", "127。0。0。1", "⑫⑦.1"])  # noqa: RUF001
def test_06_this_machine_by_odd_digits(tmp_path: Path, host: str) -> None:
    refused(tmp_path, host)


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "[fd00:ec2::254]", "168.63.129.16", "100.100.100.200", "10.0.0.1"]
)
def test_07_what_clouds_tell_their_machines(tmp_path: Path, host: str) -> None:
    refused(tmp_path, host)


def test_07_the_same_by_name(tmp_path: Path) -> None:
    names = {"metadata.google.internal": ("169.254.169.254",), "a.internal": ("10.0.0.1",)}
    urls = [f"http://{name}/computeMetadata/v1/" for name in names]
    with serve_names(names) as server:
        found = outcomes(tmp_path, urls, nameservers=(server.address,))
    assert found == ["address", "address"]


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data/", "http://2130706433:1/", "//[::1]:1/"]
)
def test_11_a_redirect_to_a_private_address_is_refused_at_its_hop(
    tmp_path: Path, target: str
) -> None:
    with serving({"/a.jpg": redirect("/b.jpg"), "/b.jpg": redirect(target)}) as site:
        url = site.url("/a.jpg")
        row = download(tmp_path, [url], web_options(site.address))[url]
        assert site.requests == ["/a.jpg", "/b.jpg"]
    assert row.outcome == "address"
    assert row.detail.endswith(f" after {url} -> /b.jpg -> {target}")


def test_12_a_redirect_to_a_file(tmp_path: Path) -> None:
    with serving({"/a.jpg": redirect("file:///etc/hostname")}) as site:
        url = site.url("/a.jpg")
        row = download(tmp_path, [url], web_options(site.address))[url]
    assert (row.outcome, row.detail) == ("scheme", f"file after {url} -> file:///etc/hostname")
