from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Chain, run


def test_a_right_recipe_is_said_to_be_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.toml").write_text('name = "mine"\n')
    assert run("recipe", "check", tmp_path / "r.toml") == 0
    assert "a valid recipe, 'mine'" in capsys.readouterr().out.replace("\n", " ")


def test_every_wrong_key_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "r.toml"
    path.write_text("[select]\nmin_char = 3\nmin_words = 'two'\n")
    assert run("recipe", "check", path) == 2
    said = capsys.readouterr().err
    assert f"{path}:2: select.min_char: unknown key" in said
    assert f"{path}:3: select.min_words" in said


def test_a_try_shows_the_funnel_with_examples_of_a_crawl_and_of_its_input(
    tmp_path: Path, chain: Chain, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.toml").write_text('name = "mine"\n[select]\nmin_chars = 30\n')
    for source in (chain.crawled, chain.archive):
        page = tmp_path / "try.html"
        assert run("recipe", "try", tmp_path / "r.toml", source, "--html", page) == 0
        said = capsys.readouterr().out
        assert "text_too_short" in said
        assert "A very tiny red boat" in said
        assert "8 of 10 candidates are kept" in said
        assert "A very tiny red boat" in page.read_text()


def test_a_try_can_be_quiet_and_shows_no_more_examples_than_asked(
    tmp_path: Path, chain: Chain, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.toml").write_text("[select]\nmin_chars = 200\n")
    assert run("recipe", "try", tmp_path / "r.toml", chain.crawled, "--quiet") == 0
    assert capsys.readouterr().out == ""
    assert run("recipe", "try", tmp_path / "r.toml", chain.crawled, "--examples", 1) == 0
    said = capsys.readouterr().out
    assert said[: said.index("choose_texts")].count("red boat") == 1


def test_a_try_of_a_live_site_is_refused(tmp_path: Path, complaint: Callable[..., str]) -> None:
    (tmp_path / "r.toml").write_text("")
    said = complaint("recipe", "try", tmp_path / "r.toml", "http://127.0.0.1:9/")
    assert "a try fetches nothing" in said


def test_a_try_of_all_counts_the_same_as_a_sample_that_is_large_enough(
    tmp_path: Path, chain: Chain, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.toml").write_text("[select]\nmin_chars = 30\ndrop_text_above = 1\n")
    said = []
    for source in (chain.crawled, chain.archive):
        for flags in (["--all"], ["--sample", "10000"]):
            assert run("recipe", "try", tmp_path / "r.toml", source, *flags, "--examples", 0) == 0
            said.append(capsys.readouterr().out)
    assert len(set(said)) == 1
    assert "drop_text_above" in said[0]


def test_a_try_of_a_part_says_what_its_caps_count(
    tmp_path: Path, chain: Chain, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.toml").write_text("[select]\ndrop_text_above = 1\nnear_text_similarity = 0.9\n")
    assert run("recipe", "try", tmp_path / "r.toml", chain.crawled, "--sample", 4) == 0
    said = capsys.readouterr().out
    assert "drop_text_above +" in said
    assert "counted in the whole input" in said
    assert "near_text_similarity *" in said
