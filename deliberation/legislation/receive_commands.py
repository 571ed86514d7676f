"""``deliberation opinions receive FILE --solicitation ID [--trust VKEY]``: what a point elsewhere handed up comes in.

``feedback`` with the same arguments: what the body above, elsewhere, answered comes in at the point.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deliberation.legislation.opinion_house import at_house


def register_receive(inner: Any) -> None:
    for name, help, whose, run in (
        ("receive", "take in a submission of a point, all or nothing", "the point's", run_receive),
        ("feedback", "take in a feedback of the body above, all or nothing", "the body's", run_feedback),
    ):
        command = inner.add_parser(name, help=help)
        command.add_argument("file", type=Path)
        command.add_argument("--solicitation", type=int, required=True)
        command.add_argument(
            "--trust", default="", metavar="VKEY", help=f"the key of {whose} log, compared with its owner"
        )
        command.set_defaults(run=run)


def run_receive(args: argparse.Namespace) -> int:
    """0 if the submission is in, now or before; 2 if not, with a line that says why, and nothing of it is."""
    return at_house(args, _receive, _named)


def run_feedback(args: argparse.Namespace) -> int:
    """0 if the feedback is in, now or before; 2 if not, with a line that says why, and nothing of it is."""
    return at_house(args, _take_feedback, _named)


def _named(came: Any, _locale: str) -> tuple[str]:
    return (f"{came.found.head.body} {came.vkey}",)


def _receive(house: Any, args: argparse.Namespace) -> str:
    from deliberation.legislation.receiving import receive_file
    from deliberation.legislation.submission_files import read_submission

    return _taken_in(house, args, read_submission, receive_file)


def _take_feedback(house: Any, args: argparse.Namespace) -> str:
    from deliberation.legislation.feedback_bundling import read_feedback
    from deliberation.legislation.feeding_back import take_feedback

    return _taken_in(house, args, read_feedback, take_feedback)


def _taken_in(house: Any, args: argparse.Namespace, read: Callable[..., Any], take: Callable[..., Any]) -> str:
    from deliberation.audit.actions import Actor
    from deliberation.files import KeptFile
    from deliberation.legislation.solicitation_models import solicitation
    from deliberation.web import Upload

    content = args.file.read_bytes()
    came = read(content, args.trust)
    file = KeptFile(house.settings.data, Upload(args.file.name, content), "application/zip")

    def work(session: Any, now: Any) -> int:
        one = solicitation(session, args.solicitation)
        return take(session, now, of=one, came=came, file=file, actor=Actor()).opinions

    try:
        return f"opinions {house.database.change(work)}"
    finally:
        if not file.is_used:
            file.discard()
