"""``deliberation demo``: serves the demo from a folder of its own, made at the first run and kept."""

from __future__ import annotations

import argparse
import shutil
import sys
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
    from deliberation.demo.making import is_a_real_installation, make_demo, print_welcome
    from deliberation.demo.people import StoryMissing
    from deliberation.serving import serve

    if is_a_real_installation(settings):
        print(f"{settings.data} holds a real installation: the demo is not served from it", file=sys.stderr)
        return 2
    if args.fresh and settings.data.exists():
        shutil.rmtree(settings.data)
    prepare_data(settings)
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
