"""The command ``deliberation lot FILE``: draws a lot's document again, and says whether it comes out the same."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from deliberation.rooms.lot_rules import (
    FORMAT,
    LotFaulty,
    Pool,
    Seed,
    Stratum,
    Ticket,
    commitment,
    digest,
    draw,
    seed_of,
)

SAME, DIFFERENT, UNUSABLE = 0, 1, 2
LARGEST_FILE = 64 * 1024 * 1024


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("lot", help="draw a lot again from its published document")
    parser.add_argument("file", metavar="FILE", help="a lot's document in JSON, or - for standard input")
    parser.add_argument("--json", action="store_true", help="print the result and nothing else")
    parser.set_defaults(run=run_lot)


def run_lot(arguments: argparse.Namespace) -> int:
    """0 drawn, and as the document says; 1 drawn otherwise or with another secret; 2 nothing to draw."""
    name = "standard input" if arguments.file == "-" else arguments.file
    try:
        table = _read(arguments.file)
        pool, parts = read_document(table)
        seed = seed_of(pool, parts)
        drawn = draw(pool, seed)
    except OSError as error:
        return _said(f"{name}: cannot be read: {error.strerror or error}", UNUSABLE)
    except LotFaulty as error:
        return _said(f"{name}: {error}", UNUSABLE)
    if arguments.json:
        print(json.dumps({"seed": seed, "result": [_row(one) for one in drawn]}, ensure_ascii=False))
    else:
        _tell(seed, drawn)
    if found := differences(table, pool, parts, drawn):
        return _said(f"{name}: {'; '.join(found)}", DIFFERENT)
    return SAME


def _read(file: str) -> Any:
    if file == "-":
        data = sys.stdin.buffer.read(LARGEST_FILE + 1)
    else:
        with open(file, "rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise LotFaulty("is larger than 64 MiB")
    try:
        return json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise LotFaulty(f"is no JSON in UTF-8: {error}") from None


def read_document(table: Any) -> tuple[Pool, Seed]:
    """The list and the parts of the seed. Raises LotFaulty."""
    if not isinstance(table, dict) or table.get("format") != FORMAT:
        raise LotFaulty(f"is no document of the format {FORMAT}")
    checkpoint = table.get("checkpoint")
    if not isinstance(checkpoint, dict):
        raise LotFaulty("checkpoint: is no table")
    parts = Seed(_text(table, "secret"), _text(checkpoint, "root"), _text(table, "public"))
    if not parts.secret or not parts.root:
        raise LotFaulty("has no secret and root yet: it was not drawn")
    rows = table.get("tickets")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise LotFaulty("tickets: is no list of tables")
    tickets = tuple(Ticket(_whole(row, "ticket"), _text(row, "stratum")) for row in rows)
    return Pool(tickets, _whole(table, "seats"), _whole(table, "substitutes")), parts


def _text(table: dict, name: str) -> str:
    if not isinstance(table.get(name), str):
        raise LotFaulty(f"{name}: is no text")
    return table[name]


def _whole(table: dict, name: str) -> int:
    if type(table.get(name)) is not int:
        raise LotFaulty(f"{name}: is no whole number")
    return table[name]


def differences(table: dict, pool: Pool, parts: Seed, drawn: tuple[Stratum, ...]) -> list[str]:
    """Where the document says otherwise than it comes out."""
    found = []
    if table.get("commitment", "") != commitment(parts.secret):
        found.append("the secret is not the one that was committed to")
    if table.get("digest", "") != digest(pool):
        found.append("the list is not the one that was fixed")
    if table.get("result", []) != [_row(one) for one in drawn]:
        found.append("the result is not what the seed gives")
    return found


def _row(one: Stratum) -> dict[str, Any]:
    return {
        "stratum": one.name, "size": one.size, "seats": one.seats, "drawn": list(one.drawn),
        "substitutes": list(one.substitutes),
    }  # fmt: skip


def _tell(seed: str, drawn: tuple[Stratum, ...]) -> None:
    lines = [f"seed: {seed}"]
    for one in drawn:
        lines.append(f"{one.name}: {one.seats} of {one.size}")
        lines.append(f"  drawn: {' '.join(map(str, one.drawn)) or '-'}")
        lines.append(f"  substitutes: {' '.join(map(str, one.substitutes)) or '-'}")
    sys.stdout.flush()
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode())
    sys.stdout.buffer.flush()


def _said(sentence: str, code: int) -> int:
    print(f"{sentence}.", file=sys.stderr)
    return code
