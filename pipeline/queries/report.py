"""What balancing did: pairs of every query before and after, head and tail, figures and plots."""

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from pipeline.queries.balance import probability, tail_share
from pipeline.queries.charts import HEIGHT, WIDTH, axis, curve, magnitudes, place
from schemas.tables import Row

SHOWN = 25  # queries of the head, and of those that lost most, on the page

Report = dict[str, Any]


def count_rows(before: Mapping[str, int], after: Mapping[str, int], max_pairs: int) -> list[Row]:
    """Returns the rows of `QUERY_COUNTS`, the most frequent query first."""
    return [
        {
            "query": query,
            "before": count,
            "after": after.get(query, 0),
            "probability": probability(count, max_pairs),
        }
        for query, count in sorted(before.items(), key=lambda item: (-item[1], item[0]))
    ]


def make_report(
    rows: Sequence[Row], *, max_pairs: int, pairs: tuple[int, int, int], list_size: int
) -> Report:
    """Returns the figures.

    Args:
        rows: From `count_rows`.
        max_pairs: t.
        pairs: Pairs that came, that hold a query, that were kept.
        list_size: Queries in the list.
    """
    matches, kept = sum(row["before"] for row in rows), sum(row["after"] for row in rows)
    head = [row for row in rows if row["before"] > max_pairs]
    came, matched, drawn = pairs
    return {
        "max_pairs": max_pairs,
        "pairs": {"in": came, "matched": matched, "kept": drawn},
        "matches": {"before": matches, "after": kept},
        "queries": {"list": list_size, "matched": len(rows), "above_max": len(head)},
        "head_share": {
            "before": _share(sum(row["before"] for row in head), matches),
            "after": _share(sum(row["after"] for row in head), kept),
        },
        "tail_share": {
            "before": round(tail_share((row["before"] for row in rows), max_pairs), 6),
        },
    }


def report_json(report: Report) -> str:
    """Returns the report as the file holds it."""
    return json.dumps(report, indent=1) + "\n"


def rank_svg(rows: Sequence[Row], max_pairs: int) -> str:
    """Returns the plot of pairs by rank, before and after, as an SVG file of its own."""
    return _environment().get_template("rank.svg.j2").render(**_plot(rows, max_pairs))


def render_page(report: Report, rows: Sequence[Row]) -> str:
    """Returns the page; it needs no network and runs no script."""
    page = _environment().get_template("balance.html.j2")
    lost = sorted(rows, key=lambda row: (row["after"] - row["before"], row["query"]))
    return page.render(
        report=report,
        head=rows[:SHOWN],
        lost=[row for row in lost[:SHOWN] if row["after"] < row["before"]],
        bars=magnitudes((row["before"], row["after"]) for row in rows),
        **_plot(rows, report["max_pairs"]),
    )


def _plot(rows: Sequence[Row], max_pairs: int) -> dict[str, Any]:
    before = [row["before"] for row in rows]
    after = sorted((row["after"] for row in rows if row["after"]), reverse=True)
    ranks = axis(len(rows), WIDTH)
    pairs = axis(max([*before, max_pairs, 10]), HEIGHT)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "ranks": ranks,
        "pairs": pairs,
        "before": curve(before, ranks, pairs),
        "after": curve(after, ranks, pairs),
        "limit": HEIGHT - place(max_pairs, pairs, HEIGHT),
        "max_pairs": max_pairs,
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 6) if whole else 0.0


def _environment() -> Environment:
    # Queries may come from anybody's list: every value is escaped.
    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = lambda number: f"{number:,}"
    environment.filters["percent"] = lambda share: f"{100 * share:.1f}\N{NO-BREAK SPACE}%"
    return environment


def _template(name: str) -> str:
    return files("pipeline.queries").joinpath(name).read_text(encoding="utf-8")
