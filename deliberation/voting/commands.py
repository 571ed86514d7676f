"""What the voting slice brings to the command line: ``tally FILE [--json]``."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any, BinaryIO

from deliberation.collecting import no_collecting
from deliberation.voting.sentences import LOCALES, result_in_words
from deliberation.voting.strict_json import parse_json
from deliberation.voting.tally import tally
from deliberation.voting.tally_checks import TallyRefused
from deliberation.voting.tally_document import read_tally_document
from deliberation.voting.tally_result import AnyFinding, Finding, Result, amount_text, result_as_json

# A million lines are about 200 MB; beyond this a file is a mistake, and parsing it would need many times its size.
LARGEST_FILE = 512 * 1024 * 1024

UNUSABLE = 2


def register(subparsers: Any) -> None:
    """Add ``tally`` to the subcommands; ``run`` of its namespace takes the arguments and gives the exit code."""
    parser = subparsers.add_parser("tally", help="count a tally document", description="Count a tally document.")
    parser.add_argument("file", metavar="FILE", help="a tally document in JSON, or - for standard input")
    parser.add_argument("--json", action="store_true", help="print the result document and nothing else")
    parser.set_defaults(run=run_tally)


def run_tally(arguments: argparse.Namespace) -> int:
    """Count ``arguments.file``: 0 whatever the vote decided, 2 if the document cannot be used."""
    name = "standard input" if arguments.file == "-" else arguments.file
    try:
        with no_collecting():
            result = tally(read_tally_document(parse_json(_read(arguments.file))))
    except OSError as error:
        return _unusable(f"{name}: cannot be read: {error.strerror or error}")
    except TallyRefused as error:
        return _unusable(f"{name}: {error}")
    except MemoryError:
        return _unusable(f"{name}: is too large for the memory of this machine")
    _print(_as_json(result) if arguments.json else _as_text(result))
    return 0


def _read(file: str) -> bytes:
    if file == "-":
        return _limited(sys.stdin.buffer)
    with open(file, "rb") as stream:
        return _limited(stream)


def _limited(stream: BinaryIO) -> bytes:
    data = stream.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise TallyRefused("document", f"is larger than {LARGEST_FILE // 1024**2} MiB")
    return data


def _as_json(result: Result) -> str:
    sentence = {locale: result_in_words(result, locale) for locale in LOCALES}
    return json.dumps(result_as_json(result, sentence), ensure_ascii=False)


def _as_text(result: Result) -> str:
    said = [result_in_words(result, locale) for locale in LOCALES]
    tests = [_finding(finding) for finding in result.tests]
    return "\n\n".join([*said, "\n".join([*tests, f"outcome: {result.outcome.value}"])])


def _finding(finding: Finding | AnyFinding) -> str:
    holds = "holds" if finding.holds else "fails"
    if isinstance(finding, AnyFinding):
        return f"{finding.kind}, one of: {holds}\n" + "\n".join(f"  {_finding(each)}" for each in finding.findings)
    test = finding.requirement
    needed = "nothing" if finding.needed is None else amount_text(test.measure, finding.needed)
    option = "" if finding.option is None else f" for {finding.option}"
    numbers = f"{amount_text(test.measure, finding.numerator)} of {amount_text(test.measure, finding.denominator)}"
    asked = f"{test.measure.value}{option} {numbers} ({test.of.value}) {test.op.value} {test.fraction}"
    return f"{finding.kind}: {asked}, enough would be {needed}: {holds}"


def _unusable(sentence: str) -> int:
    print(f"{sentence}.", file=sys.stderr)
    return UNUSABLE


def _print(text: str) -> None:
    """UTF-8 whatever the terminal's locale says: the result document is UTF-8 by contract."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode() + b"\n")
    sys.stdout.buffer.flush()
