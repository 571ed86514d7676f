import re

import pytest
from jinja2 import DictLoader, TemplateSyntaxError, UndefinedError

from deliberation.refusal import Refusal
from deliberation.templating import arrive_again, as_update, environment, fragment, render
from deliberation.translation import LOCALES, speaking
from tests.templating.visits import Visit, pattern_page


def show(source: str, locale: str = "zh-Hans", **context: object) -> str:
    env = environment(locale).overlay(loader=DictLoader({"t": source}))
    return env.get_template("t").render(context)


def test_what_people_type_is_never_markup():
    bad = "<script>alert(1)</script>"
    assert "<script" not in show("{{ a }}{{ _('{a}', a=a) }}{% trans a %}<b>{{ a }}</b>{% endtrans %}", a=bad)
    assert show('<p title="{{ a }}">', a='" onclick="x') == '<p title="&#34; onclick=&#34;x">'


def test_a_sentence_with_markup_keeps_its_own_and_escapes_its_values():
    source = "{% trans n=n, who %}<b>{{ n }}</b>位，{{ who }}{% endtrans %}"
    assert show(source, n=3, who="<i>") == "<b>3</b>位，&lt;i&gt;"


def test_markup_that_we_made_may_stand_in_a_sentence():
    assert show('{% trans tag=ui.tag("延期") %}现在{{ tag }}{% endtrans %}') == '现在<span class="tag">延期</span>'


def test_a_constant_sentence_is_translated_when_it_is_compiled():
    assert [show('{{ _("今天") }}', locale) for locale in LOCALES] == ["今天", "今天", "today"]
    assert [show('{{ _("还剩{n}天", n=2) }}', locale) for locale in LOCALES] == ["还剩2天", "還剩2天", "2 days left"]


def test_only_text_and_names_stand_in_a_sentence():
    with pytest.raises(TemplateSyntaxError):
        show("{% trans %}{% if a %}b{% endif %}{% endtrans %}")


def test_a_value_that_is_not_given_is_an_error():
    with pytest.raises(UndefinedError):
        show("{{ poll.title }}")


def test_a_fragment_is_the_same_in_the_page_and_from_python():
    no = Refusal("方案已经冻结", source="本地设置")
    there = show('{{ fragment("errors/_refusal.html", refusal=no) }}', "en", no=no)
    assert there == fragment("errors/_refusal.html", locale="en", refusal=no)
    with speaking("en"):
        assert fragment("errors/_refusal.html", refusal=no) == there
    assert "local setting" in there


def test_an_update_names_where_it_goes_and_changes_nothing_else():
    html = fragment("errors/_refusal.html", refusal=Refusal("不行"))
    update = as_update(html)
    assert update.startswith('<div hx-swap-oob="outerMorph" class=')
    assert update.replace(' hx-swap-oob="outerMorph"', "") == html
    assert 'hx-swap-oob="outerHTML"' in as_update(html, "replace")
    item = as_update('<li id="s-4" data-seq="4">a</li>', "append:feed")
    assert item == '<hx-upsert hx-target="#feed" key="data-seq" sort><li id="s-4" data-seq="4">a</li></hx-upsert>'
    with pytest.raises(KeyError):
        as_update(html, "sideways")


def test_nobody_can_write_the_message_that_sends_everybody_back():
    assert '<div id="arrive"' in arrive_again()
    assert '<div id="arrive"' not in show("<li>{{ said }}</li>", said=arrive_again())


@pytest.mark.parametrize("locale", LOCALES)
def test_every_macro_shows_in_every_language(locale):
    page = pattern_page(Visit(locale=locale))
    assert "您是2单元101室的业主" in page  # what was written by people stays as it was written
    assert not re.search(r"\s(?:style|on[a-z]+)=", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))
    named = {one for found in re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', page) for one in found.split()}
    assert named <= set(ids)


def test_a_refused_button_stays_and_says_why():
    page = show('{{ ui.button("公布结果", "main big", no) }}', no=Refusal("还有人没有投票", source="本地设置"))
    reason = re.search(r'aria-disabled="true" aria-describedby="([^"]+)"', page)
    assert reason
    assert f'id="{reason[1]}"' in page
    assert "还有人没有投票" in page
    assert "button--main" not in page


def test_a_form_carries_its_proof_its_key_and_works_without_script():
    visit = Visit(errors={"title": Refusal("题目不能空着")})
    page = show(
        '{% call ui.form(visit, "/matters", into="#f") %}{{ ui.field(visit, "title", "题目") }}{% endcall %}',
        visit=visit,
    )
    assert 'method="post" action="/matters"' in page
    assert '<input type="hidden" name="token" value="t0k"><input type="hidden" name="key" value="key-1">' in page
    assert '<a href="#f-title">题目：题目不能空着</a>' in page
    assert 'aria-describedby="f-title-error" aria-invalid="true"' in page


@pytest.mark.parametrize(
    ("name", "context", "words"),
    [
        ("404", {}, "没有找到，或您无权查看"),
        ("refused", {"refusal": Refusal("投票已经截止", late=True), "back": "/polls/1"}, "投票已经截止"),
        ("500", {"incident": "ab12cd34"}, "ab12cd34"),
        ("429", {"seconds": 30}, "请过30秒再试"),
        ("503", {"back": "/rooms/1"}, "数据库现在连不上"),
    ],
)
@pytest.mark.parametrize("person", [None, Visit().person])
def test_errors_are_said_in_plain_words(name, context, words, person):
    page = render(f"errors/{name}.html", "zh-Hans", visit=Visit(person=person, community=None), **context)
    assert words in page
    assert "<title>" in page
    assert "Traceback" not in page
