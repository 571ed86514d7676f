"""What the audit slice brings to the command line: ``audit verify|export|checkpoint|vkey`` and ``signer``."""

from __future__ import annotations

import argparse
import gc
import json
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from deliberation.audit import keys, note
from deliberation.audit.bundle import EDITIONS, PUBLIC, Bundler, make_bundle
from deliberation.audit.bundle_check import BundleCheck, NoBundle, verify_bundle
from deliberation.audit.published import Published
from deliberation.audit.signed_log import Log, WillNotSign
from deliberation.audit.signer import Signer
from deliberation.audit.source import CommittedEntries, logs_of
from deliberation.audit.verification import Check, Report, Trusted, sentence, verify_folder, verify_installation
from deliberation.db import Database
from deliberation.refusal import Missing, Refused
from deliberation.settings import Settings
from deliberation.translation import say, translate
from deliberation.vocabulary import _

HOLDS, FAULTY, UNUSABLE = 0, 1, 2
SIGN_EVERY = 1.0
"""Seconds between looks at the heads of the logs; a look without news is one small query."""


Bundles = tuple[Sequence[Bundler], Sequence[BundleCheck]]
"""What the slices above can lay out, and what they check of it."""


class Unusable(Exception):
    """What was asked for cannot be done with this input; the sentence goes to standard error, the exit code is 2."""


def register(subparsers: Any, checks: Sequence[Check] = (), bundles: Bundles = ((), ())) -> None:
    """Add the commands; ``checks`` and ``bundles`` are what the slices above add to verifying and exporting."""
    audit = subparsers.add_parser("audit", help="verify, export and show the audit log").add_subparsers(
        dest="audit", metavar="WHAT", required=True
    )
    verify = audit.add_parser("verify", help="recompute everything, and name the first fault")
    verify.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="BUNDLE",
        help="a bundle or a folder of published tiles; without it, this installation",
    )
    verify.add_argument("--json", action="store_true", help="one document on standard output")
    export = audit.add_parser("export", help="write a bundle, or copy the published static files")
    what = export.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--tiles", type=Path, metavar="FOLDER", help="the static files; one folder per community goes here"
    )
    what.add_argument("--subject", metavar="WORD", help="what the bundle is of, such as poll/3")
    export.add_argument("--edition", choices=EDITIONS, default=PUBLIC, help="public, or full with every ballot")
    export.add_argument("-o", dest="output", type=Path, metavar="BUNDLE", help="the file to write the bundle to")
    checkpoint = audit.add_parser("checkpoint", help="the last signed note, by default of the installation's first log")
    vkey = audit.add_parser("vkey", help="the verifier keys, one a line, one per log")
    for parser in (export, checkpoint, vkey):
        parser.add_argument("--community", type=int, metavar="ID")
    verify.set_defaults(run=_saying(lambda args: run_verify(args, checks, bundles[1])))
    export.set_defaults(run=_saying(lambda args: run_export(args, bundles[0])))
    checkpoint.set_defaults(run=_saying(run_checkpoint))
    vkey.set_defaults(run=_saying(run_vkey))
    signer = subparsers.add_parser("signer", help="sign the logs in a process of its own")
    signer.set_defaults(run=_saying(run_signer))


