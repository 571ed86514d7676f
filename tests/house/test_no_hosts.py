"""No file of the project names a package registry or a place on one machine: both change under whoever builds it."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Written in pieces, so that this file does not find itself.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("unpkg", "com"),
        ("jsdelivr", "net"),
        ("cdnjs", "cloudflare", "com"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
    )
]
MIRROR = re.compile(r"(?:index-url|find-links|registry)\s*[=:]\s*\S*//|https?://[^\s\"']*/simple\b")
PLACES = re.compile("|".join(("/" + "root/", "/" + "work/", "/home/" + r"[a-z]", "/" + "opt/pypi", "/Users" + "/")))


def tracked_files() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in names.split("\0") if name and (path := ROOT / name).is_file()]


def lines_of(path: Path) -> list[str]:
    content = path.read_bytes()
    return [] if b"\0" in content else content.decode("utf-8").splitlines()


def finds(hit) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked_files()
        for number, line in enumerate(lines_of(path), 1)
        if hit(line)
    ]


def test_no_file_names_a_registry():
    assert finds(lambda line: any(host in line.lower() for host in REGISTRIES) or MIRROR.search(line)) == []


def test_no_file_names_a_place_on_one_machine():
    checkout = str(ROOT) + "/"
    assert finds(lambda line: PLACES.search(line) or checkout in line) == []


def test_lock_files_hash_every_package():
    for name in ("requirements.lock", "requirements-dev.lock"):
        blocks = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / name).read_text())
        assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_what_the_program_runs_with_is_what_was_tested():
    """requirements-dev.lock holds every line of requirements.lock, in the same version."""

    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[A-Za-z0-9._-]+(?:\[.*?\])?==\S+", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")
