"""Where the folders that travel with the code stand: at the top of a checkout, inside the package of a built wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent


def in_checkout() -> bool:
    """True when the code runs from its own source tree and not from an installed wheel."""
    return (_CHECKOUT / "pyproject.toml").is_file() and not (_PACKAGE / "_site").is_dir()


def folder(name: str) -> Path:
    """The folder `templates`, `static` or `migrations`. Raises FileNotFoundError when an installation lacks it."""
    place = _CHECKOUT / name if in_checkout() else _PACKAGE / "_site" / name
    if not place.is_dir():
        raise FileNotFoundError(f"the installation is incomplete: no folder {name}")
    return place
