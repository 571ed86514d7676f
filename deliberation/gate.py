"""The outermost checks of every request: where it says it comes from, headers that every answer carries."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from deliberation.settings import Settings, is_loopback

LONGEST_ORIGIN = 600
"""Characters of an origin and a host together; names have at most 253 (RFC 1035, 2.3.4)."""
FRAMED = (b"x-frame-options", b"")
"""On an answer whose own policy says who may frame it: the old header, which knows no list, is then left out."""
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def security_headers(settings: Settings) -> list[tuple[bytes, bytes]]:
    """Headers on everything: pages, fragments, errors, static files (security.md rows 21, 23)."""
    host = urlsplit(settings.address).netloc
    scheme = "wss" if settings.address.startswith("https") else "ws"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self' {scheme}://{host}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; "
        "manifest-src 'self'"
    )
    headers = [
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"x-frame-options", b"DENY"),
        (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    ]
    if settings.address.startswith("https"):
        headers.append((b"strict-transport-security", b"max-age=31536000"))
    return headers


class Gate:
    """ASGI layer: adds the headers, and believes ``X-Forwarded-*`` from listed proxies only."""

    MOST_HEADERS = 32 * 1024
    """Bytes of a request's headers; the server itself knows no limit, and some of them are kept for a while."""

    def __init__(self, app: Any, settings: Settings):
        self.app, self.settings = app, settings
        self.headers = security_headers(settings)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        if sum(len(name) + len(value) for name, value in scope["headers"]) > self.MOST_HEADERS:
            await self._refuse_headers(scope, send)
            return
        if self.settings.proxies:
            self._believe_proxy(scope)

        async def send_with_headers(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                own = list(message.get("headers", ()))
                names = {name.lower() for name, _ in own}
                added = [pair for pair in self.headers if pair[0] not in names]
                message["headers"] = [pair for pair in own if pair != FRAMED] + added
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)

    async def _refuse_headers(self, scope: dict[str, Any], send: Any) -> None:
        """431 (RFC 6585, 5): nothing of such a request is read."""
        kind = "http.response" if scope["type"] == "http" else "websocket.http.response"
        headers = [*self.headers, (b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"0")]
        await send({"type": f"{kind}.start", "status": 431, "headers": headers})
        await send({"type": f"{kind}.body", "body": b""})

    def _believe_proxy(self, scope: dict[str, Any]) -> None:
        client = scope.get("client")
        if not client or not self._is_proxy(client[0]):
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        hops = [hop.strip() for hop in headers.get(b"x-forwarded-for", "").split(",") if hop.strip()]
        # The last hop that is not one of our proxies is the one that nobody could forge.
        for hop in reversed(hops):
            if not self._is_proxy(hop):
                scope["client"] = (hop, 0)
                break

    def _is_proxy(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        plain = getattr(parsed, "ipv4_mapped", None) or parsed
        return any(plain in network for network in self.settings.proxies)


def network_of(address: str) -> str:
    """The address, or for IPv6 its /64: one household has 2**64 of those."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6 and parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address


def same_origin(headers: dict[bytes, bytes], settings: Settings, scheme: str) -> bool:
    """Whether an unsafe request comes from a page of ours (stack.md row 7): Sec-Fetch-Site, else Origin = host."""
    origin = headers.get(b"origin")
    site = headers.get(b"sec-fetch-site")
    if site is not None and site not in {b"same-origin", b"none"}:
        return False
    if origin is not None:
        return origin_allowed(origin.decode("latin-1"), headers, settings)
    return site is not None


def origin_allowed(origin: str, headers: dict[bytes, bytes], settings: Settings) -> bool:
    """Whether an Origin header names this site: the public address, or the very host that was asked on loopback."""
    host = headers.get(b"host", b"")
    if len(origin) + len(host) > LONGEST_ORIGIN:
        return False
    return origin == settings.address or _is_asked(origin, host, settings.allow_http)


@lru_cache(1024)
def _is_asked(origin: str, host: bytes, allow_http: bool) -> bool:
    """Kept, because each form of a meeting comes from the same few places."""
    try:
        parts = urlsplit(origin)
        name = parts.hostname or ""
    except ValueError:
        return False
    if parts.netloc != host.decode("latin-1"):
        return False
    # Another name than the public one is only believed where names cannot be rebound by strangers.
    return is_loopback(name) or (allow_http and _is_private(name))


def _is_private(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False
