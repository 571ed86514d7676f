"""``deliberation opinions export SOLICITATION --format F [--edition E] -o FILE``: the file is there whole, or not at all."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

UNUSABLE = 2
FORMATS = ("xlsx", "docx", "csv", "jsonl", "akn", "bundle")


def register_export(inner: Any) -> None:
    command = inner.add_parser("export", help="write the table of opinions of a solicitation to a file")
    command.add_argument("solicitation", type=int, metavar="SOLICITATION")
    command.add_argument("--format", choices=FORMATS, required=True)
    command.add_argument("--edition", choices=("public", "full"), default="public")
    command.add_argument("--layout", default="", metavar="NAME", help="a layout of the point, for xlsx and docx")
    command.add_argument("-o", dest="output", type=Path, required=True, metavar="FILE")
    command.set_defaults(run=run_export)


def run_export(args: argparse.Namespace) -> int:
    """0 if the file is written, 2 if not; then nothing is there that was not there before."""
    from sqlalchemy.exc import SQLAlchemyError

    from deliberation.commands import read_settings
    from deliberation.configuration import has_database
    from deliberation.house import House
    from deliberation.refusal import Missing, Refused
    from deliberation.translation import say

    settings = read_settings()
    if settings is None:
        return UNUSABLE
    if not has_database(settings):
        return _no(f"{settings.data}: there is no installation here (DELIBERATION_DATA)")
    house = House(settings)
    try:
        _export(house, args)
        return 0
    except Missing:
        return _no(f"{args.solicitation}: there is no such solicitation")
    except Refused as no:
        return _no(f"{args.output}: {say(no.refusal, settings.default_locale)}")
    except OSError as error:
        return _no(f"{args.output}: {error.strerror or error}")
    except SQLAlchemyError as error:
        return _no(f"the database cannot be read: {str(error).splitlines()[0]}")
    finally:
        house.database.close()


def _no(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return UNUSABLE


def _export(house: Any, args: argparse.Namespace) -> None:
    """Write it under another name; that it was exported is in the log before it takes its own."""
    from deliberation.audit.actions import Actor
    from deliberation.legislation.export_files import whole_or_nothing, write_export
    from deliberation.legislation.export_rows import table_of
    from deliberation.legislation.exporting import record_export
    from deliberation.legislation.solicitation_models import solicitation

    with house.database.read() as session:
        one = solicitation(session, args.solicitation)
        table, columns = table_of(session, one, args.edition), _columns(session, one, args)
        with whole_or_nothing(args.output, private=args.edition == "full") as file:
            written = write_export(
                session, table, args.format, file, progress_of(table.rows), logs=house.settings.log_folder,
                columns=columns,
            )  # fmt: skip
            house.database.change(
                lambda writing, _now: record_export(
                    writing, solicitation(writing, args.solicitation), (args.edition, args.format, written),
                    actor=Actor(),
                )
            )  # fmt: skip
    if sys.stderr.isatty():
        print(f"\r\x1b[K{args.output}: rows {written.rows}", file=sys.stderr)


def _columns(session: Any, one: Any, args: argparse.Namespace) -> Any:
    """Those of the layout that was named; none for the default one. Raises Refused."""
    from deliberation.legislation.export_rules import Wanted, may_lay_out
    from deliberation.legislation.layout_models import layouts_of
    from deliberation.legislation.layout_rules import unknown
    from deliberation.refusal import refuse_if

    if not args.layout:
        return ()
    kept = {each.name: each.chosen for each in layouts_of(session, one.community_id)}
    refuse_if(unknown(args.layout, kept))
    columns = kept[args.layout]
    refuse_if(may_lay_out(Wanted(args.edition, args.format, columns=columns)))
    return columns


def progress_of(rows: int) -> Callable[[int], None]:
    """Counts on a terminal; silent in a pipe."""
    if not sys.stderr.isatty():
        return lambda _count: None
    last = [0]

    def show(count: int) -> None:
        if count - last[0] >= 1000 or count == rows:
            last[0] = count
            print(f"\r{count:,} / {rows:,}", end="", file=sys.stderr, flush=True)

    return show
