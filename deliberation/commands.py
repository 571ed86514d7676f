"""Commands of the installation as a whole: serve, migrate, check-config."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from deliberation.settings import Settings, is_loopback


def register(subparsers: Any) -> None:
    serve = subparsers.add_parser("serve", help="migrate, then serve")
    serve.add_argument("--host")
    serve.add_argument("--port", type=int)
    serve.add_argument("--workers", type=int, default=1)
    serve.add_argument("--tls-cert", type=Path)
    serve.add_argument("--tls-key", type=Path)
    serve.set_defaults(run=run_serve)
    subparsers.add_parser("migrate", help="bring the database to the newest schema").set_defaults(run=run_migrate)
    check = subparsers.add_parser("check-config", help="check and show the settings, without secrets")
    check.set_defaults(run=run_check)
    backup = subparsers.add_parser("backup", help="write a consistent copy while the server runs")
    backup.add_argument("file", type=Path)
    backup.set_defaults(run=run_backup)
    restore = subparsers.add_parser("restore", help="restore a copy into an empty place and verify it")
    restore.add_argument("file", type=Path)
    restore.set_defaults(run=run_restore)
    bench = subparsers.add_parser("bench", help="measure, beside a reference in the same run (in a checkout only)")
    bench.add_argument("name", nargs="?", default="")
    bench.set_defaults(run=run_bench)


def read_settings(**given: Any) -> Settings | None:
    """The settings, or None after saying on standard error which one is unusable."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        for fault in error.errors():
            name = f"DELIBERATION_{str(fault['loc'][0]).upper()}"
            print(f"{name}: {fault['msg']}", file=sys.stderr)
        return None


def run_migrate(_args: argparse.Namespace) -> int:
    settings = read_settings()
    if settings is None:
        return 2
    prepare_data(settings)
    from deliberation.migration import migrate

    migrate(settings.url)
    return 0


def run_check(_args: argparse.Namespace) -> int:
    """The settings without secrets on standard output; 1 and a sentence each for what would keep it from serving."""
    settings = read_settings()
    if settings is None:
        return 1
    for name in type(settings).model_fields:
        print(f"DELIBERATION_{name.upper()}={_shown(settings, name)}")
    from deliberation.configuration import faults

    found = [fault for fault in (serving_fault(settings, workers=1), *faults(settings)) if fault]
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


ADDRESSES = {"smtp_url", "nats_url"}


def _shown(settings: Settings, name: str) -> str:
    """A setting as it may stand on a screen or in a mail to somebody who helps."""
    value = getattr(settings, name)
    if name == "database_url" and value:
        from sqlalchemy import make_url

        return make_url(settings.url).render_as_string(hide_password=True)
    if (name in ADDRESSES and "@" in value) or (name == "metrics_token" and value):
        return "(set)"
    return "" if value is None else str(value)


def run_backup(args: argparse.Namespace) -> int:
    settings = read_settings()
    if settings is None:
        return 2
    from deliberation.backup import Unusable, make_backup
    from deliberation.configuration import has_database
    from deliberation.db import Database

    if not has_database(settings):
        print(f"{settings.data}: there is no installation here (DELIBERATION_DATA)", file=sys.stderr)
        return 2
    database = Database(settings.url)
    try:
        manifest = make_backup(database, settings.data, args.file)
    except Unusable as no:
        print(no, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename or args.file}: {error.strerror}", file=sys.stderr)
        return 2
    finally:
        database.close()
    print(f"{args.file}: {_amount(manifest)}; the signing key is not in it", file=sys.stderr)
    return 0


def run_restore(args: argparse.Namespace) -> int:
    """0 if everything is back and holds, 1 if the verification finds a fault, 2 if nothing was restored."""
    settings = read_settings()
    if settings is None:
        return 2
    from deliberation.backup import Unusable
    from deliberation.restoring import restore_backup

    prepare_data(settings)
    try:
        manifest = restore_backup(args.file, settings.url, settings.data)
    except Unusable as no:
        print(no, file=sys.stderr)
        return 2
    _let_files_go(settings)
    print(f"restored {_amount(manifest)}; verifying", file=sys.stderr)
    from deliberation.audit.commands import run_verify
    from deliberation.checking import all_checks

    return run_verify(argparse.Namespace(folder=None, json=False), all_checks())


def _let_files_go(settings: Any) -> None:
    """Files that were exported are in no backup: nobody is offered what is not there."""
    from deliberation.db import Database
    from deliberation.legislation.exporting import left_behind

    database = Database(settings.url)
    try:
        database.change(left_behind)
    finally:
        database.close()


def _amount(manifest: dict[str, Any]) -> str:
    files = len(manifest["sha256"]) - len(manifest["tables"])
    return f"{sum(manifest['tables'].values())} rows, {files} files"


def run_bench(args: argparse.Namespace) -> int:
    from deliberation.places import in_checkout

    if not in_checkout():
        print("the benchmarks are in a checkout only", file=sys.stderr)
        return 2
    import runpy

    sys.argv = ["benchmarks", *([args.name] if args.name else [])]
    runpy.run_module("benchmarks", run_name="__main__")
    return 0


def prepare_data(settings: Settings) -> None:
    """The data folder, readable by its own account only."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)


def serving_fault(settings: Settings, *, workers: int) -> str:
    """Why this configuration must not be served, in one sentence; empty if it may."""
    if workers < 1:
        return "--workers: at least one"
    if settings.url.startswith("sqlite") and settings.bus == "postgres":
        return "DELIBERATION_BUS=postgres needs PostgreSQL (DELIBERATION_DATABASE_URL)"
    if workers > 1 and (settings.url.startswith("sqlite") or settings.bus == "memory"):
        return "--workers over 1 needs PostgreSQL (DELIBERATION_DATABASE_URL) and a bus (DELIBERATION_BUS=postgres or nats)"
    if (settings.tls_cert is None) != (settings.tls_key is None):
        return "the certificate and its key go together (--tls-cert and --tls-key)"
    encrypted = settings.tls_cert is not None or (bool(settings.proxies) and settings.address.startswith("https"))
    if not is_loopback(settings.host) and not encrypted and not settings.allow_http:
        return (
            f"listening on {settings.host} without TLS is refused: give --tls-cert and --tls-key, or name a proxy in "
            "DELIBERATION_TRUSTED_PROXIES with an https DELIBERATION_PUBLIC_URL, or set DELIBERATION_ALLOW_HTTP=1"
        )
    return ""


def run_serve(args: argparse.Namespace) -> int:
    given = {"host": args.host, "port": args.port, "tls_cert": args.tls_cert, "tls_key": args.tls_key}
    settings = read_settings(**given)
    if settings is None:
        return 2
    if settings.tls_cert is not None and not settings.public_url:
        settings = read_settings(**given, public_url=f"https://localhost:{settings.port}")
    from deliberation.configuration import faults

    for fault in filter(None, (serving_fault(settings, workers=args.workers), *faults(settings))):
        print(fault, file=sys.stderr)
        return 2
    from deliberation.audit.keys import KeyUnusable
    from deliberation.holding import NotServed, held
    from deliberation.serving import announce_first_administrator, serve

    prepare_data(settings)
    try:
        with held(settings):
            announce_first_administrator(settings)
            serve(settings, workers=args.workers)
    except (KeyUnusable, NotServed) as no:
        print(no, file=sys.stderr)
        return 2
    return 0


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as the environment of a worker process."""
    names = type(settings).model_fields
    given = {name: getattr(settings, name) for name in names if name in settings.model_fields_set}
    return os.environ | {f"DELIBERATION_{name.upper()}": str(value) for name, value in given.items()}
