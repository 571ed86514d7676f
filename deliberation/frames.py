"""Reading what a browser sends on a WebSocket (RFC 6455, section 5), and what is said about ends. Pure.

Without a library, because a hall of thousands says "here" hundreds of times a second: whoever reads that in a state
machine of generators reads nothing else. No extension is negotiated, so that a reserved bit is a fault.
"""

from __future__ import annotations

from collections.abc import Iterator

CONTINUED, TEXT, BYTES, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
FAULT, NOT_TEXT, TOO_BIG, NO_CODE = 1002, 1007, 1009, 1005
MOST_CONTROL = 125


class Broken(Exception):
    """What came is no WebSocket any more; ``code`` says why in the closing."""

    def __init__(self, code: int):
        super().__init__(code)
        self.code = code


def framed(kind: int, payload: bytes = b"") -> bytes:
    """One whole frame as a server sends it: neither masked nor compressed."""
    size = len(payload)
    if size < 126:
        return bytes((0x80 | kind, size)) + payload
    if size < 65_536:
        return bytes((0x80 | kind, 126)) + size.to_bytes(2, "big") + payload
    return bytes((0x80 | kind, 127)) + size.to_bytes(8, "big") + payload


def closing(code: int, reason: str = "") -> bytes:
    """The frame that ends a socket; a reason too long for it is cut between two characters."""
    if code == NO_CODE:  # Is never sent (section 7.4.1).
        return framed(CLOSE)
    said = reason.encode()[: MOST_CONTROL - 2].decode(errors="ignore").encode()
    return framed(CLOSE, code.to_bytes(2, "big") + said)


def unmasked(payload: bytes, mask: bytes) -> bytes:
    size = len(payload)
    over = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(over, "big")).to_bytes(size, "big")


def code_of(payload: bytes) -> int:
    """The code of a closing that came. Raises Broken for one that nobody may send (sections 5.5.1, 7.4)."""
    if not payload:
        return NO_CODE
    if len(payload) == 1:
        raise Broken(FAULT)
    code = int.from_bytes(payload[:2], "big")
    if not (1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999):
        raise Broken(FAULT)
    _text(payload[2:])
    return code


def _text(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise Broken(NOT_TEXT) from None


class Reader:
    """Takes bytes as they arrive and gives whole messages and control frames. ``most``: bytes of a message."""

    __slots__ = ("_kind", "_most", "_parts", "_rest")

    def __init__(self, most: int):
        self._most = most
        self._rest = bytearray()
        self._parts = bytearray()
        self._kind = 0

    def take(self, data: bytes) -> Iterator[tuple[int, str | bytes]]:
        """The kind and the words of everything that is whole by now; a piece is CONTINUED, without words. Raises Broken."""
        arrived: bytes | bytearray = data
        if self._rest:
            self._rest += data
            arrived = self._rest
        at = 0
        while (frame := self._frame(arrived, at)) is not None:
            at, kind, payload = frame
            if kind in (CLOSE, PING, PONG):
                yield kind, payload
            else:
                yield self._message(kind, payload)
        if arrived is self._rest:
            del self._rest[:at]
        elif at < len(arrived):
            self._rest += arrived[at:]

    def _frame(self, data: bytes | bytearray, at: int) -> tuple[int, int, bytes] | None:
        """Where the next frame ends, its kind (128 more where the message goes on), its words."""
        there = len(data) - at
        if there < 2:
            return None
        first, second = data[at], data[at + 1]
        kind, size, head = first & 15, second & 127, 6
        is_control = kind >= CLOSE
        if first & 0x70 or not second & 0x80 or kind in (3, 4, 5, 6, 7) or kind > PONG:
            raise Broken(FAULT)
        if is_control and (size > MOST_CONTROL or not first & 0x80):
            raise Broken(FAULT)
        if size > MOST_CONTROL:
            head = 8 if size == 126 else 14
            if there < head:
                return None
            least, size = size, int.from_bytes(data[at + 2 : at + head - 4], "big")
            if size < (126 if least == 126 else 65_536):
                raise Broken(FAULT)
        if not is_control and len(self._parts) + size > self._most:
            raise Broken(TOO_BIG)
        end = at + head + size
        if len(data) < end:
            return None
        payload = unmasked(bytes(data[at + head : end]), bytes(data[at + head - 4 : at + head]))
        return end, kind if is_control else kind | (~first & 0x80), payload

    def _message(self, kind: int, payload: bytes) -> tuple[int, str | bytes]:
        """The message that this frame ends, or that it was a piece of one: pieces are counted by who reads."""
        goes_on, kind = kind & 0x80, kind & 15
        if bool(self._kind) != (kind == CONTINUED):
            raise Broken(FAULT)
        if kind != CONTINUED and not goes_on:
            return kind, _text(payload) if kind == TEXT else payload
        self._kind = self._kind or kind
        self._parts += payload
        if goes_on:
            return CONTINUED, b""
        whole, kind = bytes(self._parts), self._kind
        self._parts, self._kind = bytearray(), 0
        return kind, _text(whole) if kind == TEXT else whole
