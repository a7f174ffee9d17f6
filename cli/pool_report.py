"""What a person reads of a finished pool: what changed since the last round, and placeholders."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

SHOWN_PLACEHOLDERS = 5


def report_pool(pool: str) -> dict[str, Any]:
    """Returns the pool's part of `summary.json`: `changes` of a later round, and `placeholders`."""
    from pipeline.download.pool import count_changes
    from pipeline.stages.find_placeholders import read_placeholders

    changes = count_changes(pool)
    top = read_placeholders(pool)[:SHOWN_PLACEHOLDERS]
    return ({"changes": changes} if changes else {}) | {"placeholders": top}


def pool_tables(report: Mapping[str, Any]) -> list[Table]:
    """Returns the closing tables of what `report_pool` found; none of what there is none of."""
    tables = []
    if report.get("changes"):
        tables.append(_changes(report["changes"]))
    if report["placeholders"]:
        tables.append(_placeholders(report["placeholders"]))
    return tables


def _changes(changes: Mapping[str, int]) -> Table:
    table = Table(title="Pictures since the earlier pool", title_justify="left")
    for name in changes:
        table.add_column(name, justify="right")
    table.add_row(*(f"{count:,}" for count in changes.values()))
    return table


def _placeholders(top: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(title="One picture under many URLs", title_justify="left")
    for name in ("URLs", "hosts", "texts", "same", "uid in the pool", "such as"):
        table.add_column(name, justify="right" if name in ("URLs", "hosts", "texts") else "left")
    for row in top:
        counts = (f"{row[name]:,}" for name in ("urls", "hosts", "captions"))
        table.add_row(*counts, row["method"], row["uid"], row["example_urls"][0])
    return table
