"""What a request says of itself: body, cookies, query, language; read leniently, capped, before anybody is asked."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from deliberation.translation import LOCALES, negotiate
from deliberation.web import Call, form_token, local_path, token_hash


class TooLarge(Exception):
    """The body is larger than this route takes (413)."""


async def read_body(receive: Any, cap: int) -> bytes:
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > cap:
            raise TooLarge
        chunks.append(chunk)
        if not message.get("more_body"):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _cookies(header: bytes | None) -> dict[str, str]:
    """The cookies of a request. Read leniently: a strange cookie of another program on this host must not hide ours."""
    if not header:
        return {}
    parts = (part.partition("=") for part in header.decode("latin-1").split(";"))
    return {name.strip(): value.strip().strip('"') for name, sign, value in parts if sign}


def read_form(body: bytes, most: int) -> list[tuple[str, str]]:
    """The fields of a form in their order. Raises ValueError for too many, or for bytes that are no text."""
    text = body.decode("utf-8")
    if "%" in text or "+" in text:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=most)
    # A ballot has nothing to decode, and thousands of them come at once.
    parts = text.split("&") if text else []
    if len(parts) > most:
        raise ValueError("too many fields")
    return [(name, value) for name, _sign, value in (part.partition("=") for part in parts) if name or value]


def asked_for(call: Call) -> str:
    """Where to come back to after signing in: what was asked for, with its query; a form is not sent again by itself."""
    if call.method != "GET":
        return "/"
    return local_path(f"{call.path}?{urlencode(call.query)}" if call.query else call.path)


def came_from(call: Call) -> str:
    """The page of ours from which a form was sent, as the browser names it; empty if it names none."""
    told = urlsplit(call.headers.get(b"referer", b"").decode("latin-1"))
    if call.method == "GET" or not told.netloc or told.netloc.encode("latin-1") != call.headers.get(b"host"):
        return ""
    return local_path(f"{told.path}?{told.query}" if told.query else told.path)


def _query(raw: bytes) -> dict[str, str]:
    """The query, without what no database keeps; one with absurdly many fields is as good as none."""
    if not raw:
        return {}
    try:
        pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return {}
    return {name: value.replace("\x00", "") for name, value in pairs}


def make_call(house: Any, scope: dict[str, Any]) -> Call:
    """Gather what a request says of itself."""
    headers = dict(scope["headers"])
    cookies = _cookies(headers.get(b"cookie"))
    prefix = house.cookie_prefix
    signed = cookies.get(prefix + "sign-in")
    visitor = cookies.get(prefix + "visitor", "")
    new_visitor = not signed and len(visitor) < 20
    if new_visitor:
        visitor = secrets.token_urlsafe(24)
    preferred = cookies.get(prefix + "locale")
    if preferred not in LOCALES:
        preferred = None
    accept = headers.get(b"accept-language", b"")[:200].decode("latin-1")
    return Call(
        house=house,
        method=scope.get("method", "GET"),
        path=scope["path"],
        params=scope.get("path_params", {}),
        query=_query(scope["query_string"]),
        form={},
        files={},
        cookies=cookies,
        headers=headers,
        address=scope["client"][0] if scope.get("client") else "",
        locale=negotiate(accept or None, preferred or (None if accept else house.settings.default_locale)),
        token_hash=token_hash(signed) if signed else None,
        form_token=form_token(signed or visitor),
        visitor=visitor,
        new_visitor=new_visitor,
    )
