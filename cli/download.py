"""`webimagetext download`: candidates to the pool, or what failed in a pool once more."""

import json
import os
from typing import Annotated, Any

import typer

from cli.options import (
    AllowAddress,
    EngineOption,
    HostConnections,
    HostInterval,
    HostRate,
    MaxHostUrls,
    MaxTotalBytes,
    MaxTotalUrls,
    Previous,
    Quiet,
    Rate,
    RecipeFile,
    RejectHashes,
)

# One event loop needs a fifth of what the decoders need that it feeds (benchmarks/README.md).
CORES_PER_WORKER = 4


def download(
    ctx: typer.Context,
    source: Annotated[
        str, typer.Argument(help="Output of crawl or select; with --retry, a pool.", metavar="IN")
    ],
    out: Annotated[
        str | None,
        typer.Option("--out", help="Output folder, a path or an s3:// or gs:// URL."),
    ] = None,
    retry: Annotated[
        str | None,
        typer.Option(
            "--retry",
            metavar="OUTCOME,...",
            help="Try the URLs of a pool that ended so again, in place: dns,deadline,http_429.",
        ),
    ] = None,
    recipe: RecipeFile = None,
    previous: Previous = None,
    reject_hashes: RejectHashes = None,
    max_host_urls: MaxHostUrls = None,
    max_total_urls: MaxTotalUrls = None,
    max_total_bytes: MaxTotalBytes = None,
    engine: EngineOption = None,
    allow_address: AllowAddress = None,
    host_connections: HostConnections = None,
    host_interval: HostInterval = None,
    host_rate: HostRate = None,
    rate: Rate = None,
    quiet: Quiet = False,
) -> None:
    """Fetches, decodes, hashes and resizes images into a pool in img2dataset's layout; resumes.

    Example: webimagetext download selected --out pool
    """
    from cli.engine import choose_engine
    from cli.settings import make_recipe, set_download
    from schemas.errors import UserError

    settings = make_recipe(
        recipe,
        allow_address=allow_address,
        host_connections=host_connections,
        host_interval=host_interval,
        host_rate=host_rate,
        rate=rate,
    )
    given = {
        "previous": previous,
        "reject_hashes": reject_hashes,
        "max_host_urls": max_host_urls,
        "max_total_urls": max_total_urls,
        "max_total_bytes": max_total_bytes,
    }
    if retry is not None:
        if out or engine:
            raise UserError("--retry works in place, with our engine: leave --out and --engine out")
        if said := next((name for name, value in given.items() if value is not None), None):
            option = said.replace("_", "-")
            raise UserError(f"--retry keeps the options of the pool: leave --{option} out")
        _retry(source, retry, settings, beam_flags=ctx.obj, quiet=quiet)
    elif out:
        settings = choose_engine(set_download(settings, **given), engine, quiet=quiet)
        _download(source, out, settings, beam_flags=ctx.obj, quiet=quiet)
    else:
        raise UserError("--out is missing: name the pool's folder")


def _download(
    candidates: str, out: str, settings: Any, *, beam_flags: list[str], quiet: bool
) -> None:
    from cli.running import make_output, run_step
    from cli.tables import candidate_files

    files = candidate_files(candidates)
    folder = make_output(out)
    is_ours = settings.download.engine == "ours"
    if is_ours:
        _load_decoders()

    def construct(root: Any, progress: str | None) -> None:
        from pipeline.download.session import DECODERS
        from pipeline.stages.before import read_before
        from pipeline.stages.download_steps import download_step
        from pipeline.stages.step import StepPlan

        before = read_before(candidates)
        plan = StepPlan(recipe=settings, out=folder, before=before, progress=progress)
        download_step(root, plan, files, _decoders(beam_flags) or DECODERS)

    run_step(
        "download",
        construct,
        out=folder,
        run={"candidates": files, "download": settings.download.model_dump(mode="json")},
        beam_flags=beam_flags,
        quiet=quiet,
        is_pool=True,
        cores_per_worker=CORES_PER_WORKER if is_ours else 1,
    )


def _load_decoders() -> None:
    """Lets the decoders load while Beam does: a second of the user's time on two cores."""
    from pipeline.download.nursery import shared_nursery

    shared_nursery().start()


def _decoders(beam_flags: list[str]) -> int:
    """Returns how many processes each local worker has to decode; 0 if the engine is another."""
    from pipeline.stages.run import names_runner

    cores = os.cpu_count() or 1
    return 0 if names_runner(beam_flags) else min(cores, CORES_PER_WORKER) + 1


def _retry(pool: str, retry: str, settings: Any, *, beam_flags: list[str], quiet: bool) -> None:
    from cli.running import run_step
    from cli.settings import locate
    from pipeline.recipe.download import Download
    from schemas.errors import UserError

    outcomes = _parse_outcomes(retry)
    folder = locate(pool).rstrip("/")
    run = _read_claim(pool, folder)
    download = Download.model_validate(run["download"])  # a shard is of one set of options
    if download.engine != "ours":
        raise UserError(f"{pool}: made by engine {download.engine}, which tries nothing again")
    settings = settings.model_copy(update={"download": download})

    def construct(root: Any, progress: str | None) -> None:
        from pipeline.stages.before import before_stage, read_before
        from pipeline.stages.download_steps import retry_step
        from pipeline.stages.step import StepPlan
        from schemas.outcomes import Stage

        before = before_stage(read_before(folder), Stage.DOWNLOAD)
        plan = StepPlan(recipe=settings, out=folder, before=before, progress=progress)
        retry_step(root, plan, outcomes)

    run_step(
        "download", construct, out=folder, run=run, beam_flags=beam_flags, quiet=quiet, is_pool=True
    )


def _parse_outcomes(text: str) -> frozenset[str]:
    from schemas.errors import UserError
    from schemas.outcomes import Reject, is_known, is_reject

    outcomes = frozenset(word.strip() for word in text.split(",") if word.strip())
    passing = outcomes - {Reject.BUDGET}  # which another day may have
    unknown = sorted(word for word in passing if not is_known(word) or is_reject(word))
    if unknown or not outcomes:
        what = f"{unknown[0]!r} is no failure" if unknown else "names no outcome"
        raise UserError(f"--retry {text}: {what}; write some of dns,connect,deadline,http_429,...")
    return outcomes


def _read_claim(pool: str, folder: str) -> dict[str, Any]:
    from cli.running import SUMMARY
    from pipeline.shards.claim import CLAIM, WORK
    from pipeline.shards.storage import exists, join, read_bytes
    from schemas.errors import UserError

    path = join(folder, WORK, CLAIM)
    claim = json.loads(read_bytes(path)) if exists(path) else {}
    if claim.pop("command", None) != "download" or not exists(join(folder, SUMMARY)):
        raise UserError(f"{pool}: no finished pool that `webimagetext download` made")
    return dict(claim)
