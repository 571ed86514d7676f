"""The steps of docs/running.md, run as they are printed there: from nothing to a restored copy, over TLS."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.journeys.servers import DELIBERATION, Server, environment, free_port

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```sh tested\n(.*?)^```", re.MULTILINE | re.DOTALL)


def run(block: str, env: dict[str, str], folder: Path) -> str:
    script = f'set -euo pipefail\ndeliberation() {{ {" ".join(DELIBERATION)} "$@"; }}\n{block}'
    done = subprocess.run(["bash", "-c", script], env=env, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_steps_of_the_manual_lead_from_nothing_to_a_restored_copy(tmp_path: Path) -> None:
    blocks = BLOCK.findall((ROOT / "docs" / "running.md").read_text("utf-8"))
    assert len(blocks) == 5, "a block was added or taken away: say here what it needs"
    data, empty, port = tmp_path / "data", tmp_path / "empty", free_port()
    tls = {"tls_cert": str(data / "tls.crt"), "tls_key": str(data / "tls.key")}
    env = environment(data, port, public_url=f"https://localhost:{port}", host="0.0.0.0", **tls) | {
        "ROSTER": str(ROOT / "tests" / "assemblies" / "data" / "village.csv"),
        "BACKUP": str(tmp_path / "backup.zip"),
        "EMPTY": str(empty),
        "PYTHONPATH": str(ROOT),
    }
    certificate, settings, people, backup, restore = blocks
    run(certificate, env, tmp_path)
    assert oct(os.stat(data / "tls.key").st_mode)[-3:] == "600"
    assert "DELIBERATION_PORT" in run(settings, env, tmp_path)
    server = Server(["serve"], env, folder=tmp_path, address=f"https://localhost:{port}")
    try:
        assert len(server.links) == 1, "an empty installation prints one link for its first administrator"
        community = found_a_village(env, tmp_path)
        assert "/sign-in/" in run(people, env | {"COMMUNITY": community}, tmp_path)
        run(backup, env, tmp_path)
        assert "桃源村" in server.fetch("/communities")
    finally:
        assert server.stop() in (0, -15), server.printed
    run(restore, env, tmp_path)
    assert not (empty / "signer" / "key").exists(), "the signing key does not travel in the backup"
    (tmp_path / "again").mkdir()
    again = Server(["serve"], environment(empty, free_port()) | {"PYTHONPATH": str(ROOT)}, folder=tmp_path / "again")
    try:
        assert "桃源村" in again.fetch("/communities")
    finally:
        again.stop()


def found_a_village(env: dict[str, str], folder: Path) -> str:
    """What the administrator does on the page, by the same action."""
    work = (
        "from deliberation.settings import Settings\n"
        "from deliberation.house import House\n"
        "from deliberation.audit.actions import Actor\n"
        "from deliberation.communities.actions import found_community\n"
        "from deliberation.communities.models import root\n"
        "house = House(Settings())\n"
        "found = lambda s, now: found_community(s, now, name='桃源村', kind='village', parent=root(s), actor=Actor()).id\n"
        "print(house.database.change(found))\n"
        "house.database.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", work], env=env, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
