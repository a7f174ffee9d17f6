"""A try of a recipe as one HTML page that needs no network and runs no script."""

from dedup.contamination.page_environment import page_environment
from pipeline.try_recipe.histograms import BAR_HEIGHT, BAR_WIDTH
from pipeline.try_recipe.report import TryReport
from pipeline.try_recipe.show import show_text


def render_page(report: TryReport) -> str:
    """Returns the page; equal reports give equal text."""
    environment = page_environment("pipeline.try_recipe")
    environment.filters["shown"] = show_text
    return environment.get_template("try.html.j2").render(
        report=report,
        most=max((drops.alone for drops in report.drops), default=0),
        bar_width=BAR_WIDTH,
        bar_height=BAR_HEIGHT,
    )