def _saying(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """The command with its refusals said in one sentence on standard error."""

    def guarded(args: argparse.Namespace) -> int:
        try:
            return run(args)
        except Unusable as no:
            print(no, file=sys.stderr)
        except (WillNotSign, keys.KeyUnusable) as no:
            print(say(no.refusal, "en") if isinstance(no, WillNotSign) else no, file=sys.stderr)
        except ValidationError as error:
            names = ", ".join(f"DELIBERATION_{str(fault['loc'][0]).upper()}" for fault in error.errors())
            print(f"settings that cannot be used: {names}", file=sys.stderr)
        except OSError as error:
            print(f"{error.filename or 'a file'}: {error.strerror or error}", file=sys.stderr)
        except SQLAlchemyError as error:
            print(f"the database cannot be read: {str(error).splitlines()[0]}", file=sys.stderr)
        return UNUSABLE

    return guarded


def run_verify(args: argparse.Namespace, checks: Sequence[Check], of_bundles: Sequence[BundleCheck] = ()) -> int:
    """0 if everything holds, 1 if not."""
    gc.disable()  # Nothing here is circular, and collecting walks through all that was read, again and again.
    if args.folder is not None:
        report = _verify_given(args.folder, of_bundles)
    else:
        settings = Settings()
        with _installation(settings) as session, _progress() as progress:
            report = verify_installation(session, _trusted(settings), checks, progress)
    gc.enable()
    if args.json:
        print(json.dumps(report.document(), ensure_ascii=False))
    else:
        _tell(report, Settings().default_locale)
    return HOLDS if report.holds else FAULTY


def _verify_given(path: Path, of_bundles: Sequence[BundleCheck]) -> Report:
    if path.is_file():
        try:
            return verify_bundle(path, of_bundles)
        except NoBundle as no:
            raise Unusable(f"{path}: {no}") from None
    try:
        with _progress() as progress:
            return verify_folder(path, progress)
    except FileNotFoundError:
        raise Unusable(
            f"{path}: no published log here (a bundle, a folder with a checkpoint, or folders of such)"
        ) from None


def run_export(args: argparse.Namespace, bundlers: Sequence[Bundler] = ()) -> int:
    """Copy what is published, or write a bundle; 2 if there is nothing of the kind."""
    if args.subject:
        return _export_bundle(args, bundlers)
    for folder in _published(Settings(), args.community):
        published = Published(folder)
        text = published.note()
        size = note.parse_checkpoint(text.split("\n\n")[0] + "\n").size
        published.copy_to(args.tiles / folder.name, size, text)
        print(f"{args.tiles / folder.name}: {size} entries", file=sys.stderr)
    return HOLDS


def _export_bundle(args: argparse.Namespace, bundlers: Sequence[Bundler]) -> int:
    kind, _slash, number = args.subject.partition("/")
    bundler = next((each for each in bundlers if each.kind == kind), None)
    if bundler is None or not (number.isascii() and number.isdigit() and len(number) < 10):
        known = ", ".join(f"{each.kind}/<number>" for each in bundlers)
        raise Unusable(f"{args.subject}: a subject is a word like {known}")
    if args.output is None:
        raise Unusable("-o BUNDLE is missing")
    settings = Settings()
    with _installation(settings) as session:
        try:
            contents = bundler.gather(session, int(number), args.edition)
            data = make_bundle(
                session, contents, args.edition, Published(settings.log_folder / str(contents.community_id))
            )
        except Missing:
            raise Unusable(f"{args.subject}: not there, or not closed yet") from None
        except Refused as no:
            raise Unusable(f"{args.subject}: {say(no.refusal, 'en')}") from None
    args.output.write_bytes(data)
    print(f"{args.output}: {args.subject}, {args.edition}, {len(contents.indices)} entries", file=sys.stderr)
    return HOLDS


def run_checkpoint(args: argparse.Namespace) -> int:
    """Print one signed note exactly as published."""
    text = Published(_published(Settings(), args.community)[0]).note()
    sys.stdout.write(text)
    return HOLDS


def run_vkey(args: argparse.Namespace) -> int:
    """Print the keys of all logs, also of those that have published nothing yet."""
    settings = Settings()
    trusted = _trusted(settings)
    with _installation(settings) as session:
        logs = _chosen(logs_of(session), args.community)
    found = [trusted.key(log.origin, Published(settings.log_folder / str(log.community))) for log in logs]
    if None in found:
        raise Unusable("the key is not published yet, and only the signer's account can read it")
    for key in found:
        print(key)
    return HOLDS


def run_signer(_args: argparse.Namespace) -> int:
    """Sign until told to stop; the web processes need not be able to read the key."""
    settings = Settings()
    database = Database(settings.url)
    try:
        with _installation(settings):
            signer = Signer(CommittedEntries(database), settings.key, settings.log_folder)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: signer.finish())
        print(f"signing into {settings.log_folder}", file=sys.stderr, flush=True)
        signer.run(SIGN_EVERY)
        signer.stop()
    finally:
        database.close()
    return HOLDS


def _chosen(logs: list[Log], community: int | None) -> list[Log]:
    found = [log for log in logs if community in (None, log.community)]
    if not found:
        raise Unusable("there is no log yet" if community is None else f"there is no log of community {community}")
    return found


def _published(settings: Settings, community: int | None) -> list[Path]:
    """The folders of published logs, by community; the installation's own acts are in the first."""
    paths = [path.parent for path in settings.log_folder.glob("*/checkpoint") if path.parent.name.isdigit()]
    found = sorted((path for path in paths if community in (None, int(path.name))), key=lambda path: int(path.name))
    if not found and not settings.data.is_dir():
        raise Unusable(f"there is no installation in the data folder {settings.data} (DELIBERATION_DATA)")
    if not found:
        raise Unusable("nothing is published" + (" yet" if community is None else f" of community {community}"))
    return found


def _trusted(settings: Settings) -> Trusted:
    """What this account can hold the logs against: with the signer's account that is its key and its stubs."""
    try:
        public = keys.load(settings.key).public
    except keys.KeyUnusable:
        public = None
    return Trusted(settings.log_folder, public, settings.key.parent, settings.data)


@contextmanager
def _installation(settings: Settings) -> Iterator[Session]:
    """A read-only session; an installation that is not there is not made by looking for it."""
    if settings.url.startswith("sqlite") and not Path(make_url(settings.url).database or "").is_file():
        raise Unusable(f"{settings.data}: there is no installation here (DELIBERATION_DATA)")
    database = Database(settings.url)
    try:
        with database.read() as session:
            yield session
    finally:
        database.close()


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """Counts on a terminal; silent in a pipe."""
    if not sys.stderr.isatty():
        yield lambda count: None
        return
    yield lambda count: print(f"\r{count:,}", end="", file=sys.stderr, flush=True)
    print("\r\x1b[K", end="", file=sys.stderr)


def _tell(report: Report, locale: str) -> None:
    for log in report.logs:
        print(translate(locale, _("{origin}：{size} 条，已公布 {published} 条"), **_facts(log)))
    for fault in report.faults:
        print(f"  {fault.origin} {fault.subject}".rstrip() + f"  [{fault.kind}] {sentence(fault, locale)}")
    verdict = _("核对 {n} 条记录，全部成立") if report.holds else _("核对 {n} 条记录，发现 {faults} 处不符")
    print(translate(locale, verdict, n=report.checked["entries"], faults=len(report.faults)))


def _facts(log: Any) -> dict[str, Any]:
    return {"origin": log.origin, "size": log.size, "published": log.published}
