"""What this slice brings to the command line: ``law parse FILE``, ``law compare OLD NEW``, ``law carry OLD NEW ANCHORS``."""

from __future__ import annotations

import argparse
import functools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from deliberation.collecting import no_collecting
from deliberation.legislation.statute.akn import law_as_akn
from deliberation.legislation.statute.anchors import read_anchors
from deliberation.legislation.statute.carrying import carry, places_as_json
from deliberation.legislation.statute.comparison import check_statute, compare, rows_as_json
from deliberation.legislation.statute.comparison_words import places_in_words, rows_in_words
from deliberation.legislation.statute.law_json import law_as_json
from deliberation.legislation.statute.law_words import law_in_words
from deliberation.legislation.statute.reading import MOST_BYTES, read_law
from deliberation.legislation.statute.structure import Law
from deliberation.refusal import Refused
from deliberation.translation import LOCALES, say

UNUSABLE = 2
Read = TypeVar("Read")


def register(subparsers: Any) -> None:
    """Add ``law`` with its own subcommands; ``run`` of its namespace takes the arguments and gives the exit code."""
    law = subparsers.add_parser("law", help="read and compare laws", description="Texts of law.")
    commands = law.add_subparsers(dest="law_command", metavar="COMMAND", required=True)
    parser = commands.add_parser(
        "parse",
        help="articles, paragraphs, items of a statute or an amendment",
        description="Read DOCX, PDF with text, Markdown, HTML, text, Akoma Ntoso or our own JSON; told by content.",
    )
    parser.add_argument("file", metavar="FILE", help="the file, or - for standard input")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the document deliberation/law-1 and nothing else")
    form.add_argument("--akn", action="store_true", help="print Akoma Ntoso 3.0 and nothing else")
    parser.set_defaults(run=run_parse)
    _register_versions(commands)


def _register_versions(commands: Any) -> None:
    parser = commands.add_parser(
        "compare",
        help="which article became which, and what changed",
        description="Compare two versions of a statute: any files that law parse reads.",
    )
    _two_files(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the document deliberation/compare-1 and nothing else")
    form.add_argument("--html", action="store_true", help="print the table as one page of HTML and nothing else")
    form.add_argument("--xlsx", metavar="FILE", help="write the table as a workbook")
    form.add_argument("--docx", metavar="FILE", help="write the table as a Word document")
    parser.set_defaults(run=run_compare)
    parser = commands.add_parser(
        "carry",
        help="where quotations of the old text stand in the new one",
        description="Carry anchors (a JSON list with id, article, quote, prefix, suffix) from OLD to NEW.",
    )
    _two_files(parser)
    parser.add_argument("anchors", metavar="ANCHORS", help="the JSON list of anchors")
    parser.add_argument("--json", action="store_true", help="print the document deliberation/carry-1 and nothing else")
    parser.set_defaults(run=run_carry)


def _two_files(parser: Any) -> None:
    parser.add_argument("old", metavar="OLD", help="the earlier text; one of the files may be - for standard input")
    parser.add_argument("new", metavar="NEW", help="the later text")


class _Unusable(Exception):
    """A file that cannot be used, with the sentence to print."""


def _refusing(run: Callable[[argparse.Namespace], str]) -> Callable[[argparse.Namespace], int]:
    """0 whatever was found out, 2 and one sentence if a file cannot be used."""

    @functools.wraps(run)
    def wrapped(arguments: argparse.Namespace) -> int:
        try:
            said = run(arguments)
        except _Unusable as no:
            print(no, file=sys.stderr)
            return UNUSABLE
        _print(said)
        return 0

    return wrapped


@_refusing
def run_parse(arguments: argparse.Namespace) -> str:
    law = _law(arguments.file)
    if arguments.json:
        return json.dumps(law_as_json(law), ensure_ascii=False)
    return law_as_akn(law) if arguments.akn else law_in_words(law)


@_refusing
def run_compare(arguments: argparse.Namespace) -> str:
    old, new = _statute(arguments.old), _statute(arguments.new)
    with no_collecting():
        rows = compare(old, new)
    if arguments.json:
        return json.dumps(rows_as_json(rows), ensure_ascii=False)
    titles = (old.title, new.title)
    # Only here: they bring the pages' words and the database's models with them.
    if arguments.html:
        from deliberation.legislation.comparison_papers import compared_html

        return compared_html(titles, rows)
    if arguments.xlsx:
        from deliberation.legislation.comparison_papers import compared_xlsx

        _save(arguments.xlsx, compared_xlsx(titles, rows))
    if arguments.docx:
        from deliberation.legislation.comparison_docx import compared_docx

        _save(arguments.docx, compared_docx(titles, rows))
    return rows_in_words(old.title, new.title, rows)


def _save(file: str, data: bytes) -> None:
    try:
        Path(file).write_bytes(data)
    except OSError as error:
        raise _Unusable(f"{file}: cannot be written: {error.strerror or error}.") from error


@_refusing
def run_carry(arguments: argparse.Namespace) -> str:
    files = (arguments.old, arguments.new)
    old, new = (_law(file) for file in files)
    if old.status != new.status:
        for file, law in zip(files, (old, new), strict=True):
            _check_statute(file, law)
    anchors = _usable(arguments.anchors, read_anchors)
    with no_collecting():
        placed = carry(old, new, anchors)
    if arguments.json:
        return json.dumps(places_as_json(placed), ensure_ascii=False)
    return places_in_words(placed)


def _law(file: str) -> Law:
    return _usable(file, read_law)


def _statute(file: str) -> Law:
    """The law of a file that can stand beside another one."""
    law = _law(file)
    _check_statute(file, law)
    return law


def _check_statute(file: str, law: Law) -> None:
    try:
        check_statute(law)
    except Refused as no:
        raise _unusable(file, no) from no


def _usable(file: str, read: Callable[[bytes], Read]) -> Read:
    try:
        return read(_bytes(file))
    except OSError as error:
        raise _Unusable(f"{file}: cannot be read: {error.strerror or error}.") from error
    except Refused as no:
        raise _unusable(file, no) from no


def _unusable(file: str, no: Refused) -> _Unusable:
    """In the three languages of the platform: whoever runs this may not be whoever reads it."""
    return _Unusable(f"{file}: {' / '.join(str(say(no.refusal, locale)) for locale in LOCALES)}")


def _bytes(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    with open(file, "rb") as stream:
        return stream.read(MOST_BYTES + 1)


def _print(text: str) -> None:
    """UTF-8 whatever the terminal's locale says: the documents are UTF-8 by contract."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()
