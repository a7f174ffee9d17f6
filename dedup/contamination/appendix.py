"""The report as text: Markdown for a paper's appendix, and a LaTeX table (booktabs)."""

import re
from collections.abc import Sequence

from dedup.contamination.report import Report

_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
# A table cell of Markdown ends at a bar; the rest would become markup.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|#!~$])")
_HEAD = ("Benchmark", "Images", "Found", "Rate", "95 % interval")
_CORRECTED = ("Corrected", "95 % interval")
_ACCURACY = ("All", "Clean", "Overlap", "All - Clean", "p", "p (Holm)")


def appendix(report: Report) -> str:
    """Returns the appendix: what was done, the figures, their limits, the table for LaTeX."""
    head, rows = _table(report)
    lines = [
        "# Overlap of benchmarks and training data",
        "",
        *_method(report),
        "",
        _markdown_row(head),
        "|" + "---|" * len(head),
        *(_markdown_row([_MARKDOWN.sub(r"\\\1", cell) for cell in row]) for row in rows),
        "",
        f"Median {_percent(report['median_overlap_rate'])}, mean "
        f"{_percent(report['mean_overlap_rate'])} over {len(rows)} benchmarks.",
        *_judged(report),
        *_between(report),
        "",
        "## The table in LaTeX (package booktabs)",
        "",
        "```latex",
        latex_table(report).rstrip(),
        "```",
    ]
    return "\n".join(lines) + "\n"


def latex_table(report: Report) -> str:
    """Returns a `tabular` for LaTeX; needs the package booktabs."""
    head, rows = _table(report)
    lines = [
        rf"\begin{{tabular}}{{l{'r' * (len(head) - 1)}}}",
        r"\toprule",
        _latex_row(head),
        r"\midrule",
        *map(_latex_row, rows),
        r"\bottomrule",
        r"\end{tabular}",
    ]
    return "\n".join(lines) + "\n"


def _table(report: Report) -> tuple[list[str], list[list[str]]]:
    """Returns head and rows; columns that no benchmark has figures for are left out."""
    benchmarks = report["benchmarks"]
    has_correction = any("corrected" in figures for figures in benchmarks.values())
    has_accuracy = any("accuracy" in figures for figures in benchmarks.values())
    head = [*_HEAD, *(_CORRECTED if has_correction else ()), *(_ACCURACY if has_accuracy else ())]
    rows = []
    for name, figures in benchmarks.items():
        row = [
            name,
            f"{figures['images']:,}",
            f"{figures['overlap']:,}",
            _percent(figures["overlap_rate"]),
            _interval(figures["ci95"]),
        ]
        if has_correction:
            row += _corrected_cells(figures.get("corrected"))
        if has_accuracy:
            row += _accuracy_cells(figures.get("accuracy"))
        rows.append(row)
    return head, rows


def _corrected_cells(corrected: Report | None) -> list[str]:
    if corrected is None:
        return ["-", "-"]
    return [_percent(corrected["rate"]), _interval(corrected["ci95"])]


def _accuracy_cells(accuracy: Report | None) -> list[str]:
    if accuracy is None:
        return ["-"] * len(_ACCURACY)
    shares = [_percent(accuracy[name]) for name in ("all", "clean", "overlap")]
    delta = accuracy["delta"]
    signed = "-" if delta is None else f"{100 * delta:+.2f}"
    return [*shares, signed, _p_value(accuracy["p_value"]), _p_value(accuracy.get("p_holm"))]


def _method(report: Report) -> list[str]:
    lines = [
        f"{report['pool']['samples']:,} training images were searched for the images of each "
        f"benchmark: the same bytes (sha256), or near hashes ({report['hash']['algorithm']}, "
        f"version {report['hash']['version']}){_aligned(report)}.",
        "Intervals of rates are exact (Clopper-Pearson, 95 %) and hold sampling error only.",
    ]
    if any("corrected" in figures for figures in report["benchmarks"].values()):
        lines.append(
            "Corrected rates follow Rogan and Gladen (1978) with the detector's measured recall "
            "and false positives; their intervals carry the uncertainty of both."
        )
    if any("accuracy" in figures for figures in report["benchmarks"].values()):
        lines.append(
            "Accuracy is compared as in CLIP (arXiv 2103.00020, section 5): p is the one-tailed "
            "binomial test of Overlap with Clean accuracy as the null; Holm over all benchmarks."
        )
    return lines


def _aligned(report: Report) -> str:
    figures = report["benchmarks"].values()
    scores = sorted({found["min_score"] for found in figures if "min_score" in found})
    if not scores:
        return ""
    words = ", ".join(map(str, scores))
    return (
        " that an alignment of thumbnails confirms, or pictures that align with a score of at "
        f"least {words}"
    )


def _between(report: Report) -> list[str]:
    """Returns the copies within and between benchmarks as a Markdown table."""
    matrix = report.get("between")
    if not matrix:
        return []
    names = [_MARKDOWN.sub(r"\\\1", name) for name in matrix]
    rows = [
        _markdown_row([name, *(f"{cell['images']:,}" for cell in row.values())])
        for name, row in zip(names, matrix.values(), strict=True)
    ]
    return [
        "",
        "Images of the row's benchmark with a copy in the column's (in the diagonal: another "
        "image of the same benchmark):",
        "",
        _markdown_row(["Benchmark", *names]),
        "|" + "---|" * (len(names) + 1),
        *rows,
    ]


def _judged(report: Report) -> list[str]:
    return [
        f"{_MARKDOWN.sub(chr(92) * 2 + '1', name)}: {judged['judged']:,} of {judged['pairs']:,} "
        f"pairs judged by hand, "
        f"{judged['same']:,} the same; precision {_percent(judged['precision'])} "
        f"({_interval(judged['ci95'])})."
        for name, figures in report["benchmarks"].items()
        if (judged := figures.get("judged"))
    ]


def _markdown_row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _latex_row(cells: list[str]) -> str:
    return " & ".join(_escape_latex(cell) for cell in cells) + r" \\"


def _escape_latex(text: str) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in text)


def _interval(ends: Sequence[float]) -> str:
    return f"{_percent(ends[0])} to {_percent(ends[1])}"


def _percent(rate: float | None) -> str:
    return "-" if rate is None else f"{100 * rate:.2f} %"


def _p_value(p: float | None) -> str:
    return "-" if p is None else f"{p:.4f}" if p >= 0.0001 else f"{p:.1e}"
