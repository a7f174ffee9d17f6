"""`webimagetext queries`: WIT's query list from Wikipedia, its page views and WordNet."""

from typing import Annotated, Any

import typer

from cli.options import Out, Quiet


def queries(
    ctx: typer.Context,
    out: Out,
    wikipedia: Annotated[
        list[str] | None,
        typer.Option(
            "--wikipedia",
            metavar="DUMP.xml.bz2",
            help="A pages-articles dump of Wikipedia; multistream ones are read in parallel"
            " (repeatable).",
        ),
    ] = None,
    pageviews: Annotated[
        list[str] | None,
        typer.Option("--pageviews", metavar="FILE.gz", help="Hourly page views (repeatable)."),
    ] = None,
    wordnet: Annotated[
        str | None,
        typer.Option("--wordnet", help="Folder with data.noun ..., or a WN-LMF file."),
    ] = None,
    project: Annotated[
        str, typer.Option("--project", help="Of the page views: en, de, pt ...")
    ] = "en",
    case: Annotated[
        str, typer.Option("--case", metavar="fold|keep", help="Whether case is dropped.")
    ] = "fold",
    min_word_count: Annotated[
        int, typer.Option("--min-word-count", min=1, help="Occurrences of a word.")
    ] = 100,
    min_bigram_count: Annotated[
        int, typer.Option("--min-bigram-count", min=1, help="Occurrences of a bigram.")
    ] = 100,
    bigram_score: Annotated[
        str,
        typer.Option("--bigram-score", metavar="npmi|pmi", help="What ranks bigrams."),
    ] = "npmi",
    min_bigram_score: Annotated[
        float | None, typer.Option("--min-bigram-score", help="Bigrams below are left out.")
    ] = None,
    min_views: Annotated[
        int, typer.Option("--min-views", min=1, help="Views of an article, over all files.")
    ] = 70,
    max_words: Annotated[int | None, typer.Option("--max-words", min=0)] = None,
    max_bigrams: Annotated[int, typer.Option("--max-bigrams", min=0)] = 100_646,
    max_titles: Annotated[int, typer.Option("--max-titles", min=0)] = 61_235,
    numbers: Annotated[bool, typer.Option("--numbers", help="Add 0 to 99, as MetaCLIP.")] = False,
    quiet: Quiet = False,
) -> None:
    """Builds a query list: words, bigrams, titles and synsets, each with its counts.

    Example: webimagetext queries --wikipedia enwiki-latest-pages-articles-multistream.xml.bz2
    --pageviews pageviews-20220829-120000.gz --wordnet nltk_data/corpora/wordnet --out queries
    """
    from cli.running import make_output
    from pipeline.queries.options import ListOptions
    from pipeline.shards.claim import claim_output

    options = ListOptions(
        case=_one_of("case", case, ("fold", "keep")),
        min_word_count=min_word_count,
        min_bigram_count=min_bigram_count,
        bigram_score=_one_of("bigram-score", bigram_score, ("npmi", "pmi")),
        min_bigram_score=min_bigram_score,
        min_views=min_views,
        max_words=max_words,
        max_bigrams=max_bigrams,
        max_titles=max_titles,
        numbers=numbers,
    )
    sources = _check_sources(wikipedia or (), pageviews or (), wordnet)
    folder = make_output(out)
    claim_output(folder, {"command": "queries", **options.to_json(), "project": project, **sources})
    _run(folder, options, project, sources, beam_flags=ctx.obj, quiet=quiet)


def _one_of(flag: str, value: str, known: tuple[str, ...]) -> Any:
    from schemas.errors import UserError

    if value not in known:
        raise UserError(f"--{flag} {value}: one of {', '.join(known)} is due")
    return value


def _check_sources(wikipedia: Any, pageviews: Any, wordnet: str | None) -> dict[str, Any]:
    """Returns the sources with absolute paths, dumps with their sizes."""
    from pathlib import Path

    from cli.settings import locate
    from pipeline.queries.wordnet import read_synsets
    from schemas.errors import UserError

    if not wikipedia and not pageviews and not wordnet:
        raise UserError("nothing to make queries from: give --wikipedia, --pageviews or --wordnet")
    if wordnet:
        read_synsets(Path(wordnet))  # a broken one must show before hours of work
    return {
        "dumps": [(locate(path), _size("wikipedia", locate(path))) for path in wikipedia],
        "pageviews": [locate(path) for path in pageviews if _size("pageviews", locate(path))],
        "wordnet": locate(wordnet) if wordnet else None,
    }


def _size(flag: str, path: str) -> int:
    from pipeline.shards.storage import file_size
    from schemas.errors import UserError

    try:
        size = file_size(path)
    except FileNotFoundError:
        raise UserError(f"--{flag} {path}: no such file") from None
    if not size:
        raise UserError(f"--{flag} {path}: empty")
    return size


def _run(
    folder: str, options: Any, project: str, sources: Any, *, beam_flags: list[str], quiet: bool
) -> None:
    import json

    from rich.console import Console

    from cli.running import run_graph, write_summary
    from pipeline.shards.storage import join, read_bytes

    def construct(root: Any, progress: str | None) -> None:
        from pipeline.stages.build_queries import QueriesPlan, build_queries

        plan = QueriesPlan(
            options=options, out=folder, project=project, progress=progress, **sources
        )
        build_queries(root, plan)

    console = Console(stderr=True)
    seconds = run_graph(construct, beam_flags, console=console, quiet=quiet)
    from pipeline.queries.runs import remove_runs
    from pipeline.stages.build_queries import FACTS, RUNS

    facts = json.loads(read_bytes(join(folder, FACTS)))
    remove_runs(join(folder, RUNS))
    write_summary(folder, "queries", seconds, **facts)
    if not quiet:
        _print_counts(**facts["counts"])
        console.print(f"queries: {seconds:.1f} s, written to {folder}", highlight=False)


def _print_counts(queries: dict[str, int], read: dict[str, int]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("source", "queries")
    table.columns[1].justify = "right"
    for source, number in queries.items():
        table.add_row(source, f"{number:,}")
    table.add_row("all", f"{sum(queries.values()):,}")
    console = Console()
    console.print(table)
    if read:
        words = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in read.items())
        console.print(f"read: {words}", highlight=False, soft_wrap=True)
