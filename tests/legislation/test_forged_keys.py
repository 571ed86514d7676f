"""A file signed by one key that shows another: the key that is compared is the one that verified, or nothing comes in."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deliberation.audit.bundle_check import check_bundle, read_zip
from deliberation.legislation.calling import read_call
from deliberation.legislation.submission_files import read_submission
from deliberation.refusal import Refused
from tests.legislation.test_receiving import arrived, handed_up, upload
from tests.legislation.tiers import CITY, Tiers, elsewhere, forged

TOOL = Path(__file__).parents[2] / "tools" / "verify.py"
SPELLINGS = (
    " {evil}\n{good}\n", "{evil}\n{good}\n", "{good}\n{evil}\n", "{evil}\t\n{good}\n", "{evil}\n {good}\n",
    "{evil}\x0c{good}\n", " {evil}\n", "{evil}\n\n", "{evil}", "{evil}\r\n", "{evil}\n{evil}\n", "",
)  # fmt: skip


@pytest.fixture
def tiers(database_url: str, tmp_path: Path) -> Iterator[Tiers]:
    made = Tiers(database_url, tmp_path / "here")
    yield made
    made.close()


def second(path: Path, data: bytes) -> dict:
    """What the second verifier says of a bundle."""
    path.write_bytes(data)
    return json.loads(subprocess.run([sys.executable, "-I", TOOL, path, "--json"], capture_output=True).stdout)


def test_a_submission_signed_by_one_key_that_shows_another_does_not_come_in(tiers, tmp_path, sqlite_template):
    upper = tiers.asks(CITY)
    call = tiers.download(f"/solicitations/{upper}/call.zip")
    with elsewhere(sqlite_template, tmp_path / "there") as there:
        good = read_submission(handed_up(there, call, "不少于二十日")[1]).vkey
    with elsewhere(sqlite_template, tmp_path / "fake") as fake:
        data = handed_up(fake, call, "不少于九十日")[1]
    evil = read_submission(data).vkey
    assert evil != good and evil.split("+")[0] == good.split("+")[0]
    for spelled in SPELLINGS:
        made = forged(data, "vkeys", spelled.format(evil=evil, good=good).encode())
        with pytest.raises(Refused):
            read_submission(made)
        assert not second(tmp_path / "submission.zip", made)["holds"], spelled
    made = forged(data, "vkeys", f" {evil}\n{good}\n".encode())
    assert upload(tiers, upper, made, vkey=good, confirms="on").status == 422
    assert arrived(tiers, upper) == []
    found = second(tmp_path / "submission.zip", data)
    assert found["holds"] and found["vkey"] == evil, "the key that verified is what is compared"


def test_a_call_signed_by_one_key_that_shows_another_is_refused(tiers, tmp_path, sqlite_template):
    good = read_call(tiers.download(f"/solicitations/{tiers.asks(CITY)}/call.zip")).vkey
    with elsewhere(sqlite_template, tmp_path / "fake", log_name=tiers.log_name) as fake:
        data = fake.download(f"/solicitations/{fake.asks(CITY)}/call.zip")
    evil = read_call(data).vkey
    assert evil != good
    for spelled in SPELLINGS:
        with pytest.raises(Refused):
            read_call(forged(data, "vkeys", spelled.format(evil=evil, good=good).encode()))
    bundle, report = check_bundle(read_zip(io.BytesIO(data)))
    assert report.holds and bundle.vkey == evil
