"""Reading WebSocket frames: what another library sends is what is read, however it is cut; faults have their codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Close, Frame, Opcode

from deliberation.frames import BYTES, CLOSE, PING, PONG, TEXT, Broken, Reader, closing, code_of, framed

MOST = 70_000
MESSAGES = st.lists(
    st.one_of(
        st.tuples(st.just(TEXT), st.text(max_size=200)),
        st.tuples(st.just(BYTES), st.binary(max_size=300)),
        st.tuples(st.just(PING), st.binary(max_size=125)),
        st.tuples(st.just(PONG), st.binary(max_size=125)),
        st.tuples(st.just(TEXT), st.sampled_from(["久" * 42, "久" * 22_000, "x" * 125, "x" * 126, "x" * 65_536])),
    ),
    max_size=6,
)


def sent(kind: int, payload: bytes, *, is_last: bool = True) -> bytes:
    """As a browser sends it, by another library."""
    return Frame(Opcode(kind), payload, fin=is_last).serialize(mask=True)


@given(MESSAGES, st.lists(st.integers(1, 5000), max_size=40), st.integers(1, 4))
def test_what_a_browser_sends_is_what_is_read_however_it_is_cut(messages, cuts, pieces):
    stream = b""
    for kind, words in messages:
        payload = words.encode() if isinstance(words, str) else words
        if kind in (PING, PONG):
            stream += sent(kind, payload)
            continue
        size = len(payload) // pieces + 1
        parts = [payload[at : at + size] for at in range(0, len(payload), size)] or [b""]
        for number, part in enumerate(parts):
            stream += sent(kind if number == 0 else 0, part, is_last=number == len(parts) - 1)
            stream += sent(PONG, b"") if number == 0 else b""  # Control frames may come between (section 5.4).
    reader, read = Reader(MOST), []
    for cut in [*cuts, len(stream)]:
        read += reader.take(stream[:cut])
        stream = stream[cut:]
    expected = [(kind, words) for kind, words in messages if kind in (TEXT, BYTES)]
    assert [each for each in read if each[0] in (TEXT, BYTES)] == expected
    assert [words for kind, words in read if kind == PING] == [words for kind, words in messages if kind == PING]


FAULTS = {
    "not masked": (framed(TEXT, b"here"), 1002),
    "not masked, two bytes only": (framed(PING), 1002),
    "compressed, which was not agreed": (b"\xc1" + sent(TEXT, b"here")[1:], 1002),
    "a kind that does not exist": (b"\x83" + sent(TEXT, b"here")[1:], 1002),
    "a control that does not exist": (b"\x8b" + sent(TEXT, b"here")[1:], 1002),
    "a ping in pieces": (b"\x09" + sent(PING, b"here")[1:], 1002),
    "a length of two bytes where one would do": (b"\x81\xfe\x00\x04mask" + b"here", 1002),
    "a length of eight bytes where two would do": (b"\x81\xff" + (65_535).to_bytes(8, "big") + b"mask", 1002),
    "a ping of 126 bytes": (b"\x89\xfe\x00\x7e", 1002),
    "the rest of nothing": (sent(0, b"here"), 1002),
    "a new message in the middle of one": (sent(TEXT, b"a", is_last=False) + sent(TEXT, b"b"), 1002),
    "text that is no text": (sent(TEXT, b"\xff\xfe"), 1007),
    "text that is no text, in pieces": (sent(TEXT, b"\xe4\xb9", is_last=False) + sent(0, b"a"), 1007),
    "too big, known by its head": (b"\x81\xff" + (MOST + 1).to_bytes(8, "big") + b"mask", 1009),
    "too big by far": (b"\x82\xff" + b"\xff" * 12, 1009),
    "too big in pieces": (sent(TEXT, b"x" * MOST, is_last=False) + sent(0, b"x"), 1009),
}


@pytest.mark.parametrize("stream, code", FAULTS.values(), ids=FAULTS)
def test_what_is_no_websocket_has_its_code(stream, code):
    with pytest.raises(Broken) as broken:
        list(Reader(MOST).take(stream))
    assert broken.value.code == code


def test_what_was_whole_before_a_fault_is_read():
    read = []
    with pytest.raises(Broken):
        for each in Reader(MOST).take(sent(TEXT, b"here") + framed(TEXT, b"here")):
            read.append(each)
    assert read == [(TEXT, "here")]


def test_pieces_are_told_so_that_somebody_counts_them_and_cost_no_more_than_their_words():
    reader = Reader(MOST)
    pieces = list(reader.take(sent(TEXT, b"", is_last=False) + sent(0, b"", is_last=False) * 5000))
    assert pieces == [(0, b"")] * 5001
    assert reader._parts == b""
    assert list(reader.take(sent(0, b"here"))) == [(TEXT, "here")]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 70_000])
def test_a_frame_of_ours_is_one_that_another_library_reads(size):
    from websockets.frames import Frame
    from websockets.streams import StreamReader

    stream = StreamReader()
    stream.feed_data(framed(TEXT, b"x" * size))
    parse = Frame.parse(stream.read_exact, mask=False)
    with pytest.raises(StopIteration) as done:
        next(parse)
    frame = done.value.value
    assert (frame.opcode, frame.data, frame.fin) == (Opcode.TEXT, b"x" * size, True)


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1007, 1014, 3000, 4401, 4999])
def test_an_end_says_why(code):
    assert code_of(Close(code, "再见").serialize()) == code
    assert Close.parse(closing(code, "再见")[2:]) == Close(code, "再见")


@pytest.mark.parametrize("words, code", [
    (b"\x03", 1002), (b"\x03\xe7", 1002), (b"\x03\xec", 1002), (b"\x03\xed", 1002), (b"\x03\xee", 1002),
    (b"\x07\xd0", 1002), (b"\xff\xff", 1002), (b"\x03\xe8\xff", 1007),
])  # fmt: skip
def test_an_end_that_nobody_may_say_is_a_fault(words, code):
    with pytest.raises(Broken) as broken:
        code_of(words)
    assert broken.value.code == code


def test_an_end_without_a_code_and_one_with_a_long_reason():
    assert code_of(b"") == 1005
    assert closing(1005) == framed(CLOSE)
    told = closing(1008, "久" * 100)
    assert len(told) <= 2 + 125
    assert Close.parse(told[2:]).reason == "久" * 41
