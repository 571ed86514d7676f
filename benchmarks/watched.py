"""The product's server with one addition: the system knows its writer's thread by name, so that its CPU can be read.

A ballot is taken by the writer, and what it costs there is what a hall waits for; the server's whole CPU would mix it
with HTTP and with what is sent to screens.
"""

from __future__ import annotations

import ctypes

from deliberation.db import Writer
from deliberation.serving import serve
from deliberation.settings import Settings

PR_SET_NAME = 15


class NamedWriter(Writer):
    """The writer, under a name that ``/proc`` shows."""

    def _run(self) -> None:
        ctypes.CDLL(None).prctl(PR_SET_NAME, b"writer", 0, 0, 0)
        super()._run()


def main() -> None:
    from deliberation import db

    db.Writer = NamedWriter
    serve(Settings())


if __name__ == "__main__":
    main()
