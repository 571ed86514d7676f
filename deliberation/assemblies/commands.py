"""``deliberation roster import FILE --community ID [--skip-bad FILE]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from deliberation.refusal import Missing, Refused

UNUSABLE = 2


class Unusable(Exception):
    """The input cannot be used; the message is what standard error is told, a line a fault."""


def register(subparsers: Any) -> None:
    roster = subparsers.add_parser("roster", help="people, households and bodies from a file")
    inner = roster.add_subparsers(dest="roster_command", metavar="COMMAND", required=True)
    command = inner.add_parser("import", help="import an XLSX or CSV roster, all or nothing")
    command.add_argument("file", type=Path)
    command.add_argument("--community", type=int, required=True)
    command.add_argument("--skip-bad", type=Path, help="import the good rows and write the bad ones to this file")
    command.set_defaults(run=run_import)


def run_import(args: argparse.Namespace) -> int:
    """0 if the file is imported, 2 if not; then nothing of it is."""
    from deliberation.commands import prepare_data, read_settings
    from deliberation.house import House
    from deliberation.migration import migrate
    from deliberation.translation import say

    settings = read_settings()
    if settings is None:
        return UNUSABLE
    prepare_data(settings)
    migrate(settings.url)
    house = House(settings)
    try:
        _import(house, args, settings.default_locale)
        return 0
    except Unusable as no:
        print(no, file=sys.stderr)
    except Missing:
        print(f"--community {args.community}: there is no such community", file=sys.stderr)
    except Refused as no:
        print(f"{args.file.name}: {say(no.refusal, settings.default_locale)}", file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or args.file}: {error.strerror}", file=sys.stderr)
    finally:
        house.database.close()
    return UNUSABLE


def _import(house: Any, args: argparse.Namespace, locale: str) -> None:
    from deliberation.assemblies.foretelling import foretell
    from deliberation.assemblies.importing import LeftOut, import_roster, read_roster_file
    from deliberation.assemblies.telling import remarks_of, tell
    from deliberation.audit.actions import Actor
    from deliberation.communities.models import community

    data = args.file.read_bytes()
    with house.database.read() as session:
        place = community(session, args.community)
        read = read_roster_file(session, place, data, args.file.name)
        today = house.now(session).astimezone(place.zone).date()
        plan = foretell(session, place, read.plan, today).lines(locale)
    name = args.file.name
    if read.plan.bad and args.skip_bad is None:
        raise Unusable("\n".join(f"{name} {tell(problem, read.sheet, locale)}" for problem in read.plan.bad))
    remarks = remarks_of(read, locale)
    left_out = LeftOut(args.skip_bad is not None, "", "\n".join(remarks))
    waiting = _put_away(read, args.skip_bad, locale) if read.plan.bad else None
    try:
        made = house.database.change(
            lambda session, now: import_roster(
                session, now, community=place, read=read, actor=Actor(), left_out=left_out
            )
        )
        if waiting is not None:
            waiting.replace(args.skip_bad)
    finally:
        if waiting is not None:
            waiting.unlink(missing_ok=True)
    for line in plan:
        print(f"{name}: {line}", file=sys.stderr)
    for remark in remarks:
        print(f"{name} {remark}", file=sys.stderr)
    counts = f"rows {read.plan.good_rows}, added {made.added}, altered {made.altered}, skipped {made.skipped}"
    print(f"{name}: {counts}", file=sys.stderr)


def _put_away(read: Any, target: Path, locale: str) -> Path:
    """The bad rows in a file beside the one that was asked for; it gets its name when the good ones are in."""
    from deliberation.assemblies.roster_bad import bad_rows_file
    from deliberation.translation import say

    if target.suffix.lower() != f".{read.sheet.kind}":
        raise Unusable(
            f"--skip-bad {target}: the bad rows come as they came in, so its name ends in .{read.sheet.kind}"
        )
    waiting = target.with_name(f".{target.name}.partial")
    waiting.write_bytes(bad_rows_file(read.sheet, read.plan.bad, lambda no: str(say(no, locale))))
    return waiting
