"""What is exported for Belenios is judged by Belenios: its own tool sets an election up from it and takes ballots."""

from __future__ import annotations

import io
import os
import subprocess
import zipfile

import pytest

from tests.pages import open_site
from tests.voting.polls import build_estate, build_meeting, opened

GROUP = ("--group", "BELENIOS-2048")


@pytest.fixture
def site(sqlite_url, tmp_path):
    with open_site(sqlite_url, tmp_path / "data") as found:
        yield found


def exported(site, meeting, folder):
    poll_id = opened(site.house.database, meeting)
    answer = site.browser(meeting.place["王秀英"]).get(f"/polls/{poll_id}/belenios.zip")
    assert answer.status == 200
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(folder)
    assert site.browser(meeting.members["李强"]).get(f"/polls/{poll_id}/belenios.zip").status == 403
    assert site.visitor().get(f"/polls/{poll_id}/belenios.zip").status == 303


def test_voters_are_numbers_and_an_owner_is_one_voter_with_all_units(site, tmp_path):
    estate = build_estate(site.house.database)
    exported(site, estate, tmp_path / "b")
    heads = (tmp_path / "b" / "voters-heads.txt").read_text().splitlines()
    areas = (tmp_path / "b" / "voters-area.txt").read_text().splitlines()
    assert len(heads) == len(areas) == 4 and all(line.endswith(",1") for line in heads)
    assert sorted(int(line.rsplit(",", 1)[1]) for line in areas) == [90, 102, 102, 281]
    text = "".join(path.read_text() for path in (tmp_path / "b").iterdir())
    assert not any(name in text for name in estate.members)


@pytest.mark.belenios
def test_belenios_makes_an_election_of_it_takes_every_vote_and_finds_it_in_order(site, tmp_path):
    folder = tmp_path / "b"
    exported(site, build_meeting(site.house.database, seats=4, online=True), folder)

    def tool(*words, text=""):
        env = os.environ | {"BELENIOS_USE_URANDOM": "1"}
        command = ["belenios-tool", *words]
        done = subprocess.run(command, cwd=folder, input=text, capture_output=True, text=True, env=env, timeout=120)
        assert done.returncode == 0, (words, done.stderr[-2000:])
        return done.stdout

    uuid = ("--uuid", tool("setup", "generate-token").strip())
    tool("setup", "generate-credentials", *uuid, *GROUP, "--file", "voters-heads.txt")
    next(folder.glob("*.pubcreds")).rename(folder / "public_creds.json")
    credentials = [line.split()[1] for line in next(folder.glob("*.privcreds")).read_text().splitlines()]
    tool("setup", "generate-trustee-key", *GROUP)
    (folder / "public_keys.jsons").write_text(next(folder.glob("*.pubkey")).read_text())
    tool("setup", "make-trustees")
    (folder / "public_keys.jsons").unlink()
    tool("setup", "make-election", *uuid, *GROUP, "--template", "questions.json")
    tool("archive", "init")
    assert len(credentials) == 4
    for credential, choice in zip(credentials, ("[[1,0,0]]", "[[1,0,0]]", "[[0,1,0]]", "[[0,0,1]]"), strict=True):
        (folder / "credential").write_text(credential)
        (folder / "vote").write_text(choice)
        ballot = tool("election", "generate-ballot", "--privcred", "credential", "--ballot", "vote")
        tool("archive", "add-event", "--type=Ballot", text=ballot)
    tool("election", "verify")
