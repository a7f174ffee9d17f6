"""A WAT file through cc2dataset 1.5's own `process_wat`.

Usage: python cc2dataset_wat.py WAT [PAIRS], where PAIRS is a file to write the pairs to.
"""

import importlib.util
import json
import sys
import types
from pathlib import Path


def import_main() -> types.ModuleType:
    """Imports `cc2dataset.main`; of Spark and Fire, which only start it, it gets empty shells."""
    for name in ("pyspark", "pyspark.sql", "pyspark.sql.functions", "fire"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["pyspark"].SparkContext = None  # type: ignore[attr-defined]
    sys.modules["pyspark.sql"].SparkSession = None  # type: ignore[attr-defined]
    sys.modules["pyspark.sql.functions"].rand = None  # type: ignore[attr-defined]
    found = importlib.util.find_spec("cc2dataset")
    assert found is not None
    package = types.ModuleType("cc2dataset")  # its __init__ imports the command line
    package.__path__ = list(found.submodule_search_locations or [])
    sys.modules["cc2dataset"] = package
    from cc2dataset import main  # type: ignore[import-not-found]
    from loguru import logger  # type: ignore[import-not-found]

    logger.remove()
    return main  # type: ignore[no-any-return]


def run(wat: str, pairs: str | None = None) -> None:
    """Reads the file; prints how many pairs it found."""
    rows = list(import_main().process_wat(wat, "image"))
    print(len(rows))
    if pairs:
        lines = (json.dumps([url, alt, page]) for _, url, alt, _, page in rows)
        Path(pairs).write_text("\n".join(lines))


if __name__ == "__main__":
    run(*sys.argv[1:])
