"""``deliberation opinions receive FILE --solicitation ID [--trust VKEY]``: what a point elsewhere handed up comes in."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from deliberation.legislation.opinion_house import at_house


def register_receive(inner: Any) -> None:
    command = inner.add_parser("receive", help="take in a submission of a point, all or nothing")
    command.add_argument("file", type=Path)
    command.add_argument("--solicitation", type=int, required=True)
    command.add_argument(
        "--trust", default="", metavar="VKEY", help="the key of the point's log, compared with its owner"
    )
    command.set_defaults(run=run_receive)


def run_receive(args: argparse.Namespace) -> int:
    """0 if the submission is in, now or before; 2 if not, with a line that says why, and nothing of it is."""
    return at_house(args, _receive, lambda came, _locale: (f"{came.found.head.body} {came.vkey}",))


def _receive(house: Any, args: argparse.Namespace) -> str:
    from deliberation.audit.actions import Actor
    from deliberation.files import KeptFile
    from deliberation.legislation.receiving import receive_file
    from deliberation.legislation.solicitation_models import solicitation
    from deliberation.legislation.submission_files import read_submission
    from deliberation.web import Upload

    content = args.file.read_bytes()
    came = read_submission(content, args.trust)
    file = KeptFile(house.settings.data, Upload(args.file.name, content), "application/zip")

    def work(session: Any, now: Any) -> int:
        one = solicitation(session, args.solicitation)
        return receive_file(session, now, of=one, came=came, file=file, actor=Actor()).opinions

    try:
        return f"opinions {house.database.change(work)}"
    finally:
        if not file.is_used:
            file.discard()
