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
    settings = read_settings()
    if settings is None:
        return 1
    from sqlalchemy import make_url

    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if name == "database_url" and value:
            value = make_url(settings.url).render_as_string(hide_password=True)
        elif name in {"metrics_token", "smtp_url", "nats_url"} and value:
            value = "(set)"
        print(f"DELIBERATION_{name.upper()}={value}")
    return 1 if (fault := serving_fault(settings, workers=1, tls=False)) and print(fault, file=sys.stderr) is None else 0


def run_backup(args: argparse.Namespace) -> int:
    settings = read_settings()
    if settings is None:
        return 2
    from deliberation.backup import make_backup
    from deliberation.db import Database

    database = Database(settings.url)
    try:
        manifest = make_backup(database, settings.data, args.file)
    except OSError as error:
        print(f"{args.file}: {error.strerror}", file=sys.stderr)
        return 2
    finally:
        database.close()
    rows = sum(manifest["tables"].values())
    print(f"{args.file}: {rows} rows, {len(manifest['files'])} files; the signing key is not in it", file=sys.stderr)
    return 0


def run_restore(args: argparse.Namespace) -> int:
    settings = read_settings()
    if settings is None:
        return 2
    from deliberation.backup import Unusable, restore_backup

    prepare_data(settings)
    try:
        manifest = restore_backup(args.file, settings.url, settings.data)
    except Unusable as no:
        print(no, file=sys.stderr)
        return 2
    print(f"restored {sum(manifest['tables'].values())} rows, {len(manifest['files'])} files; verifying", file=sys.stderr)
    from deliberation.audit.commands import run_verify
    from deliberation.checking import all_checks

    return run_verify(argparse.Namespace(folder=None, json=False), all_checks())


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


def serving_fault(settings: Settings, *, workers: int, tls: bool) -> str:
    """Why this configuration must not be served, in one sentence; empty if it may."""
    if workers > 1 and (settings.url.startswith("sqlite") or settings.bus == "memory"):
        return "--workers over 1 needs PostgreSQL (DELIBERATION_DATABASE_URL) and a bus (DELIBERATION_BUS=postgres or nats)"
    encrypted = tls or (bool(settings.proxies) and settings.address.startswith("https"))
    if not is_loopback(settings.host) and not encrypted and not settings.allow_http:
        return (
            f"listening on {settings.host} without TLS is refused: give --tls-cert and --tls-key, or name a proxy in "
            "DELIBERATION_TRUSTED_PROXIES with an https DELIBERATION_PUBLIC_URL, or set DELIBERATION_ALLOW_HTTP=1"
        )
    return ""


def run_serve(args: argparse.Namespace) -> int:
    tls = args.tls_cert is not None
    if tls != (args.tls_key is not None):
        print("--tls-cert and --tls-key go together", file=sys.stderr)
        return 2
    settings = read_settings(host=args.host, port=args.port)
    if settings is None:
        return 2
    if tls and not settings.public_url:
        settings = read_settings(host=args.host, port=args.port, public_url=f"https://localhost:{settings.port}")
    fault = serving_fault(settings, workers=args.workers, tls=tls)
    if fault:
        print(fault, file=sys.stderr)
        return 2
    from deliberation.serving import announce_first_administrator, serve

    prepare_data(settings)
    announce_first_administrator(settings)
    serve(settings, workers=args.workers, tls_cert=args.tls_cert, tls_key=args.tls_key)
    return 0


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as the environment of a worker process."""
    names = type(settings).model_fields
    given = {name: getattr(settings, name) for name in names if name in settings.model_fields_set}
    return os.environ | {f"DELIBERATION_{name.upper()}": str(value) for name, value in given.items()}
