from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.crawl.check_inputs import check_inputs
from pipeline.crawl.inputs import plan_inputs
from pipeline.crawl.options import ReadOptions
from schemas.errors import UserError


def check(*inputs: str, **said: str) -> None:
    check_inputs(plan_inputs(inputs), ReadOptions(product_token="x", **said))


def test_the_one_list_of_many_that_lacks_a_column_is_named(tmp_path: Path) -> None:
    for n in range(5):
        pq.write_table(pa.table({"url": ["u"], "text": ["t"]}), tmp_path / f"{n}.parquet")
    check(str(tmp_path))
    pq.write_table(pa.table({"url": [1], "text": ["t"]}), tmp_path / "3.parquet")
    with pytest.raises(UserError, match=r"3\.parquet: no column url"):
        check(str(tmp_path))


def test_what_is_broken_shows_when_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("no json")
    (tmp_path / "x.parquet").write_bytes(b"PAR1")
    check(str(tmp_path))


def test_a_condition_needs_an_index_that_it_fits(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("url,text\nu,t\n")
    (tmp_path / "x.cdxj").touch()
    with pytest.raises(UserError, match="--where: no input is an index"):
        check(str(tmp_path / "x.csv"), where="fetch_status = 200")
    check(f"cc-index:{tmp_path}/x.cdxj", where="fetch_status = 200")
    with pytest.raises(UserError, match="no column 'status'"):
        check(f"cc-index:{tmp_path}/x.cdxj", where="status = 200")


@pytest.mark.parametrize("cc_root", ["nonsense://x", "oss://bucket/"])
def test_a_root_that_cannot_be_opened_is_named(tmp_path: Path, cc_root: str) -> None:
    (tmp_path / "x.cdxj").touch()
    with pytest.raises(UserError, match="--cc-root"):
        check(f"cc-index:{tmp_path}/x.cdxj", cc_root=cc_root)


def test_a_dataset_is_asked_for_its_columns(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    pq.write_table(pa.table({"a": ["u"], "b": ["t"]}), tmp_path / "set/train.parquet")
    with pytest.raises(UserError, match="--url-column"):
        check(f"hf:{tmp_path}/set")
