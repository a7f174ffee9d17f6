"""Case 30: certificates that do not count, and old TLS; a recipe can take them, and rows say so."""

import socket
import ssl
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from pipeline.download.shard import fingerprint
from pipeline.recipe.load import load_recipe
from pipeline.web.options import WebOptions
from tests.catalogue.download import OPTIONS, PHOTO, download
from tests.certificates import Authority
from tests.pipeline.web.bad_server import Site, ok, serving, web_options
from tests.samples import make_candidate


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", made.path)
    return made


def old_tls(context: ssl.SSLContext) -> ssl.SSLContext:
    """Returns a server's context that speaks TLS 1.0 and nothing else."""
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # which is what the case is about
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1
    return context


@contextmanager
def serving_old_tls(context: ssl.SSLContext) -> Iterator[Site]:
    """Serves an image; unlike asyncio a blocking server sends the alert of a failed handshake."""
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            # Whoever is told no goes away.
            with suppress(OSError), context.wrap_socket(peer, server_side=True) as secure:
                secure.recv(10_000)
                secure.sendall(ok(PHOTO))

    thread = Thread(target=run)
    thread.start()
    try:
        yield Site(port=listener.getsockname()[1], scheme="https")
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@pytest.fixture
def sites(tmp_path: Path, authority: Authority) -> Iterator[dict[str, Site]]:
    (tmp_path / "stranger").mkdir()
    stranger = Authority(tmp_path / "stranger")
    host = "127.0.0.1"
    contexts = {
        "good": authority.server(host),
        "certificate expired": authority.server(host, days=-1),
        "certificate not valid yet": authority.server(host, days=40),
        "certificate self-signed": authority.server(host, is_self_signed=True),
        "certificate not trusted": stranger.server(host),
        "certificate of another host": authority.server("other.example"),
    }
    with ExitStack() as stack:
        found = {
            name: stack.enter_context(serving({"/a.jpg": ok(PHOTO)}, tls=context))
            for name, context in contexts.items()
        }
        old = serving_old_tls(old_tls(authority.server(host)))
        yield {**found, "TLS older than 1.2": stack.enter_context(old)}


def fetch(folder: Path, sites: dict[str, Site], web: WebOptions) -> dict[str, tuple[str, str]]:
    web = replace(web, allow_address=tuple(site.address for site in sites.values()))
    rows = download(folder, [site.url("/a.jpg") for site in sites.values()], web)
    return {name: (row.outcome, row.detail) for name, row in zip(sites, rows.values(), strict=True)}


def test_30_each_says_what_is_wrong_with_it(tmp_path: Path, sites: dict[str, Site]) -> None:
    for robots in (False, True):
        found = fetch(tmp_path / str(robots), sites, web_options(robots=robots))
        assert found.pop("good") == ("ok", "")
        assert found == {name: ("tls", name) for name in found}


def test_30_a_recipe_can_take_them_and_rows_say_so(tmp_path: Path, sites: dict[str, Site]) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("[web]\nverify_tls = false\nrobots = false\nsite_files = false\n")
    web = WebOptions(**load_recipe(recipe).web.model_dump())
    found = fetch(tmp_path, sites, web)
    assert found == dict.fromkeys(sites, ("ok", "TLS not verified"))
    candidates = [make_candidate(1)]
    strict = replace(web, verify_tls=True)
    assert fingerprint(candidates, OPTIONS, web) != fingerprint(candidates, OPTIONS, strict)


def test_30_what_came_without_tls_is_not_marked(tmp_path: Path) -> None:
    with serving({"/a.jpg": ok(PHOTO)}) as site:
        web = replace(web_options(site.address), verify_tls=False)
        (row,) = download(tmp_path, [site.url("/a.jpg")], web).values()
    assert (row.outcome, row.detail) == ("ok", "")
