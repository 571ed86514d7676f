"""A bundle that came from another tier as a file: read before the writer's door, laid ready, taken once its key was compared."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from deliberation.files import KeptFile
from deliberation.legislation.receiving import Keyed
from deliberation.refusal import Invalid, Refusal, Refused
from deliberation.vocabulary import _
from deliberation.web import Provisional, Visit

ZIP = "application/zip"
CameT = TypeVar("CameT", bound=Keyed)


@dataclass
class Arrived(Provisional):
    """What was read, and its file laid ready; gone again if it is refused or was here before."""

    came: Keyed
    file: KeptFile

    def discard(self) -> None:
        self.file.discard()


def arrived(visit: Visit, read: Callable[[bytes, str], Keyed]) -> Arrived:
    """Every check of the file that was sent. Raises Invalid."""
    upload = visit.call.files.get("file")
    if upload is None:
        raise Invalid({"file": Refusal(_("请选择文件"))})
    confirmed = visit.text("vkey") if visit.text("confirms") else ""
    with refused_at_file():
        return Arrived(read(upload.content, confirmed), KeptFile(visit.house.settings.data, upload, ZIP))


@contextlib.contextmanager
def refused_at_file() -> Iterator[None]:
    """Whatever is refused stands at the field of the file."""
    try:
        yield
    except Refused as no:
        raise Invalid({"file": no.refusal}) from None


def waiting(visit: Visit, kind: type[CameT]) -> CameT | None:
    """What was sent just now and waits for its key to be compared."""
    return next((each for each in visit.details or () if isinstance(each, kind)), None)
