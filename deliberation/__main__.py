"""The command line: one line a command; each slice brings its own."""

from __future__ import annotations

import argparse
import gc
import sys
from importlib import import_module

from deliberation.refusal import Refused

# Imported only when asked for, so that `tally` starts without a web framework. Module: its top-level commands.
COMMANDS = {
    "deliberation.commands": ("serve", "migrate", "check-config", "backup", "restore", "bench"),
    "deliberation.demo.commands": ("demo",),
    "deliberation.voting.commands": ("tally",),
    "deliberation.rooms.lot_reading": ("lot",),
    "deliberation.legislation.commands": ("law",),
    "deliberation.legislation.opinion_commands": ("opinions",),
    "deliberation.identity.commands": ("person", "appoint"),
    "deliberation.assemblies.commands": ("roster",),
    "deliberation.audit.commands": ("audit", "signer"),
}


def parser_for(argv: list[str]) -> argparse.ArgumentParser:
    """The parser with the commands that this call needs (all of them for ``--help``)."""
    parser = argparse.ArgumentParser(
        prog="deliberation", description="议事 Deliberation · a platform for consultative democracy"
    )
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    asked = argv[0] if argv else ""
    wanted = [module for module, names in COMMANDS.items() if asked in names] or list(COMMANDS)
    for module in wanted:
        if module == "deliberation.audit.commands" and asked == "audit":
            from deliberation.checking import all_bundle_checks, all_bundlers, all_checks

            import_module(module).register(subparsers, all_checks(), (all_bundlers(), all_bundle_checks()))
        else:
            import_module(module).register(subparsers)
    return parser


def refused(no: Refused) -> int:
    """Say on standard error what no command can go on from, such as a database of a newer program."""
    from deliberation.settings import Settings
    from deliberation.translation import say

    print(say(no.refusal, Settings().default_locale), file=sys.stderr)
    return 2


def main(argv: list[str] | None = None) -> int:
    """Run one command. Exit codes as contracts.md says: 0 done, 1 a check found a fault, 2 the input is unusable."""
    argv = sys.argv[1:] if argv is None else argv
    gc.set_threshold(
        50_000, 20, 50
    )  # What is loaded stays: looking through it again and again is a tenth of the start.
    args = parser_for(argv).parse_args(argv)
    try:
        return int(args.run(args) or 0)
    except Refused as no:
        return refused(no)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
