"""The program on a machine whose clock is wrong: ``python -m tests.faults.skewed SECONDS serve …``."""

from __future__ import annotations

import runpy
import sys
from datetime import UTC, datetime, timedelta

from deliberation import house


def main() -> None:
    skew = timedelta(seconds=float(sys.argv.pop(1)))
    made = house.House.__init__

    def wrong(self: house.House, settings: object, **more: object) -> None:
        made(self, settings, **more | {"clock": lambda: datetime.now(UTC) + skew})

    house.House.__init__ = wrong
    runpy.run_module("deliberation", run_name="__main__")


if __name__ == "__main__":
    main()
