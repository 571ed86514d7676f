"""``deliberation roster import FILE --community ID [--skip-bad FILE]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from deliberation.refusal import Missing, Refused


def register(subparsers: Any) -> None:
    roster = subparsers.add_parser("roster", help="people, households and bodies from a file")
    inner = roster.add_subparsers(dest="roster_command", metavar="COMMAND", required=True)
    command = inner.add_parser("import", help="import an XLSX or CSV roster, all or nothing")
    command.add_argument("file", type=Path)
    command.add_argument("--community", type=int, required=True)
    command.add_argument("--skip-bad", type=Path, help="import the good rows and write the bad ones to this file")
    command.set_defaults(run=run_import)


def run_import(args: argparse.Namespace) -> int:
    from deliberation.assemblies.importing import import_roster, read_roster_file
    from deliberation.assemblies.roster_bad import bad_rows_file, heading_of
    from deliberation.audit.actions import Actor
    from deliberation.commands import read_settings
    from deliberation.communities.models import community
    from deliberation.house import House
    from deliberation.translation import say

    settings = read_settings()
    if settings is None:
        return 2
    try:
        data = args.file.read_bytes()
    except OSError as error:
        print(f"{args.file}: {error.strerror}", file=sys.stderr)
        return 2
    house = House(settings)
    locale = settings.default_locale
    try:
        with house.database.read() as session:
            place = community(session, args.community)
            read = read_roster_file(session, place, data, args.file.name)
        if read.plan.bad and args.skip_bad is None:
            for problem in read.plan.bad:
                where = f"第{problem.row}行 {heading_of(problem.column, read.sheet)}".strip()
                print(f"{args.file.name} {where}: {say(problem.refusal, locale)}", file=sys.stderr)
            return 2
        if args.skip_bad is not None and read.plan.bad:
            if args.skip_bad.suffix.lower() != f".{read.sheet.kind}":
                print(f"--skip-bad: the bad rows come as .{read.sheet.kind}", file=sys.stderr)
                return 2
            args.skip_bad.write_bytes(bad_rows_file(read.sheet, read.plan.bad, lambda no: str(say(no, locale))))
        skip = args.skip_bad is not None
        made = house.database.change(
            lambda session, now: import_roster(session, now, community=place, read=read, skip_bad=skip, actor=Actor())
        )
        for column in read.plan.unknown_columns:
            print(f"{args.file.name}: unknown column {column}", file=sys.stderr)
        print(f"rows {read.plan.good_rows}, added {made.added}, altered {made.altered}, skipped {made.skipped}", file=sys.stderr)
        return 0
    except Missing:
        print(f"there is no community {args.community}", file=sys.stderr)
        return 2
    except Refused as no:
        print(f"{args.file.name}: {say(no.refusal, locale)}", file=sys.stderr)
        return 2
    finally:
        house.database.close()
