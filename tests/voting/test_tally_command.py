"""``deliberation tally`` as somebody at a terminal or a script meets it."""

from __future__ import annotations

import argparse
import io
import json
import resource
import subprocess
import sys

import pytest

from deliberation.voting import commands
from deliberation.voting.tally import tally_json
from tests.voting.tally_papers import MAJORITY, a_document, a_rule, an_election, ballot, people, share, votes

DOCUMENT = a_document(a_rule(quorum=(share("entitled", ">=", "2/3"),)), people(3), votes(yes=1, no=1))


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers())
    arguments = parser.parse_args(["tally", *words])
    return arguments.run(arguments)


@pytest.fixture
def paper(tmp_path):
    def write(content) -> str:
        path = tmp_path / "表决.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return str(path)

    return write


def test_json_is_one_document_and_nothing_else(paper, capsys):
    assert run(paper(DOCUMENT), "--json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == tally_json(DOCUMENT)
    assert (out.count("\n"), err) == (1, "")


def test_a_vote_that_failed_is_no_failure_of_the_command(paper, capsys):
    assert run(paper(a_document(a_rule(), [], [])), "--json") == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "failed"


def test_without_json_people_read_the_sentence_and_the_tests(paper, capsys):
    assert run(paper(DOCUMENT)) == 0
    text = capsys.readouterr().out
    for sentence in tally_json(DOCUMENT)["sentence"].values():
        assert sentence in text
    assert "quorum: heads 2 of 3 (entitled) >= 2/3, enough would be 2: holds\n" in text
    assert "approval: heads 1 of 2 (present) > 1/2, enough would be 2: fails\n" in text
    assert text.endswith("outcome: failed\n")


def test_without_json_an_or_an_option_and_a_zero_are_readable(paper, capsys):
    rule = an_election("甲", "乙", approval=[{"any": [share("valid", ">", "1/2", "area"), MAJORITY]}])
    assert run(paper(a_document(rule, [{"id": "m1", "area": "0"}], [ballot("m1", ["甲"])]))) == 0
    text = capsys.readouterr().out
    assert "approval, one of: holds\n" in text
    assert "  approval: area for 甲 0.00 of 0.00 (valid) > 1/2, enough would be nothing: fails\n" in text
    assert "  approval: heads for 甲 1 of 1 (present) > 1/2, enough would be 1: holds\n" in text


def test_a_document_may_come_from_standard_input(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(DOCUMENT).encode())))
    assert run("-", "--json") == 0
    assert json.loads(capsys.readouterr().out)["received"] == 2


def refused(capsys) -> str:
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


def test_a_refusal_names_file_and_place(paper, capsys):
    name = paper(a_document(a_rule(share("present", ">", "2/0")), [], []))
    assert run(name, "--json") == 2
    assert refused(capsys) == (
        f'{name}: rule.approval[0].fraction must be "n/d" in digits with 1 ≤ n ≤ d ≤ 1000, not "2/0".\n'
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "line 1 column 1 is not JSON"),
        (b"\xff\xfe", "line 1 is not UTF-8"),
        (b'{"rule": 1, "rule": 2}', "rule stands there twice"),
        (b'{"rule": NaN}', "rule must be a number that JSON knows"),
        (b"[]", "document must be an object, not a list"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(paper, capsys, content, words):
    name = paper(content)
    assert run(name) == 2
    error = refused(capsys)
    assert error.startswith(f"{name}: ") and words in error


def test_a_file_that_is_not_there_is_refused(tmp_path, capsys):
    assert run(str(tmp_path / "none.json")) == 2
    assert refused(capsys).endswith("none.json: cannot be read: No such file or directory.\n")
    assert run(str(tmp_path)) == 2
    assert "cannot be read: Is a directory" in refused(capsys)


def test_a_file_beyond_the_limit_is_refused(paper, capsys, monkeypatch):
    monkeypatch.setattr(commands, "LARGEST_FILE", 10)
    assert run(paper(DOCUMENT)) == 2
    assert "is larger than" in refused(capsys)


def little_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (300 * 1024**2,) * 2)


def test_a_machine_without_the_memory_says_so(paper):
    name = paper(b"[" + b"[[]]," * 8_000_000 + b"[]]")
    call = [sys.executable, "-m", "deliberation", "tally", name, "--json"]
    done = subprocess.run(call, capture_output=True, preexec_fn=little_memory, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().endswith("表决.json: is too large for the memory of this machine.\n")


def test_the_collector_is_on_again_afterwards(paper, capsys):
    import gc

    run(paper(DOCUMENT))
    assert gc.isenabled()
    gc.disable()
    try:
        run(paper(DOCUMENT))
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_installed_command_prints_utf8_whatever_the_terminal_speaks(paper):
    call = [sys.executable, "-m", "deliberation", "tally", paper(DOCUMENT), "--json"]
    done = subprocess.run(call, capture_output=True, env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": "."}, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.decode())["sentence"]["zh-Hans"].startswith("应到3人")


def test_a_large_document_is_counted(paper, capsys):
    number = 50_000
    roster = [{"id": f"m{n}", "owner": f"o{n // 2}", "household": f"h{n // 3}", "area": "89.50"} for n in range(number)]
    ballots = [ballot(f"m{n}", ("yes", "yes", "no")[n // 2 % 3]) for n in range(number)]
    rule = a_rule(share("participating", ">", "1/2", "area"), share("participating", ">", "1/2", "households"))
    assert run(paper(a_document(rule, roster, ballots)), "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["counted"], result["counts"]["heads"]["participating"]) == (number, number // 2)
    assert result["counts"]["area"]["entitled"] == "4475000.00"
