"""What goes into one submission is measured by the bytes that it takes, so that the body above never refuses its size."""

from __future__ import annotations

import io
import random
import zipfile
from dataclasses import replace

import pytest

from deliberation.legislation.calling import MOST_UNPACKED
from deliberation.legislation.submission_rules import (
    MOST_BYTES,
    MOST_CHANGES,
    Changed,
    Head,
    Line,
    content_of,
    fitting,
    read_content,
)
from deliberation.settings import Settings

HEAD = Head(
    origin="o/1/audit/1", solicitation=1, number=1, body="西门联系点", to="o/2/audit/1", asked=2, text="0" * 64, opinions=0,
    changes=0, people=0, left_out=0, nonce="0" * 64,
)  # fmt: skip
LINE = Line(
    entry=1, number=1, article="4", label="第四条", place="", place_label="", start=0, end=5, quote="", prefix="", suffix="",
    original="不少于十日", kind="edit", proposal="二十日", as_said="", reason="", category="", province="", channel="online",
    said_on="2026-11-30", occasion="", point="", cosigners=0, lead=None, handling="", naming="anonymous", publishes=True,
    is_public=True, names=False, name="", contact="",
)  # fmt: skip


@pytest.mark.parametrize("field", ["handling", "occasion", "prefix", "point", "category", "original", "reason"])
def test_every_field_is_measured(field: str) -> None:
    lines = [replace(LINE, entry=at, **{field: "长" * 100}) for at in range(100)]
    most = 20_000
    fits = fitting(lines, most)
    head = replace(HEAD, opinions=len(fits))
    content = content_of(head, fits, [])
    beyond = content_of(head, lines[: len(fits) + 1], [])
    alone = len(content_of(head, [], []))
    assert len(content) - alone <= most < len(beyond) - alone, "as many as fit, and not one more"
    assert read_content(content).lines == tuple(fits)


def test_one_goes_however_long_it_is() -> None:
    assert fitting([replace(LINE, handling="长" * 2_000)] * 2, 1_000) == [replace(LINE, handling="长" * 2_000)]
    assert fitting([]) == []


def test_the_largest_file_can_be_uploaded_above_even_if_nothing_of_it_can_be_compressed() -> None:
    longest = len(content_of(HEAD, [], [Changed(2**53 - 1, "withdrawn")])) - len(content_of(HEAD, [], []))
    head = len(content_of(replace(HEAD, origin="长" * 200, to="长" * 200, body="长" * 100), [], []))
    most = Settings.model_fields["max_upload"].default
    proofs_and_envelope = 2**19
    assert MOST_BYTES + MOST_CHANGES * longest + head + proofs_and_envelope < min(most, MOST_UNPACKED)


def test_words_that_hardly_compress_fit_into_an_upload() -> None:
    chance = random.Random(1)
    words = ["".join(map(chr, chance.choices(range(0x4E00, 0x9FA5), k=2_000))) for _at in range(4_000)]
    lines = [replace(LINE, entry=at, reason=one) for at, one in enumerate(words)]
    fits = fitting(lines)
    content = content_of(replace(HEAD, opinions=len(fits)), fits, [])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("opinions.jsonl", content)
    assert len(fits) < len(lines) and len(packed.getvalue()) < Settings.model_fields["max_upload"].default
