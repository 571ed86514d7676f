"""Style, behaviour and icons: read once, joined into one bundle each, named by their content, held in memory.

One script bundle and not several: htmx starts itself as soon as it is parsed, so an extension in a later deferred file
may come too late. The names carry the content's hash, so a browser may keep a file for a year and still never shows
an old style with a new page.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from deliberation.places import folder

_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_IMPORT = re.compile(r'@import url\("([\w-]+\.css)"\) layer\(([\w-]+)\)( print)?;')
_HASHED = re.compile(r"^(.+)\.([0-9a-f]{12})(\.\w+)$")

#: The scripts in the order in which they run: the library, its extensions, then our behaviours by name.
_LIBRARY = ("htmx.min.js", "hx-ws.min.js", "hx-upsert.min.js")


class Asset(NamedTuple):
    """One file as it is sent: its address, media type, hash, and the bytes as they are and compressed."""

    url: str
    kind: str
    digest: str
    plain: bytes
    packed: bytes


def asset(name: str) -> str:
    """The address of ``app.css``, ``hall.css``, ``app.js``, ``icon.svg``, ``card.css`` or ``plain.css`` with its hash. Raises KeyError for any other."""
    return assets()[name].url


@lru_cache(1)
def assets() -> dict[str, Asset]:
    """Every file that is served, by its name without hash. Raises OSError when one that is named is missing."""
    root = folder("static")
    texts = {
        "app.css": _style(root / "css", "app.css"),
        "hall.css": _style(root / "css", "hall.css"),
        "app.js": _script(root),
        "icon.svg": (root / "icon.svg").read_text("utf-8"),
        "card.css": "\n".join(_shrink((root / "css" / name).read_text("utf-8")) for name in ("tokens.css", "card.css")),
        "plain.css": _shrink((root / "css" / "plain.css").read_text("utf-8")),
    }
    return {name: _prepare(name, text) for name, text in texts.items()}


def _prepare(name: str, text: str) -> Asset:
    plain = text.encode()
    digest = hashlib.sha256(plain).hexdigest()[:12]
    stem, dot, ending = name.rpartition(".")
    # mtime=0: the compressed bytes depend on the content alone, so two processes answer alike.
    return Asset(
        f"/static/{stem}.{digest}.{ending}", _KINDS[dot + ending], digest, plain, gzip.compress(plain, 9, mtime=0)
    )


def _style(css: Path, sheet: str) -> str:
    """A sheet with each import replaced by the file, inside its layer: one request instead of thirty."""

    def place(found: re.Match[str]) -> str:
        name, layer, printed = found.groups()
        body = f"@layer {layer} {{\n{_shrink((css / name).read_text('utf-8'))}\n}}"
        return f"@media print {{\n{body}\n}}" if printed else body

    return _IMPORT.sub(place, _shrink((css / sheet).read_text("utf-8")))


def _shrink(css: str) -> str:
    """Without comments and indentation; nothing cleverer, so that what is read in a browser is what was written."""
    return re.sub(r"\n\s*", "\n", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)).strip()


def _script(root: Path) -> str:
    # Comments of whole lines stay at home. Strict mode inside the function: the library's files are not ours to change.
    behaviours = [
        f"(() => {{\n'use strict';\n{_bare(path.read_text('utf-8'))}\n}})();"
        for path in sorted((root / "js").glob("*.js"))
    ]
    library = [(root / "vendor" / name).read_text("utf-8") for name in _LIBRARY]
    return "\n;\n".join(library + behaviours)


def _bare(script: str) -> str:
    """Without lines that are a comment."""
    return re.sub(r"^\s*//.*\n", "", script, flags=re.MULTILINE)


@lru_cache(1)
def sprite() -> str:
    """The icons as one hidden SVG for the head of the page; each is ``<use href="#i-name">`` afterwards."""
    symbols = []
    for path in sorted((folder("static") / "icons").glob("*.svg")):
        drawing = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text("utf-8"), re.DOTALL)
        if drawing:
            lines = re.sub(r"\s*\n\s*", "", drawing[1]).replace(" />", "/>")
            symbols.append(f'<symbol id="i-{path.stem}" viewBox="0 0 24 24">{lines}</symbol>')
    return "".join(symbols)


async def static_file(request: Request) -> Response:
    """GET /static/{name}: the bytes in memory, compressed where the browser takes it. Anything unknown is 404.

    A page that was open during an upgrade asks for yesterday's hash: it gets today's bytes, but may not keep them.
    """
    name = request.path_params["name"]
    hashed = _HASHED.match(name)
    found = assets().get(hashed[1] + hashed[3] if hashed else name)
    if found is None:
        return Response("404", 404, media_type="text/plain", headers={"X-Content-Type-Options": "nosniff"})
    return _answer(request, found, exact=bool(hashed) and hashed[2] == found.digest)


def _answer(request: Request, found: Asset, exact: bool) -> Response:
    packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {
        "Cache-Control": _FOREVER if exact else _ASK_AGAIN,
        "ETag": f'"{found.digest}{"-gz" if packed else ""}"',
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(found.packed if packed else found.plain, headers=headers, media_type=found.kind)
