"""Folding sign by sign comes to the same as folding whole, whatever stands beside what."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from deliberation.legislation.likeness_rules import normal_form
from deliberation.legislation.sign_rules import BySign

TEXTS = st.text(st.one_of(st.characters(), st.sampled_from("第一条ＡａⅣ，。…！\u3000 \n\u0301\u3099がか¨ﬁ각ᄀ㈠〇")))


def _whole(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


_folded = BySign(_whole)


@example("e\u0301")
@example("Ａ\u0301")
@example("か\u3099")
@example("第\u3099一")
@example("\u2017")
@given(TEXTS)
def test_sign_by_sign_is_the_same_as_whole(text: str) -> None:
    assert _folded(text) == _whole(text)


@given(TEXTS, TEXTS)
def test_what_meets_nothing_may_be_cut_anywhere(one: str, other: str) -> None:
    kept = "".join(sign for sign in one + other if "一" <= sign <= "鿿" or sign in "，。ＡaZ\n ")
    assert "".join(map(_folded, kept)) == _folded(kept) == _whole(kept)
    assert normal_form(kept) == "".join(map(normal_form, kept))
