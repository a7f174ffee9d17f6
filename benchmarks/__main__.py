"""`make bench`: every comparison, as a table and as JSON under `benchmarks/results/`."""

import argparse
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import (
    beam_overhead,
    build_queries,
    choose_alignment,
    choose_hashed_score,
    cluster_hashes,
    contamination_cifar,
    contamination_coverage,
    contamination_photos,
    contamination_planted,
    contamination_recovered,
    contamination_sizes,
    crawl_site,
    download_images,
    download_latency,
    download_list,
    extract_pages,
    filter_captions,
    find_copies,
    hash_images,
    match_queries,
    read_warc,
    read_wat,
    resize_images,
    scaling,
    search_hashes,
    soak,
)
from benchmarks.harness import Comparison, Report

BENCHMARKS = {
    "beam_overhead": beam_overhead.run,
    "build_queries": build_queries.run,
    "choose_alignment": choose_alignment.run,
    "choose_hashed_score": choose_hashed_score.run,
    "contamination_cifar": contamination_cifar.run,
    "contamination_coverage": contamination_coverage.run,
    "contamination_sizes": contamination_sizes.run,
    "contamination_photos": contamination_photos.run,
    "clusters": cluster_hashes.run,
    "contamination_planted": contamination_planted.run,
    "contamination_recovered": contamination_recovered.run,
    "crawl_site": crawl_site.run,
    "download_dead": download_images.run_dead,
    "download_images": download_images.run,
    "download_latency": download_latency.run,
    "download_list_memory": download_list.run,
    "extract_pages": extract_pages.run,
    "filter_captions": filter_captions.run,
    "find_copies": find_copies.run,
    "hash_images": hash_images.run,
    "match_queries": match_queries.run,
    "read_memory": read_warc.run_memory,
    "read_warc_bs4": read_warc.run_bs4,
    "read_warc_selectolax": read_warc.run_selectolax,
    "read_wat": read_wat.run,
    "read_wat_pages": read_wat.run_pages,
    "resize_images": resize_images.run,
    "resize_limit": resize_images.run_limit,
    "scaling": scaling.run,
    "search_hashes": search_hashes.run,
    "search_hashes_256": search_hashes.run_long,
    "search_hashes_device": search_hashes.run_device,
    "soak": soak.run,
    "select_captions": filter_captions.run_select,
}


def main() -> None:
    """Runs what was named, or all."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], help="default: all")
    parser.add_argument("--size", type=int, help="a smaller input, in the benchmark's own units")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="webimagetext-bench-") as folder:
        for name in arguments.names or BENCHMARKS:
            size = {"size": arguments.size} if arguments.size else {}
            result = BENCHMARKS[name](Path(folder), rounds=arguments.rounds, **size)
            console.print(as_table(result))


def as_table(result: Comparison | Report) -> Table:
    """Returns medians, rates and ratios, or the figures of a report with its problems."""
    if isinstance(result, Comparison):
        return _compared(result)
    table = Table(title=result.name, show_header=False)
    for name, value in result.figures.items():
        table.add_row(name, f"{value:,.1f}" if isinstance(value, float) else str(value))
    table.caption = "\n".join(result.problems) or "no problem"
    return table


def _compared(comparison: Comparison) -> Table:
    table = Table(title=f"{comparison.name}: {comparison.count} {comparison.unit}")
    rates = (f"{comparison.unit}/CPU s", f"{comparison.unit}/s")
    for name in ("side", "CPU s", "wall s", *rates, "peak MB"):
        table.add_column(name, justify="left" if name == "side" else "right")
    for side in comparison.sides:
        cpu_s, wall_s = comparison.cpu_s(side), comparison.wall_s(side)
        rates = (f"{comparison.count / cpu_s:.1f}", f"{comparison.count / wall_s:.1f}")
        peak = f"{comparison.peak_mb(side):.0f}"
        table.add_row(side, f"{cpu_s:.2f}", f"{wall_s:.2f}", *rates, peak)
    first, second, *_ = comparison.sides
    cpu_ratio = comparison.cpu_s(first) / comparison.cpu_s(second)
    wall_ratio = comparison.wall_s(first) / comparison.wall_s(second)
    table.add_row(f"{first} / {second}", f"{cpu_ratio:.2f}", f"{wall_ratio:.2f}", "", "", "")
    table.caption = "\n".join(f"{name}: {value:,.1f}" for name, value in comparison.notes.items())
    return table


if __name__ == "__main__":
    main()
