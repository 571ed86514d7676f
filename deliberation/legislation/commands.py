"""What this slice brings to the command line: ``law parse FILE [--json|--akn]``."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from deliberation.legislation.akn import law_as_akn
from deliberation.legislation.law_json import law_as_json
from deliberation.legislation.law_words import law_in_words
from deliberation.legislation.reading import MOST_BYTES, read_law
from deliberation.legislation.structure import Law
from deliberation.refusal import Refused
from deliberation.translation import LOCALES, say

UNUSABLE = 2


def register(subparsers: Any) -> None:
    """Add ``law`` with its own subcommands; ``run`` of its namespace takes the arguments and gives the exit code."""
    law = subparsers.add_parser("law", help="read the structure of a law", description="Texts of law.")
    commands = law.add_subparsers(dest="law_command", metavar="COMMAND", required=True)
    parser = commands.add_parser(
        "parse",
        help="articles, paragraphs, items of a statute or an amendment",
        description="Read DOCX, PDF with text, Markdown, HTML, text or our own JSON; told by content.",
    )
    parser.add_argument("file", metavar="FILE", help="the file, or - for standard input")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the document deliberation/law-1 and nothing else")
    form.add_argument("--akn", action="store_true", help="print Akoma Ntoso 3.0 and nothing else")
    parser.set_defaults(run=run_parse)


def run_parse(arguments: argparse.Namespace) -> int:
    """0 whatever the reading warns of, 2 if the file cannot be used."""
    name = "-" if arguments.file == "-" else arguments.file
    try:
        law = read_law(_bytes(arguments.file))
    except OSError as error:
        print(f"{name}: cannot be read: {error.strerror or error}.", file=sys.stderr)
        return UNUSABLE
    except Refused as no:
        # In the three languages of the platform: whoever runs this may not be whoever reads it.
        print(f"{name}: {' / '.join(str(say(no.refusal, locale)) for locale in LOCALES)}", file=sys.stderr)
        return UNUSABLE
    _print(_said(law, arguments))
    return 0


def _bytes(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    with open(file, "rb") as stream:
        return stream.read(MOST_BYTES + 1)


def _said(law: Law, arguments: argparse.Namespace) -> str:
    if arguments.json:
        return json.dumps(law_as_json(law), ensure_ascii=False)
    return law_as_akn(law) if arguments.akn else law_in_words(law)


def _print(text: str) -> None:
    """UTF-8 whatever the terminal's locale says: the documents are UTF-8 by contract."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()
