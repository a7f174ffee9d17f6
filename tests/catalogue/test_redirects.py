"""Cases 13 and 14: how far redirects are followed, and what they carry along."""

from pathlib import Path

import pytest

from tests.catalogue.download import PHOTO, download, outcomes
from tests.certificates import Authority
from tests.pipeline.web.bad_server import Reply, answer, ok, redirect, serving, web_options


def test_13_a_loop_ends_after_five(tmp_path: Path) -> None:
    with serving({"/a.jpg": redirect("/b.jpg"), "/b.jpg": redirect("/a.jpg")}) as site:
        url = site.url("/a.jpg")
        row = download(tmp_path, [url], web_options(site.address))[url]
        assert len(site.requests) == 6
    assert row.outcome == "redirects"
    assert row.detail.startswith("more than 5 after")


@pytest.mark.parametrize(("length", "outcome"), [(5, "ok"), (6, "redirects")])
def test_13_a_chain(tmp_path: Path, length: int, outcome: str) -> None:
    replies: dict[str, Reply] = {f"/{n}": redirect(f"/{n + 1}") for n in range(length)}
    with serving({**replies, f"/{length}": ok(PHOTO)}) as site:
        assert outcomes(tmp_path, [site.url("/0")], site.address) == [outcome]
        assert len(site.requests) == 6


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", made.path)
    return made


def test_14_from_https_to_http_nothing_is_carried_along(
    tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with serving({"/b.jpg": ok(PHOTO)}) as plain:
        start = answer(
            "302 Found",
            b"",
            f"Location: {plain.url('/b.jpg')}",
            "Set-Cookie: session=secret; Path=/",
            "WWW-Authenticate: Basic realm=a",
        )
        with serving({"/a.jpg": start}, tls=authority.server("127.0.0.1")) as secure:
            web = web_options(plain.address, secure.address)
            url = secure.url("/a.jpg")
            row = download(tmp_path, [url], web)[url]
        (head,) = plain.heads
    assert (row.outcome, row.final_url) == ("ok", plain.url("/b.jpg"))
    names = {line.partition(":")[0].lower() for line in head.splitlines()[1:] if line}
    assert names == {"host", "user-agent", "accept-encoding", "accept"}


def test_14_credentials_in_the_target_are_refused(tmp_path: Path) -> None:
    with serving({"/b.jpg": ok(PHOTO)}) as other:
        target = f"http://user:secret@{other.address}/b.jpg"
        with serving({"/a.jpg": redirect(target)}) as site:
            url = site.url("/a.jpg")
            assert outcomes(tmp_path, [url], site.address, other.address) == ["url"]
        assert other.requests == []
