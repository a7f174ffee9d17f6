from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fit_thresholds import COLUMNS, Fit, fit_thresholds
from pipeline.recipe.recipe import Recipe
from pipeline.shards.table import write_table
from schemas.errors import UserError
from schemas.tables import POOL, pool_to_row
from tests.samples import make_pair

RNG = np.random.default_rng(0)
SCORES = RNG.normal(0.25, 0.05, 3000)
NSFW = RNG.random(3000)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("pool")
    for shard in range(3):
        rows = []
        for n in range(1000):
            place = shard * 1000 + n
            pair = make_pair(place, clip_score=float(SCORES[place]), nsfw_score=float(NSFW[place]))
            rows.append(pool_to_row(pair))
        rows += [pool_to_row(make_pair(9000 + shard, status="failed_to_download"))]
        write_table(str(folder / f"{shard}.parquet"), rows, POOL)
    return sorted(map(str, folder.glob("*.parquet")))


def test_shares_are_those_of_numpys_quantile(files: list[str]) -> None:
    (fit,) = fit_thresholds(files, ["clip_score"], top=0.3).fits
    column = SCORES.astype(np.float32)
    assert fit.kept == 900 == np.count_nonzero(column.astype(float) >= fit.limit)
    assert fit.limit == pytest.approx(np.quantile(column, 0.7), abs=1e-3)
    assert fit.scored == 3000


def test_a_number_of_pairs_can_be_asked_for_and_lower_may_be_better(files: list[str]) -> None:
    report = fit_thresholds(files, ["clip_score", "nsfw_score"], keep=500)
    assert [fit.kept for fit in report.fits] == [500, 500]
    clip, nsfw = report.fits
    kept = (SCORES.astype(np.float32) >= clip.limit) & (NSFW.astype(np.float32) <= nsfw.limit)
    assert report.kept_by_all == np.count_nonzero(kept)
    assert report.num_pairs == 3000
    assert nsfw.limit == pytest.approx(np.sort(NSFW)[499], abs=1e-3)


@given(st.lists(st.sampled_from([0.1, 0.2, 0.3, None]), min_size=1, max_size=30), st.data())
def test_equal_scores_stay_together_and_missing_ones_never_count(
    tmp_path_factory: pytest.TempPathFactory, scores: list[float | None], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("t") / "t.parquet"
    column = pa.array(scores, pa.float32())
    table = pa.table({"clip_score": column, "status": ["success"] * len(scores)})
    pq.write_table(table, path)
    known = [score for score in scores if score is not None]
    if not known:
        with pytest.raises(UserError, match="no pair has a value"):
            fit_thresholds([str(path)], ["clip_score"], top=0.5)
        return
    keep = data.draw(st.integers(1, len(known)))
    (fit,) = fit_thresholds([str(path)], ["clip_score"], keep=keep).fits
    worst = sorted(known, reverse=True)[keep - 1]
    assert fit.kept == sum(score >= worst for score in known)
    assert fit.scored == len(known)


def test_more_than_there_are_and_columns_that_are_missing_are_refused(
    files: list[str], tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="--keep 3001: only 3000 pairs have a clip_score"):
        fit_thresholds(files, ["clip_score"], keep=3001)
    pq.write_table(pa.table({"status": ["success"]}), tmp_path / "t.parquet")
    with pytest.raises(UserError, match="lacks the column 'clip_score'"):
        fit_thresholds([str(tmp_path / "t.parquet")], ["clip_score"], top=0.5)
    (tmp_path / "n.parquet").write_text("none")
    with pytest.raises(UserError, match="not a readable Parquet table"):
        fit_thresholds([str(tmp_path / "n.parquet")], ["clip_score"], top=0.5)


@pytest.mark.parametrize("column", COLUMNS)
def test_every_line_is_right_in_a_recipe(column: str) -> None:
    fit = Fit(column=column, limit=0.25, kept=1, scored=1)
    section, line = fit.recipe_lines
    import tomllib

    recipe = Recipe.model_validate(tomllib.loads(f"{section}\n{line}\n"))
    assert recipe != Recipe()
