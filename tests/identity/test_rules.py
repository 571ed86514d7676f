"""Who may look after people, and what a password or a sign-in name must be."""

from datetime import UTC, datetime, timedelta

import pytest

from deliberation.identity import rules
from deliberation.identity.passwords import common_passwords, with_readings
from deliberation.identity.rules import (
    check_email,
    check_name,
    check_password,
    check_phone,
    may_appoint,
    may_hold,
    may_manage_community,
    may_manage_people,
    may_reach_account,
    may_use_link,
    sign_in_name,
)
from deliberation.vocabulary import Role

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800001234", "13800001234"),
        (" 138 0000 1234 ", "13800001234"),
        ("138-0000-1234", "13800001234"),
        ("+86 138 0000 1234", "13800001234"),
        ("8613800001234", "13800001234"),
        ("１３８００００１２３４", "13800001234"),
        ("Wang@Example.org", "wang@example.org"),
        ("03-001", "03-001"),
        ("A 12", "A 12"),
        ("86138", "86138"),
    ],
)
def test_a_sign_in_name_is_read_however_it_was_typed(typed, kept):
    assert sign_in_name(typed) == kept


@pytest.mark.parametrize("password", ["短短短短短短短", "1234567", "12345678", "password", "aaaaaaaaaa", "x" * 257])
def test_short_common_and_endless_passwords_are_refused(password):
    assert check_password(password) is not None


@pytest.mark.parametrize(
    "password",
    ["我家门前有两棵树啊", "correct horse battery", "🌳🌲🌴🌵🌾🌿☘️🍀", "x1y2z3w4", "密" * 3 + "y" * 61, "ab" * 128],
)
def test_long_enough_passwords_of_any_signs_are_taken(password):
    assert check_password(password) is None


@pytest.mark.parametrize("password", ["王秀英王秀英王秀英", "call13800001234", "WANG-xiu-ying", "青溪村青溪村好"])
def test_a_password_holds_none_of_the_persons_own_words(password):
    assert check_password(password, context=("王秀英", "13800001234", "wang", "青溪村", "")) is not None


@pytest.mark.parametrize(
    "password",
    ["ｐａｓｓｗｏｒｄ１２３", "ＰＡＳＳＷＯＲＤ", "１２３４５６７８", "e\u0301" * 4, "ａａａａａａａａａａ"],
)
def test_a_password_is_checked_as_it_is_kept(password):
    assert check_password(password, common=common_passwords()) is not None


def test_the_persons_own_words_are_known_in_every_width():
    assert check_password("call１３８００００１２３４", context=("13800001234",)) is not None
    assert check_password("call13800001234", context=("１３８００００１２３４",)) is not None
    assert check_password("ＱＩＮＧＸＩＣＵＮ2026", context=with_readings(("青溪村",))) is not None


def test_short_latin_words_of_a_person_forbid_nothing():
    assert check_password("fortunately", context=("un",)) is None


def test_staff_need_fifteen_signs():
    assert check_password("fourteen-signs") is None
    assert check_password("fourteen-signs", is_staff=True) is not None
    assert check_password("fifteen-signs-x", is_staff=True) is None


def test_names_hold_nothing_unseen():
    assert check_name("王秀英") is None and check_name("阿依古丽·买买提") is None
    for name in ("王\u202e秀英", "王\u200b秀英", "a\x00b", "a\nb"):
        assert check_name(name) is not None


def test_phones_and_addresses_look_like_what_they_are():
    assert check_phone("") is None and check_phone("13800001234") is None and check_phone("+85212345678") is None
    assert check_phone("phone") is not None and check_phone("1" * 40) is not None
    assert check_email("") is None and check_email("a@b.org") is None
    assert check_email("a@b") is not None and check_email("a b@c.org") is not None


@pytest.mark.parametrize("role", list(Role))
def test_only_administrators_and_officers_register_people(role):
    allowed = role in {Role.ADMINISTRATOR, Role.OFFICER}
    assert (may_manage_people(frozenset({role.value})) is None) == allowed


@pytest.mark.parametrize("role", list(Role))
def test_only_administrators_appoint_and_found_communities(role):
    roles = frozenset({role.value})
    assert (may_appoint(roles, Role.CHAIR.value) is None) == (role is Role.ADMINISTRATOR)
    assert (may_manage_community(roles) is None) == (role is Role.ADMINISTRATOR)


def test_nobody_is_appointed_visitor_or_what_does_not_exist():
    for role in ("visitor", "emperor", ""):
        assert may_appoint(frozenset({Role.ADMINISTRATOR.value}), role) is not None


def test_supervising_and_executing_exclude_each_other():
    assert may_hold(Role.SUPERVISOR.value, frozenset({Role.OFFICER.value})).source
    assert may_hold(Role.OFFICER.value, frozenset({Role.SUPERVISOR.value})) is not None
    assert may_hold(Role.SUPERVISOR.value, frozenset({Role.RESIDENT.value})) is None


def test_an_account_above_ones_own_is_out_of_reach():
    officer = frozenset({Role.OFFICER.value})
    assert may_reach_account(officer, outranked=False) is None
    assert may_reach_account(officer, outranked=True) is not None
    assert may_reach_account(frozenset(), outranked=False) is not None


def test_a_link_works_once_and_in_time():
    assert may_use_link(None, NOW + DAY, False, NOW) is None
    assert may_use_link(NOW - DAY, NOW + DAY, True, NOW) is None
    for used, expires, reusable in ((NOW - DAY, NOW + DAY, False), (None, NOW, False), (None, NOW - DAY, True)):
        no = may_use_link(used, expires, reusable, NOW)
        assert no is not None and no.late and no.remedy


def test_the_answer_to_a_wrong_name_and_a_wrong_password_is_one_sentence():
    assert "账号或密码" in rules.WRONG.reason
