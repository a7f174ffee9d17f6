"""`webimagetext score`: what models think of each pair, and who is kept for it."""

import atexit
import gc
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import Out, Quiet, RecipeFile
from schemas.errors import UserError

if TYPE_CHECKING:
    from filters.scoring.options import ScoreOptions
    from pipeline.recipe.score import Score


def score(
    ctx: typer.Context,
    pairs: Annotated[str, typer.Argument(help="Output of download or dedupe, or of score.")],
    out: Out,
    recipe: RecipeFile = None,
    quiet: Quiet = False,
) -> None:
    """Scores pairs by the models of a recipe, and keeps those within its limits.

    The output holds all scores: give it to score again with other limits, and no model runs.

    Example: webimagetext score unique --recipe recipe.toml --out scored
    """
    from cli.running import make_output, run_step
    from cli.settings import make_recipe
    from cli.tables import image_folder, pool_files

    settings = make_recipe(recipe)
    check_score(settings.score)
    files = pool_files(pairs, "scored")
    pool = image_folder(pairs)
    folder = make_output(out)

    def construct(root: Any, progress: str | None) -> None:
        from pipeline.stages.before import before_stage, read_before
        from pipeline.stages.step import StepPlan
        from pipeline.stages.steps import score_step
        from schemas.outcomes import Stage

        before = before_stage(read_before(pairs), Stage.SCORE)  # scored again, if it was before
        plan = StepPlan(recipe=settings, out=folder, before=before, progress=progress)
        score_step(root, plan, files, pool)

    run_step(
        "score",
        construct,
        out=folder,
        run={"pairs": files, "score": settings.score.model_dump(mode="json")},
        beam_flags=ctx.obj,
        quiet=quiet,
        summary={"pool": pool},
    )


def check_score(score: "Score") -> None:
    """Raises `UserError` for what would stop a run after hours: no model, no extra, no weights."""
    from filters.scoring.options import name_scores

    if not score.is_asked:
        raise UserError("nothing to score: the recipe has no [score] model, faces or keep")
    options = _check_model(score.options) if score.model else score.options
    name_scores(options)
    made = options.columns
    for column in score.keep:
        if made and column not in made:
            raise UserError(f"[score.keep] {column}: no model of [score] makes it ({made})")


def _check_model(options: "ScoreOptions") -> "ScoreOptions":
    """Returns the options with the model's files, which are fetched here if they must be."""
    require_extra()
    # Triton, which torch brings, takes what is still frozen at the end for leaks, and says so.
    atexit.register(gc.unfreeze)
    from filters.scoring.find_model import find_model

    found = find_model(options)
    from filters.scoring.scorer import check_heads  # torch, which a missing file need not wait for

    check_heads(found)
    return found


def require_extra() -> None:
    """Raises `UserError` with the command that installs what models need, if it is not there."""
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in ("torch", "open_clip", "safetensors")):
        raise UserError("scoring needs more packages: pip install 'webimagetext[training]'")
