"""Tells a pool or dataset of ours from other folders."""


def has_hashes(path: str) -> bool:
    """Whether the tables of a folder hold the hashes of its images."""
    from pipeline.shards.find_images import table_folder
    from pipeline.shards.storage import exists, list_files
    from pipeline.shards.table import table_columns

    if not exists(path) or path.endswith((".parquet", ".tar")):
        return False
    files = list_files(table_folder(path), ".parquet")
    return bool(files) and {"uid", "sha256", "phash"} <= set(table_columns(files[0]))
