"""A function run in a child process that may use little memory and little time: for files that strangers send.

A parser that meets a bomb takes its process with it. Here that process is not the server: it has no more memory and
time than it is given, no environment, nothing but the file's bytes, and its answer is JSON. It is a new interpreter
(never a fork: the server has threads, and a lock held at the moment of a fork stays locked for ever in the child).

``call(read, data, name="a.xlsx")`` runs ``read(data, name="a.xlsx")``; ``read`` is a function at the top of a module of
this package, its options and its value are JSON. It may raise :class:`Refused`, which arrives here as it was.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deliberation.refusal import Refusal, Refused, Word
from deliberation.vocabulary import _

log = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parent.parent
# -I leaves out the current folder and PYTHON… variables, so that neither can bring in another module of the same name.
_START = "import sys; sys.path.insert(0, sys.argv[1]); from deliberation.sandbox import main; main(sys.argv[2:])"
_HEADER = 8
#: Seconds of waiting beyond those of the processor: a machine may be busy with others.
PATIENCE = 5
# Python ignores the signal of a file that grows too long and raises OSError instead.
_TOO_BIG = ("MemoryError", "OSError")


@dataclass(frozen=True)
class Limits:
    """``memory`` (address space) and ``answer`` (its length) in bytes, ``seconds`` of processor and of waiting."""

    memory: int = 512 * 2**20
    seconds: int = 30
    answer: int = 128 * 2**20


def call(function: Callable[..., Any], data: bytes, /, limits: Limits | None = None, **options: Any) -> Any:
    """The value of ``function(data, **options)``. Raises Refused: the function's own, or ours if it did not finish."""
    limits = limits or Limits()
    with tempfile.TemporaryFile() as question, tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as errors:
        header = json.dumps(options).encode()
        question.write(len(header).to_bytes(_HEADER, "big") + header)
        question.write(data)
        question.seek(0)
        status = _run(f"{function.__module__}:{function.__qualname__}", limits, (question, answer, errors))
        answer.seek(0)
        if status == 0 and (said := answer.read()):
            return _value(json.loads(said))
        errors.seek(0)
        trace = errors.read(20_000).decode("utf-8", "replace")
    # Not the whole trace: the message of an exception quotes the file, and a log holds nothing personal.
    log.warning("%s did not finish: status %s, %s", function.__qualname__, status, _kind(trace))
    raise Refused(_why(status, trace))


def _run(target: str, limits: Limits, files: tuple[Any, Any, Any]) -> int:
    """The child's exit status, negative for the signal that ended it."""
    command = [
        sys.executable,
        "-I",
        "-c",
        _START,
        str(_ROOT),
        target,
        *map(str, (limits.memory, limits.seconds, limits.answer)),
    ]
    stdin, stdout, stderr = files
    child = subprocess.Popen(
        command, stdin=stdin, stdout=stdout, stderr=stderr, cwd="/", env={"LANG": "C.UTF-8"}, start_new_session=True
    )
    try:
        return child.wait(limits.seconds + PATIENCE)
    except subprocess.TimeoutExpired:
        return -signal.SIGXCPU
    finally:
        # The whole group: a parser that started a helper must not leave it behind.
        if child.returncode is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _kind(trace: str) -> str:
    """The exception's name and where it was raised, without its message."""
    lines = trace.strip().splitlines() or ["nothing said"]
    where = [line.strip() for line in lines if line.startswith('  File "')]
    return " ".join((lines[-1].split(":")[0][:100], *where[-1:]))


def _why(status: int, trace: str) -> Refusal:
    if status == -signal.SIGXCPU:
        return Refusal(_("文件太复杂，读取超时"), remedy=_("请分成几个较小的文件"))
    # An allocator that is refused memory raises in Python and aborts in other languages.
    if status in (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGSEGV, -signal.SIGXFSZ) or _kind(trace).startswith(
        _TOO_BIG
    ):
        return Refusal(_("文件展开后太大，无法读取"), remedy=_("请分成几个较小的文件"))
    return Refusal(_("文件无法读取，可能已经损坏"), remedy=_("请重新导出或另存后再试"))


def _value(said: Mapping[str, Any]) -> Any:
    if "refused" not in said:
        return said["value"]
    told = dict(said["refused"])
    told["facts"] = {
        name: Word(value["word"]) if isinstance(value, dict) else value for name, value in told["facts"].items()
    }
    raise Refused(Refusal(**told))


def _as_json(refusal: Refusal) -> dict[str, Any]:
    facts = {name: {"word": value.key} if isinstance(value, Word) else value for name, value in refusal.facts.items()}
    return {
        "reason": refusal.reason,
        "facts": facts,
        "remedy": refusal.remedy,
        "late": refusal.late,
        "source": refusal.source,
    }


def main(arguments: list[str]) -> None:
    """The child's side: limits first, then the module that reads, then the file."""
    target, memory, seconds, answer = arguments[0], *map(int, arguments[1:])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (answer, answer))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Whatever a library prints must not end up in the answer.
    out = os.dup(1)
    os.dup2(2, 1)
    with open(0, "rb", closefd=False) as question:
        options = json.loads(question.read(int.from_bytes(question.read(_HEADER), "big")))
        data = question.read()
    module, name = target.split(":")
    function = getattr(importlib.import_module(module), name)
    try:
        said = {"value": function(data, **options)}
    except Refused as no:
        said = {"refused": _as_json(no.refusal)}
    with open(out, "w", encoding="utf-8") as file:
        json.dump(said, file, ensure_ascii=False)
