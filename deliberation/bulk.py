"""Statements for many rows at once, put together once and kept: what the hot paths read and write by."""

from __future__ import annotations

from collections.abc import Callable, KeysView, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Connection, LargeBinary, Select, Table
from sqlalchemy.sql.sqltypes import TupleType
from sqlmodel import Session


def insert_many(session: Session, table: Table, columns: tuple[str, ...], rows: list[tuple]) -> None:
    """Insert many rows of plain values with one statement, for the hot paths.

    The compiled statement is kept, and a value is converted once however many rows hold it: through the ordinary way
    each row of a batch is converted by itself, which costs more than the database does.
    """
    connection = session.connection()
    statement, converters = _insert_statement(connection.dialect, table, columns)
    if changing := _changing(converters, rows):
        rows = [_changed(row, changing) for row in rows]
    named = connection.dialect.paramstyle in ("pyformat", "named")
    connection.exec_driver_sql(statement, [dict(zip(columns, row, strict=True)) for row in rows] if named else rows)


Known = list[tuple[int, dict[Any, Any]]]


def _changing(converters: list[tuple[int, Callable]], rows: list[tuple]) -> Known:
    """Of each place whose values the driver wants otherwise: value → as it wants it."""
    found = (
        (place, {value: convert(value) for value in {row[place] for row in rows}}) for place, convert in converters
    )
    return [(place, known) for place, known in found if any(given is not made for given, made in known.items())]


def _changed(row: tuple, changing: Known) -> tuple:
    values = list(row)
    for place, known in changing:
        values[place] = known[values[place]]
    return tuple(values)


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


def select_many(
    session: Session, statement: Select | CompoundSelect, *, is_lasting: bool = False, **values: Any
) -> list[tuple]:
    """The rows of a statement whose parameters are given by name, for the hot paths.

    As with ``insert_many`` the SQL is put together once and kept, so ``statement`` is a constant of its module; the
    ordinary way goes through it anew at every call, and writes it anew for every list. A parameter is a single value or
    a list (``bindparam(name, expanding=True)``); nothing is found for an empty list. ``is_lasting`` says that the rows
    hardly ever change and are read again and again, so that the converted ones are kept.
    """
    lists = {
        name: list(given)
        for name, given in values.items()
        if isinstance(given, list | tuple | set | frozenset | KeysView)
    }
    if not all(lists.values()):
        return []
    # A value twice in a list finds nothing more, and so a handful of lengths is all that is ever put together.
    padded = {name: _padded(given) for name, given in lists.items()}
    if session.autoflush:
        session.flush()  # As the ordinary way does: what the same visit has changed must be seen.
    connection = session.connection()
    key = (connection.dialect.name, statement, tuple((name, len(given)) for name, given in padded.items()))
    ready = _selects.get(key) or _selects.setdefault(key, _compiled(connection.dialect, statement, values | padded))
    flat = {name: _flat(padded[name]) if name in padded else [given] for name, given in values.items()}
    chosen = [
        place.value(flat) if place.convert or not place.source else flat[place.source][place.at]
        for place in ready.places
    ]
    named = connection.dialect.paramstyle in ("pyformat", "named")
    given = {place.key: value for place, value in zip(ready.places, chosen, strict=True)} if named else tuple(chosen)
    rows = _fetched(connection, ready.sql, given)
    if not ready.converters:
        return rows
    convert = _converted_before if is_lasting else _converted
    return [convert(row, ready.converters) for row in rows]


def _fetched(connection: Connection, sql: str, given: Any) -> list[tuple]:
    # By the driver itself, in the transaction of the session: a result that knows its columns costs more than the rows.
    cursor = connection.connection.cursor()
    try:
        cursor.execute(sql, given)
        return cursor.fetchall()
    finally:
        cursor.close()


def _converted(row: tuple, converters: tuple[tuple[int, Callable], ...]) -> tuple:
    values = list(row)
    for place, convert in converters:
        values[place] = convert(values[place])
    return tuple(values)


_converted_before = lru_cache(32_768)(_converted)


def _padded(given: list) -> list:
    """The list filled up with its last value to a power of two."""
    return given + given[-1:] * ((1 << max(3, (len(given) - 1).bit_length())) - len(given))


def _flat(given: list) -> list:
    return [part for value in given for part in value] if isinstance(given[0], tuple) else given


@dataclass(frozen=True, slots=True)
class _Place:
    """A parameter of the SQL: the driver's name for it, and whose value stands there (``source`` empty: a constant)."""

    key: str
    source: str
    at: int
    constant: Any
    convert: Callable | None

    def value(self, flat: Mapping[str, list]) -> Any:
        found = flat[self.source][self.at] if self.source else self.constant
        return self.convert(found) if self.convert else found


@dataclass(frozen=True, slots=True)
class _Ready:
    """A statement put together: its SQL, its parameters in their order, how to convert the columns."""

    sql: str
    places: list[_Place]
    converters: tuple[tuple[int, Callable], ...]


_selects: dict[tuple, _Ready] = {}


def _compiled(dialect: Any, statement: Select | CompoundSelect, values: Mapping[str, Any]) -> _Ready:
    compiled = statement.params(**values).compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    sources = {key: (name, at) for name, given in values.items() for at, key in enumerate(_keys(name, given))}
    constants = [name for name in compiled.binds if name not in values]
    places = [_place(dialect, compiled.binds, key, sources) for key in compiled.positiontup or [*sources, *constants]]
    found = ((at, _converter(column.type, dialect)) for at, column in enumerate(statement.selected_columns))
    converters = tuple((at, convert) for at, convert in found if convert is not None)
    return _Ready(str(compiled), places, converters)


def _place(dialect: Any, binds: Mapping[str, Any], key: str, sources: Mapping[str, tuple[str, int]]) -> _Place:
    source, at = sources.get(key, ("", 0))
    bound = binds[source or key]
    # Drivers take bytes as they are; tuples are of such values only.
    plain = isinstance(bound.type, LargeBinary | TupleType)
    convert = None if plain else bound.type.dialect_impl(dialect).bind_processor(dialect)
    return _Place(key, source, at, None if source else bound.value, convert)


def _keys(name: str, given: Any) -> list[str]:
    """SQLAlchemy's own names for a parameter: for the elements of an expanded list, and of tuples in one."""
    if not isinstance(given, list):
        return [name]
    parts = len(given[0]) if isinstance(given[0], tuple) else 0
    if not parts:
        return [f"{name}_{at + 1}" for at in range(len(given))]
    return [f"{name}_{at + 1}_{part + 1}" for at in range(len(given)) for part in range(parts)]


def _converter(kind: Any, dialect: Any) -> Callable | None:
    # Drivers give bytes as they are.
    return None if isinstance(kind, LargeBinary) else kind.dialect_impl(dialect).result_processor(dialect, None)
