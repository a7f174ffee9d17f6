"""What the demo's server answers at each path: the file that `make_site` writes and it reads."""

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

ROUTES_FILE = "routes.json"
ORIGIN = "{origin}"  # in pages and headers, replaced by http://HOST:PORT when served
AUTHORITY = "{authority}"  # replaced by HOST:PORT


class Manner(StrEnum):
    """How an answer is sent."""

    WHOLE = "whole"
    SHORT = "short"  # says a longer Content-Length than it sends
    DRIP = "drip"  # a byte at a time
    GARBAGE = "garbage"  # no HTTP at all
    HANG_UP = "hang_up"  # closes without a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One answer.

    Attributes:
        file: Of the body, relative to the site's folder; None for an empty body.
        charset: A page's: its `ORIGIN`s are replaced, then it is encoded; None for plain bytes.
    """

    status: int = 200
    content_type: str = "text/html"
    file: str | None = None
    charset: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    manner: Manner = Manner.WHOLE


def write_routes(folder: str, routes: dict[str, Route]) -> None:
    """Writes `ROUTES_FILE` in the site's folder."""
    rows = {path: asdict(route) for path, route in routes.items()}
    text = json.dumps(rows, indent=1, sort_keys=True)
    Path(folder, ROUTES_FILE).write_text(text, encoding="utf-8")


def read_routes(folder: str) -> dict[str, Route]:
    """Reads what `write_routes` wrote."""
    rows = json.loads(Path(folder, ROUTES_FILE).read_text(encoding="utf-8"))
    return {path: Route(**{**row, "manner": Manner(row["manner"])}) for path, row in rows.items()}
