"""What all our HTML pages share: escaping, figures as people read them, one style sheet.

Pages need no network: each carries a Content-Security-Policy that says so, and names by its hash
the one script that it may run, if any.
"""

from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

_SHARED = "dedup.contamination"


def page_environment(package: str) -> Environment:
    """Returns an environment that finds `package`'s templates, and `page.css`.

    What a page shows comes from the web: every value is escaped, none is marked safe.
    """

    def load(name: str) -> str:
        where = files(_SHARED if name == "page.css" else package)
        return where.joinpath(name).read_text(encoding="utf-8")

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(load),
    )
    environment.filters["percent"] = percent
    environment.filters["small_percent"] = small_percent
    environment.filters["count"] = count
    environment.filters["signed"] = signed
    return environment


def percent(rate: float) -> str:
    """Returns a rate with two digits that matter, such as `0.37 %`."""
    digits = 0 if rate in {0.0, 1.0} else 2 if rate < 0.01 else 1
    return f"{100 * rate:.{digits}f}\N{NO-BREAK SPACE}%"


def small_percent(rate: float) -> str:
    """Returns a rate that may be very small, such as `0.00042 %`."""
    return f"{100 * rate:.2g}\N{NO-BREAK SPACE}%" if 0 < rate < 0.0001 else percent(rate)


def count(number: int) -> str:
    """Returns a number with its thousands apart, such as `12,345`."""
    return f"{number:,}"


def signed(points: float) -> str:
    """Returns a difference of two rates in percentage points, such as `+0.37`."""
    return f"{100 * points:+.2f}"
