"""``deliberation opinions import FILE --solicitation ID``: a file comes in whole, or not at all. ``export`` is the way out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deliberation.legislation.export_commands import register_export
from deliberation.legislation.opinion_house import Unusable, at_house
from deliberation.legislation.receive_commands import register_receive


def register(subparsers: Any) -> None:
    opinions = subparsers.add_parser("opinions", help="opinions on a draft law from a file")
    inner = opinions.add_subparsers(dest="opinions_command", metavar="COMMAND", required=True)
    command = inner.add_parser("import", help="import an XLSX, CSV or JSON lines file, all or nothing")
    command.add_argument("file", type=Path)
    command.add_argument("--solicitation", type=int, required=True)
    command.add_argument("--public", action="store_true", help="the authors agreed that everybody reads what they said")
    command.add_argument("--skip-bad", type=Path, help="import the good rows and write the bad ones to this file")
    command.set_defaults(run=run_import)
    register_export(inner)
    register_receive(inner)


def run_import(args: argparse.Namespace) -> int:
    """0 if the file is imported, 2 if not; then nothing of it is, and each fault has a line."""
    from deliberation.translation import say, translate

    def told(fault: Any, locale: str) -> Iterator[str]:
        yield f"{args.file.name} {fault.row} {translate(locale, fault.column)}: {say(fault.refusal, locale)}"

    return at_house(args, _import, told)


def _import(house: Any, args: argparse.Namespace) -> str:
    from deliberation.audit.actions import Actor
    from deliberation.legislation.intake_planning import plan_intake, write_intake
    from deliberation.legislation.opinion_files import open_file
    from deliberation.legislation.solicitation_models import solicitation

    skips = args.skip_bad is not None
    if skips and args.skip_bad.suffix.lower() != args.file.suffix.lower():
        raise Unusable(
            f"--skip-bad {args.skip_bad}: the bad rows come as they came in, so its name ends in {args.file.suffix}"
        )
    file = open_file(args.file.read_bytes(), args.file.name, keeps_good=skips)
    with house.database.read() as session:
        one = solicitation(session, args.solicitation)
        planned = plan_intake(session, house.now(session), one=one, file=file, publishes=args.public)
    is_short = skips and planned.skipped
    waiting = _put_away(planned, args.skip_bad, house.settings.default_locale) if is_short else None

    def work(session: Any, now: Any) -> int:
        one = solicitation(session, args.solicitation)
        return write_intake(session, now, one=one, planned=planned, actor=Actor(), skips_bad=skips).rows

    try:
        count = house.database.change(work)
        if waiting is not None:
            waiting.replace(args.skip_bad)
            print(f"{args.skip_bad}: left out {planned.skipped}", file=sys.stderr)
        return f"rows {count}"
    finally:
        if waiting is not None:
            waiting.unlink(missing_ok=True)


def _put_away(planned: Any, target: Path, locale: str) -> Path:
    """The bad rows in a file beside the one that was asked for; it gets its name when the good ones are in."""
    from deliberation.legislation.intake_back import left_out

    waiting = target.with_name(f".{target.name}.partial")
    waiting.write_bytes(left_out(planned, locale))
    return waiting
