"""The columns that a list has beside URL and text, as one JSON object a row."""

import json
import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

# Ours: the longest captions that models write have some 4,000 characters. What is longer is a page
# or an embedding, and every row goes through the pipeline's shuffles with its extra columns.
MAX_CELL_CHARS = 8192

_Json = str | int | float | bool | None | list[Any] | dict[str, Any]


def encode_extra(row: Mapping[str, Any], names: Iterable[str]) -> str | None:
    """Returns the JSON object of the named cells of a row, None if there are none.

    Dates become ISO 8601 text, NaN and infinities null, decimals text. A cell that has no place in
    JSON, or is longer than `MAX_CELL_CHARS`, becomes `{"left_out": "why"}`.
    """
    cells = {name: _cell(row.get(name)) for name in names}
    if not cells:
        return None
    text = json.dumps(cells, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate, which JSON lists can bring in, has no UTF-8 and no place in Parquet.
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _cell(value: object) -> _Json:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return value if len(value) <= MAX_CELL_CHARS else _too_long(len(value))
    safe = _safe(value)
    if isinstance(safe, str):
        return safe
    length = len(json.dumps(safe))
    return safe if length <= MAX_CELL_CHARS else _too_long(length)


def _too_long(length: int) -> dict[str, str]:
    return {"left_out": f"{length} characters, the limit is {MAX_CELL_CHARS}"}


def _safe(value: object) -> _Json:
    """Returns a nested or unusual value as JSON can hold it."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _safe(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_safe(inner) for inner in value]
    return _text(value)


def _text(value: object) -> str | dict[str, str]:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | timedelta):
        return str(value)
    return {"left_out": f"{len(value)} bytes" if isinstance(value, bytes) else "no JSON value"}
