"""Files made to trip the reader: nested without end, numbers without end, half characters. Each is refused in a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deliberation.audit.bundle_check import NoBundle, verify_bundle
from deliberation.checking import all_bundle_checks
from deliberation.legislation.submission_files import read_submission
from deliberation.legislation.submission_rules import read_content
from deliberation.legislation.tier_lines import Unreadable
from deliberation.refusal import Refused
from tests.legislation.tiers import CITY, LIAISONS, WEST, Tiers, forged, repacked

TOOL = Path(__file__).parents[2] / "tools" / "verify.py"
DEEP = b"[" * 200_000
MIDDLE = b"[" * 700 + b"]" * 700


@pytest.fixture
def tiers(database_url: str, tmp_path: Path) -> Iterator[Tiers]:
    made = Tiers(database_url, tmp_path / "here")
    yield made
    made.close()


def test_whatever_cannot_be_read_is_refused_and_nobody_sees_where_the_program_broke(tiers, tmp_path):
    point = tiers.takes(WEST, tiers.asks(CITY))
    tiers.handle(WEST, [tiers.give(point, "赵敏", "二十日")])
    data = tiers.download(f"/submissions/{tiers.submits(WEST, point)}/bundle.zip", by=LIAISONS[WEST])
    path = tmp_path / "submission.zip"
    said = {"schema": "deliberation/bundle-1", "subject": "submission/1", "edition": "full", "origin": "a", "files": {}}
    manifests = [
        DEEP, MIDDLE, b"", b"1" * 5_000, b"\xff\xfe", b"[]", json.dumps(said | {"files": []}).encode(),
        json.dumps(said | {"files": {"\ud800": ""}}).encode(), json.dumps(said | {"origin": "\ud800"}).encode(),
        json.dumps(said | {"files": {"x": []}}).encode(),
    ]  # fmt: skip
    lines = [
        DEEP,
        MIDDLE,
        b'{"index":Infinity,"entry":"","origin":""}',
        b'{"index":1e400}',
        b'{"index":0,"entry":"%s"}' % DEEP,
    ]
    made = [(repacked(data, manifest_json=each), (2,)) for each in manifests[:-1]]
    made += [(repacked(data, manifest_json=manifests[-1]), (1, 2))]
    made += [(forged(data, name, each), (1,)) for name in ("entries.jsonl", "openings.jsonl") for each in lines]
    made += [(forged(data, "opinions.jsonl", each + b"\n"), (0, 1)) for each in (DEEP, MIDDLE)]
    for file, statuses in made:
        path.write_bytes(file)
        with pytest.raises(Refused):
            read_submission(file)
        try:
            assert not verify_bundle(path, all_bundle_checks()).holds
        except NoBundle:
            assert statuses != (1,)
        second = subprocess.run([sys.executable, "-I", TOOL, path], capture_output=True)
        assert second.returncode in statuses and b"Traceback" not in second.stderr, (statuses, second.stderr[-300:])


@pytest.mark.parametrize("row", [DEEP, MIDDLE, b'{"a":' * 700 + b"1" + b"}" * 700])
def test_content_that_is_nested_too_deeply_is_no_submission(row: bytes) -> None:
    with pytest.raises(Unreadable):
        read_content(row + b"\n")
