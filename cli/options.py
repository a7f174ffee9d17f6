"""Options that several commands share, with their help."""

from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[str, typer.Option("--out", help="Output folder, a path or an s3:// or gs:// URL.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]
RecipeFile = Annotated[
    Path | None, typer.Option("--recipe", help="Recipe to take the settings from.")
]
AllowAddress = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-address",
        metavar="IP[/BITS][:PORT]",
        help="Private or loopback address or network that may be fetched (repeatable).",
    ),
]
EngineOption = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="ours|img2dataset",
        help="Who downloads; img2dataset reproduces an old run, with less care.",
    ),
]
HostConnections = Annotated[
    int | None, typer.Option("--host-connections", min=1, help="Connections to one host at a time.")
]
HostInterval = Annotated[
    float | None,
    typer.Option("--host-interval", min=0, help="Seconds between two requests to one host."),
]
HostRate = Annotated[
    float | None,
    typer.Option("--host-rate", min=0.01, help="Requests a second to one host, at most."),
]
Rate = Annotated[
    float | None,
    typer.Option("--rate", min=0.01, help="Requests a second to all hosts together, at most."),
]
Previous = Annotated[
    str | None,
    typer.Option(
        "--previous",
        metavar="POOL",
        help="An earlier pool: fetch only what has changed since.",
    ),
]
RejectHashes = Annotated[
    str | None,
    typer.Option(
        "--reject-hashes",
        metavar="FILE",
        help="Hashes of pictures that must never be stored (sha256, md5, pdq, phash).",
    ),
]
MaxHostUrls = Annotated[
    int | None, typer.Option("--max-host-urls", min=1, help="URLs to fetch of one host.")
]
MaxTotalUrls = Annotated[
    int | None, typer.Option("--max-total-urls", min=1, help="URLs to fetch in all.")
]
MaxTotalBytes = Annotated[
    int | None, typer.Option("--max-total-bytes", min=1, help="Bytes of images to fetch in all.")
]
ScopeOption = Annotated[
    str | None,
    typer.Option("--scope", metavar="host|domain", help="How far a crawl goes from its seeds."),
]
MaxPages = Annotated[
    int | None, typer.Option("--max-pages", min=1, help="Pages to fetch of one host.")
]
MaxDepth = Annotated[
    int | None, typer.Option("--max-depth", min=0, help="Links from a seed to a page.")
]
RecrawlFrom = Annotated[
    str | None,
    typer.Option(
        "--recrawl-from",
        metavar="DIR",
        help="Output of an earlier crawl: fetch only what has changed since.",
    ),
]
Benchmarks = Annotated[
    list[str] | None,
    typer.Option(
        "--benchmark",
        metavar="NAME=SOURCE",
        help="Folder of images, tars, Parquet, hf:NAME[:SPLIT] or a saved index (repeatable).",
    ),
]
QueryList = Annotated[
    str | None,
    typer.Option(
        "--queries",
        metavar="LIST",
        help="Query list to match and balance by, instead of the recipe's.",
    ),
]
ImagePool = Annotated[
    str,
    typer.Argument(help="A pool, a dataset, WebDataset tars, Parquet or a folder of images."),
]
Predictions = Annotated[
    list[str] | None,
    typer.Option(
        "--predictions",
        metavar="NAME=FILE",
        help="A model's answers for a benchmark: CSV or Parquet with benchmark_key and correct, "
        "or label and prediction (repeatable).",
    ),
]
VerdictsFile = Annotated[
    str | None,
    typer.Option("--verdicts", metavar="FILE", help="Verdicts that the report's page saved."),
]
CalibrationFile = Annotated[
    str | None,
    typer.Option("--calibration", metavar="FILE", help="Measured recall and false positives."),
]
RecallCounts = Annotated[
    str | None,
    typer.Option("--recall", metavar="FOUND/PLANTED", help="Planted copies found, in counts."),
]
FalsePositiveCounts = Annotated[
    str | None,
    typer.Option(
        "--false-positives",
        metavar="HITS/QUERIES",
        help="Pictures without a copy that were taken for one, in counts.",
    ),
]
