import re
import socket
from pathlib import Path

import pytest

from filters.scoring import hub as module
from filters.scoring.hub import check_answer, fetch_file
from schemas.errors import UserError
from tests.filters.scoring.fake_hub import point_to, serve_hub

ASKED = "[score] model = 'hf-hub:o/m'"


def closed_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_a_file_is_fetched_once_and_then_the_hub_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_hub({"o/m/w.bin": b"weights"}) as hub:
        point_to(monkeypatch, hub.url, tmp_path)
        path = fetch_file("o/m", ("w.safetensors", "w.bin"), ASKED)
        assert Path(path).read_bytes() == b"weights"
        assert hub.fetched == ["/o/m/resolve/main/w.bin"]
        asked = len(hub.asked)
        assert fetch_file("o/m", ("w.safetensors", "w.bin"), ASKED) == path
        assert len(hub.asked) == asked
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert fetch_file("o/m", ("w.bin",), ASKED) == path


def test_a_hub_that_does_not_answer_is_asked_once_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = closed_port()
    point_to(monkeypatch, url, tmp_path)
    message = re.escape(f"{ASKED}: it is not in {tmp_path}, and {url} does not answer")
    with pytest.raises(UserError, match=message):
        fetch_file("o/m", ("w.bin",), ASKED)


def test_a_hub_that_is_silent_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        point_to(monkeypatch, f"http://127.0.0.1:{silent.getsockname()[1]}", tmp_path)
        with pytest.raises(UserError, match="does not answer"):
            check_answer(ASKED)


def test_offline_is_obeyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_hub({"o/m/w.bin": b"weights"}) as hub:
        point_to(monkeypatch, hub.url, tmp_path)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        with pytest.raises(UserError, match="HF_HUB_OFFLINE forbids"):
            fetch_file("o/m", ("w.bin",), ASKED)
    assert not hub.asked


def test_what_the_hub_lacks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_hub({"o/m/other": b""}) as hub:
        point_to(monkeypatch, hub.url, tmp_path)
        with pytest.raises(UserError, match=r"o/m on the hub has none of a\.bin, b\.bin"):
            fetch_file("o/m", ("a.bin", "b.bin"), ASKED)
        with pytest.raises(UserError, match="the hub has no o/none"):
            fetch_file("o/none", ("a.bin",), ASKED)
    with pytest.raises(UserError, match="'a b' is no name of a repository"):
        fetch_file("a b", ("a.bin",), ASKED)
