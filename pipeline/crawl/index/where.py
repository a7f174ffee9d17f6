"""Conditions on the rows of an index: SQL's WHERE over one table.

They become a filter of Arrow, which looks at the statistics of a Parquet row group before its rows.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlglot
from sqlglot import exp

from schemas.errors import UserError

_KNOWN = "=, !=, <, <=, >, >=, IN, LIKE, BETWEEN, IS NULL, AND, OR, NOT and parentheses"

_Field = Any  # an Expression; the stubs say of its methods that they may be a bool
_Compare = Callable[[Any, Any], Any]
# Each comparison with its negation.
_COMPARISONS: dict[type[exp.Expr], tuple[_Compare, _Compare]] = {
    exp.EQ: (operator.eq, operator.ne),
    exp.NEQ: (operator.ne, operator.eq),
    exp.LT: (operator.lt, operator.ge),
    exp.LTE: (operator.le, operator.gt),
    exp.GT: (operator.gt, operator.le),
    exp.GTE: (operator.ge, operator.lt),
}
# What `5 < column` is of the column.
_TURNED: dict[_Compare, _Compare] = {
    operator.lt: operator.gt,
    operator.le: operator.ge,
    operator.gt: operator.lt,
    operator.ge: operator.le,
}


def parse_condition(text: str, schema: pa.Schema) -> pc.Expression:
    """Returns the filter that `text` says; as in SQL, a comparison with a null is not true.

    Args:
        text: Comparisons of a column with literals; see `_KNOWN`. Times are ISO 8601 text, UTC.
        schema: Of the rows.

    Raises:
        UserError: It cannot be read, or does not fit the columns.
    """
    return _Condition(text, schema).translate(_parse(text), is_negated=False)


def condition_columns(text: str) -> frozenset[str]:
    """Returns the columns that a condition speaks of."""
    return frozenset(column.name for column in _parse(text).find_all(exp.Column))


def _parse(text: str) -> exp.Expr:
    try:
        return sqlglot.parse_one(text, into=exp.Condition)
    except sqlglot.errors.SqlglotError as error:
        found = getattr(error, "errors", None)
        where = f" at column {found[0]['col']}" if found and found[0].get("col") else ""
        raise UserError(
            f"--where {text!r}: cannot be read as a condition{where}; it knows {_KNOWN}"
        ) from error


@dataclass(frozen=True, slots=True)
class _Condition:
    """Translates one condition; NOT goes down to the comparisons, where nulls are in sight."""

    text: str
    schema: pa.Schema

    def translate(self, node: exp.Expr, *, is_negated: bool) -> pc.Expression:
        if isinstance(node, exp.Paren):
            return self.translate(node.this, is_negated=is_negated)
        if isinstance(node, exp.Not):
            return self.translate(node.this, is_negated=not is_negated)
        if isinstance(node, exp.And | exp.Or):
            left = self.translate(node.this, is_negated=is_negated)
            right = self.translate(node.expression, is_negated=is_negated)
            return left & right if isinstance(node, exp.And) != is_negated else left | right
        return self._test(node, is_negated=is_negated)

    def _test(self, node: exp.Expr, *, is_negated: bool) -> pc.Expression:
        """Translates what speaks of one column."""
        if type(node) in _COMPARISONS:
            return self._compare(node, is_negated=is_negated)
        if isinstance(node, exp.Between):
            return self._between(node, is_negated=is_negated)
        if isinstance(node, exp.In) and node.expressions:
            return self._is_in(node, is_negated=is_negated)
        if isinstance(node, exp.Like):
            # sqlglot 26 to 30 write NOT LIKE in two ways.
            return self._like(node, is_negated=is_negated != bool(node.args.get("negate")))
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
            field, _ = self._column(node.this)
            found: pc.Expression = field.is_valid() if is_negated else field.is_null()
            return found
        raise self._wrong(f"cannot use {node.sql()!r}; it knows {_KNOWN}")

    def _between(self, node: exp.Between, *, is_negated: bool) -> pc.Expression:
        field, kind = self._column(node.this)
        low, high = (self._literal(node.args[end], kind) for end in ("low", "high"))
        inside: pc.Expression = (field >= low) & (field <= high)
        return ~inside if is_negated else inside

    def _compare(self, node: exp.Expr, *, is_negated: bool) -> pc.Expression:
        column, literal = node.this, node.expression
        compare, negated = _COMPARISONS[type(node)]
        compare = negated if is_negated else compare
        if not isinstance(column, exp.Column):
            column, literal, compare = literal, column, _TURNED.get(compare, compare)
        field, kind = self._column(column)
        found: pc.Expression = compare(field, self._literal(literal, kind))
        return found

    def _is_in(self, node: exp.In, *, is_negated: bool) -> pc.Expression:
        field, kind = self._column(node.this)
        values = pa.array([self._literal(item, kind).as_py() for item in node.expressions], kind)
        # Arrow's `isin` says false of a null, and its negation would say true.
        is_in: pc.Expression = field.isin(values)
        return field.is_valid() & ~is_in if is_negated else is_in

    def _like(self, node: exp.Like, *, is_negated: bool) -> pc.Expression:
        field, kind = self._column(node.this)
        if not _is_text(kind):
            raise self._wrong(f"LIKE needs text, {node.this.name} holds {kind}")
        pattern = self._literal(node.expression, kind).as_py()
        found: Any = pc.match_like(field, pattern)
        is_like: pc.Expression = ~found if is_negated else found
        return is_like

    def _column(self, node: exp.Expr) -> tuple[_Field, pa.DataType]:
        if not isinstance(node, exp.Column):
            raise self._wrong(f"{node.sql()!r} stands where a column is due")
        if node.name not in self.schema.names:
            known = ", ".join(self.schema.names)
            raise self._wrong(f"no column {node.name!r}; known: {known}")
        return pc.field(node.name), self.schema.field(node.name).type

    def _literal(self, node: exp.Expr, kind: pa.DataType) -> "pa.Scalar[Any]":
        try:
            return pa.scalar(_value(node, kind), kind)
        except (ValueError, OverflowError, pa.ArrowException) as error:
            raise self._wrong(f"{node.sql()!r} stands where a literal of {kind} is due") from error

    def _wrong(self, what: str) -> UserError:
        return UserError(f"--where {self.text!r}: {what}")


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _value(node: exp.Expr, kind: pa.DataType) -> object:
    """Returns a literal as Python holds it; raises ValueError if it is none of `kind`."""
    if isinstance(node, exp.Cast):  # TIMESTAMP '...'
        node = node.this
    if isinstance(node, exp.Boolean) and pa.types.is_boolean(kind):
        return bool(node.this)
    sign = -1 if isinstance(node, exp.Neg) else 1
    literal = node.this if isinstance(node, exp.Neg) else node
    if not isinstance(literal, exp.Literal) or literal.is_string != (
        _is_text(kind) or pa.types.is_timestamp(kind)
    ):
        raise ValueError("no literal, a number for text, or text for a number")
    text = str(literal.this)
    if _is_text(kind):
        return text
    if pa.types.is_timestamp(kind):
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=None) if kind.tz is None and not found.tzinfo else found
    return sign * (int(text) if pa.types.is_integer(kind) else float(text))
