"""What is built is whole: an installed program finds its pages, styles, migrations, words and procedures."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASK = "from deliberation.places import folder, in_checkout; print(in_checkout(), *map(folder, {names!r}), sep='\\n')"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("built")
    build = [
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--wheel-dir",
        str(built),
        str(ROOT),
    ]
    subprocess.run([sys.executable, "-m", "pip", *build], check=True, capture_output=True)
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(built / "unpacked")
    return built / "unpacked"


def names(folder: Path, leave_out: tuple[str, ...] = ("__pycache__",)) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not set(leave_out) & set(path.parts)
    }


@pytest.mark.parametrize("name", ["templates", "static", "migrations"])
def test_the_folders_at_the_top_travel_inside(unpacked: Path, name: str):
    assert names(unpacked / "deliberation" / "_site" / name) == names(ROOT / name)


def test_every_file_of_the_package_is_inside(unpacked: Path):
    assert names(unpacked / "deliberation", ("_site",)) == names(ROOT / "deliberation")


def test_the_built_program_finds_its_own_folders(unpacked: Path):
    wanted = ("templates", "static", "migrations")
    command = [sys.executable, "-P", "-c", ASK.format(names=wanted)]
    done = subprocess.run(command, env={"PYTHONPATH": str(unpacked)}, cwd=unpacked, capture_output=True, text=True)
    site = unpacked / "deliberation" / "_site"
    assert done.stdout.split() == ["False", *(str(site / name) for name in wanted)], done.stderr
