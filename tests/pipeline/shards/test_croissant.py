from pathlib import Path

from pipeline.shards.croissant import make_croissant
from schemas.tables import METADATA
from tests.datasets import make_dataset


def test_every_shard_and_table_is_there_with_its_hash(tmp_path: Path) -> None:
    manifest = make_dataset(tmp_path)
    distribution = make_croissant(manifest)["distribution"]
    hashes = {item["@id"]: item.get("sha256") for item in distribution}
    for file in (*manifest["shards"], *manifest["metadata"]):
        assert hashes[file["path"]] == file["sha256"]


def test_every_simple_column_is_a_field(tmp_path: Path) -> None:
    fields = make_croissant(make_dataset(tmp_path))["recordSet"][0]["field"]
    assert {field["name"] for field in fields} == set(METADATA.names) - {
        "alternative_texts",
        "overlap",
        "queries",
        "text_changes",
    }
