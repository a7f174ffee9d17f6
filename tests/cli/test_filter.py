from collections.abc import Callable
from pathlib import Path

import pytest

from cli.filter import parse_share
from pipeline.shards.table import write_table
from schemas.errors import UserError
from schemas.tables import POOL, pool_to_row
from tests.cli.conftest import run
from tests.samples import make_pair


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    rows = [pool_to_row(make_pair(n, clip_score=n / 8, sharpness=float(n))) for n in range(8)]
    write_table(str(tmp_path / "pool/00000.parquet"), rows, POOL)
    return tmp_path / "pool"


def test_thresholds_are_printed_as_a_recipe(pool: Path, capsys: pytest.CaptureFixture[str]) -> None:
    columns = ("--column", "clip_score", "--column", "sharpness")
    assert run("filter", "fit", "--top", "25%", *columns, pool) == 0
    said = capsys.readouterr().out
    assert "[score.keep]\nclip_score = { min = 0.7 }\n[images]\nmin_sharpness = 6.0" in said
    assert "all together keep 2 of 8 pairs" in said
    assert run("filter", "fit", "--keep", 3, *columns[:2], pool, "--quiet") == 0
    assert capsys.readouterr().out == "[score.keep]\nclip_score = { min = 0.6 }\n"


def test_mistakes_are_named(pool: Path, complaint: Callable[..., str]) -> None:
    column = ("--column", "clip_score")
    assert "one of them" in complaint("filter", "fit", *column, pool)
    assert "one of them" in complaint("filter", "fit", *column, "--top", "3%", "--keep", 2, pool)
    assert "there are clip_score" in complaint("filter", "fit", "--column", "x", "--keep", 2, pool)
    unscored = ("--column", "nsfw_score", "--keep", 2)
    assert "no pair has a value" in complaint("filter", "fit", *unscored, pool)


@pytest.mark.parametrize(("text", "share"), [("30%", 0.3), ("0.3", 0.3), (" 100 %", 1.0), ("1", 1)])
def test_a_share_is_a_percentage_or_a_number(text: str, share: float) -> None:
    assert parse_share(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["0", "-1%", "101%", "30", "all", "", "nan"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="write a share such as 30%"):
        parse_share(text)
