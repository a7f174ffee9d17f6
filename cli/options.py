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
        metavar="IP[:PORT]",
        help="Private or loopback address that may be fetched (repeatable).",
    ),
]
HostConnections = Annotated[
    int | None, typer.Option("--host-connections", min=1, help="Connections to one host at a time.")
]
HostInterval = Annotated[
    float | None,
    typer.Option("--host-interval", min=0, help="Seconds between two requests to one host."),
]
Benchmarks = Annotated[
    list[str] | None,
    typer.Option(
        "--benchmark",
        metavar="NAME=SOURCE",
        help="Folder of images, tars, Parquet, hf:NAME[:SPLIT] or a saved index (repeatable).",
    ),
]
