"""Statements for many rows at once, put together once and kept: what the hot paths read and write by."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import LargeBinary, Select, Table
from sqlmodel import Session


def insert_many(session: Session, table: Table, columns: tuple[str, ...], rows: list[tuple]) -> None:
    """Insert many rows of plain values with one statement, for the hot paths.

    The compiled statement is kept, and a value is converted once however many rows hold it: through the ordinary way
    each row of a batch is converted by itself, which costs more than the database does.
    """
    connection = session.connection()
    statement, converters = _insert_statement(connection.dialect, table, columns)
    for place, convert in converters:
        known = {value: convert(value) for value in {row[place] for row in rows}}
        rows = [(*row[:place], known[row[place]], *row[place + 1 :]) for row in rows]
    named = connection.dialect.paramstyle in ("pyformat", "named")
    connection.exec_driver_sql(statement, [dict(zip(columns, row, strict=True)) for row in rows] if named else rows)


_statements: dict[tuple[str, str, tuple[str, ...]], tuple[str, list[tuple[int, Callable]]]] = {}


def _insert_statement(dialect: Any, table: Table, columns: tuple[str, ...]) -> tuple[str, list[tuple[int, Callable]]]:
    """The SQL for these columns in their order, and which places need their values converted for the driver."""
    key = (dialect.name, table.name, columns)
    if key not in _statements:
        compiled = table.insert().compile(dialect=dialect, column_keys=list(columns))
        order = compiled.positiontup or columns
        if tuple(order) != columns:
            raise ValueError(f"{table.name}: the columns stand in another order: {order}")
        converters = []
        for place, name in enumerate(columns):
            kind = table.c[name].type
            convert = kind.dialect_impl(dialect).bind_processor(dialect)
            # Drivers take bytes as they are.
            if convert is not None and not isinstance(kind, LargeBinary):
                converters.append((place, convert))
        _statements[key] = (str(compiled), converters)
    return _statements[key]


def select_many(session: Session, statement: Select, **values: Collection[Any]) -> list[tuple]:
    """The rows of a statement whose parameters are lists (``bindparam(name, expanding=True)``), for the hot paths.

    As with ``insert_many`` the SQL is put together once and kept, so ``statement`` is a constant of its module; the
    ordinary way writes it anew for every list. Nothing is found for an empty list. Values go to the driver as they are:
    integers, strings, bytes, tuples of these.
    """
    if not all(values.values()):
        return []
    # A value twice in a list finds nothing more, and so a handful of lengths is all that is ever put together.
    padded = {name: _padded(list(given)) for name, given in values.items()}
    connection = session.connection()
    sizes = tuple((name, len(given)) for name, given in padded.items())
    sql, places, converters = _select_statement(connection.dialect, statement, sizes, padded)
    flat = {name: _flat(given) for name, given in padded.items()}
    named = connection.dialect.paramstyle in ("pyformat", "named")
    chosen = [(key, flat[name][at]) for key, name, at in places]
    rows = connection.exec_driver_sql(sql, dict(chosen) if named else tuple(value for _key, value in chosen)).fetchall()
    return [_converted(row, converters) for row in rows] if converters else rows


def _converted(row: tuple, converters: list[Callable | None]) -> tuple:
    return tuple(convert(value) if convert else value for convert, value in zip(converters, row, strict=True))


def _padded(given: list) -> list:
    """The list filled up with its last value to a power of two."""
    return given + given[-1:] * ((1 << max(3, (len(given) - 1).bit_length())) - len(given))


def _flat(given: list) -> list:
    return [part for value in given for part in value] if isinstance(given[0], tuple) else given


_selects: dict[tuple, tuple[str, list[tuple[str, str, int]], list[Callable | None]]] = {}


def _select_statement(
    dialect: Any, statement: Select, sizes: tuple[tuple[str, int], ...], values: dict[str, list]
) -> tuple[str, list[tuple[str, str, int]], list[Callable | None]]:
    """The SQL for lists of these lengths; for each of its parameters the list and place; how to convert the columns."""
    key = (dialect.name, statement, sizes)
    if key not in _selects:
        compiled = statement.params(**values).compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        places = []
        for name, given in values.items():
            parts = len(given[0]) if isinstance(given[0], tuple) else 0
            for at in range(len(given)):
                # SQLAlchemy's own names for the elements of an expanded list, and of tuples in one.
                names = [f"{name}_{at + 1}_{part + 1}" for part in range(parts)] or [f"{name}_{at + 1}"]
                places += [(each, name, at * max(parts, 1) + part) for part, each in enumerate(names)]
        if compiled.positiontup:
            order = {each: place for place, each in enumerate(compiled.positiontup)}
            places.sort(key=lambda place: order[place[0]])
        converters = [_converter(column.type, dialect) for column in statement.selected_columns]
        _selects[key] = (str(compiled), places, converters if any(converters) else [])
    return _selects[key]


def _converter(kind: Any, dialect: Any) -> Callable | None:
    # Drivers give bytes as they are.
    return None if isinstance(kind, LargeBinary) else kind.dialect_impl(dialect).result_processor(dialect, None)
