"""``deliberation demo``: serves the demo from a folder of its own, made at the first run and kept."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any


def register(subparsers: Any) -> None:
    demo = subparsers.add_parser("demo", help="serve a demo with three stories, and print its sign-in links")
    demo.add_argument("--port", type=int)
    demo.add_argument("--fresh", action="store_true", help="make the demo anew")
    demo.set_defaults(run=run_demo)


def run_demo(args: argparse.Namespace) -> int:
    import os

    from deliberation.commands import prepare_data, read_settings, serving_fault

    given: dict[str, Any] = {"port": args.port, "clock": "demo"}
    if "DELIBERATION_DATA" not in os.environ:
        given["data"] = "data/demo"
    settings = read_settings(**given)
    if settings is None:
        return 2
    if settings.database_url:
        print("the demo keeps a database of its own: unset DELIBERATION_DATABASE_URL", file=sys.stderr)
        return 2
    if fault := serving_fault(settings, workers=1):
        print(fault, file=sys.stderr)
        return 2
    from deliberation.demo.making import is_a_real_installation
    from deliberation.holding import NotServed, held

    if is_a_real_installation(settings):
        print(f"{settings.data} holds a real installation: the demo is not served from it", file=sys.stderr)
        return 2
    prepare_data(settings)
    try:
        # Before anything is touched: the links of a demo that runs here must go on working.
        with held(settings):
            return _serve_demo(settings, is_fresh=args.fresh)
    except NotServed as no:
        print(no, file=sys.stderr)
        return 2


def _serve_demo(settings: Any, *, is_fresh: bool) -> int:
    from deliberation.demo.making import make_demo, print_welcome
    from deliberation.demo.people import StoryMissing
    from deliberation.serving import serve

    if is_fresh:
        empty(settings.data)
    print(
        "正在准备演示，第一次要一会儿… preparing the demo, the first time takes a while…", file=sys.stderr, flush=True
    )
    try:
        links = make_demo(settings)
    except StoryMissing as missing:
        print(f"{settings.data}: 演示不完整，缺少{missing}；重新制作请用 deliberation demo --fresh", file=sys.stderr)
        print(
            f"the demo is not whole, {missing} is missing: make it anew with deliberation demo --fresh", file=sys.stderr
        )
        return 2
    print_welcome(settings, links)
    serve(settings, demo_links=links)
    return 0


def empty(folder: Path) -> None:
    """Everything in a folder goes but what begins with a dot: the lock that says who serves from it."""
    for each in folder.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        elif not each.name.startswith("."):
            each.unlink()
