"""The procedures that travel with the program, read from ``procedures/*.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from deliberation.matters.procedure import Procedure
from deliberation.matters.procedure_file import Faulty, load

FOLDER = Path(__file__).with_name("procedures")


def text_of(id: str) -> str:
    """The TOML text of a shipped procedure, to be stored with a matter or copied and changed. Raises KeyError."""
    if id not in shipped():
        raise KeyError(id)
    return (FOLDER / f"{id}.toml").read_text("utf-8")


@lru_cache(1)
def shipped() -> Mapping[str, Procedure]:
    """Every shipped procedure by its id. Raises :class:`Faulty`, naming the file, if one cannot be run."""
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        try:
            procedure = load(path.read_text("utf-8"))
        except Faulty as error:
            raise Faulty(f"{path.name}: {fault}" for fault in error.faults) from None
        if procedure.id != path.stem:
            raise Faulty([f"{path.name}: the id {procedure.id} is not the file's name"])
        found[procedure.id] = procedure
    return MappingProxyType(found)
