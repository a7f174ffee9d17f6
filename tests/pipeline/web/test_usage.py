import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.web.usage import LABELS, read, split_path


@pytest.mark.parametrize(
    ("value", "stated"),
    [
        ("train-ai=n", "train-ai=n"),
        ("train-ai=y, search=n", "train-ai=y search=n"),
        ("bots=y,train-ai=n;note=1", "bots=y train-ai=n"),
        # draft-ietf-aipref-vocab-08, 6.5: what is no token y or n states nothing
        ('search=n, search="n"', "search=n"),
        ("train-ai, search=?0", ""),
        ('train-ai;has;parameters="?";', ""),
        ("train-ai;allow=n, train-ai=y", "train-ai=y"),
        ('x="a, train-ai=n"', ""),
        ('x="\\", train-ai=n, \\""', ""),
        # where we read what the RFC drops
        ("Train-AI = N", "train-ai=n"),
        ("train-ai=y, train-ai=n", "train-ai=y train-ai=n"),
        ("=, ;;, train-ai=n, (", "train-ai=n"),
        # contentsignals.org
        ("search=yes,ai-train=no, ai-input=maybe", "search=yes ai-train=no"),
        ("other=n", ""),
        ("", ""),
    ],
)
def test_what_a_value_states(value: str, stated: str) -> None:
    assert read(value) == set(stated.split())


@pytest.mark.parametrize(
    ("value", "path", "usage"),
    [
        ("train-ai=n", "", "train-ai=n"),
        ("/ train-ai=n", "/", "train-ai=n"),
        ("/a\t train-ai=n, search=y", "/a", "train-ai=n, search=y"),
        ("/a", "/a", ""),
        ("", "", ""),
    ],
)
def test_path_and_preferences(value: str, path: str, usage: str) -> None:
    assert split_path(value) == (path, usage)


@given(st.text())
def test_any_text_states_known_labels_only(value: str) -> None:
    assert {stated.partition("=")[0] for stated in read(value)} <= LABELS
