"""``law compare`` and ``law carry`` as somebody at a terminal or a script meets them."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import docx
import pytest

from deliberation.__main__ import main
from tests.legislation.laws import DATA

OLD = "某某法\n第一条　甲应当登记。\n第二条　乙应当备案。\n"
NEW = "某某法\n第一条　丙由县级人民政府管理。\n第二条　甲应当登记。\n第三条　乙应当在三十日内备案。\n"


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    code = main(["law", *map(str, words)])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return saved(tmp_path / "old.txt", OLD)


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return saved(tmp_path / "new.txt", NEW)


def saved(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_compare_prints_one_document_of_rows(capsys, old: Path, new: Path):
    code, out, err = run(capsys, "compare", old, new, "--json")
    said = json.loads(out)
    assert (code, err, said["schema"], out.count("\n")) == (0, "", "deliberation/compare-1", 1)
    assert said["rows"] == [
        {"old": None, "new": "第一条", "change": "added", "similarity": 0.0, "diff": [["+", "丙由县级人民政府管理。"]]},
        {"old": "第一条", "new": "第二条", "change": "moved", "similarity": 1.0, "diff": [["=", "甲应当登记。"]]},
        {
            "old": "第二条", "new": "第三条", "change": "moved_edited", "similarity": 0.7,
            "diff": [["=", "乙应当"], ["+", "在三十日内"], ["=", "备案。"]],
        },
    ]  # fmt: skip


def test_compare_reads_well_at_a_terminal(capsys, old: Path, new: Path):
    _code, out, _err = run(capsys, "compare", old, new)
    assert (
        "第一条 → 第二条  moved  1.00" in out and "    乙应当{+在三十日内+}备案。" in out and "∅ → 第一条  added" in out
    )


def test_our_own_json_can_be_compared_with_any_other_file(capsys, tmp_path: Path, old: Path, new: Path):
    _code, out, _err = run(capsys, "parse", old, "--json")
    code, again, _err = run(capsys, "compare", saved(tmp_path / "old.json", out), new, "--json")
    assert code == 0 and again == run(capsys, "compare", old, new, "--json")[1]


def test_carry_answers_in_the_order_of_the_anchors(capsys, tmp_path: Path, old: Path, new: Path):
    asked = [
        {"id": "b", "quote": "应当备案"},
        {"id": "a", "article": "第一条", "quote": "登记", "prefix": None},
        {"id": "c"},
    ]
    anchors = saved(tmp_path / "anchors.json", json.dumps(asked))
    code, out, err = run(capsys, "carry", old, new, anchors, "--json")
    said = json.loads(out)
    assert (code, err, said["schema"]) == (0, "", "deliberation/carry-1")
    assert [each["id"] for each in said["anchors"]] == ["b", "a", "c"]
    assert said["anchors"][1] == {
        "id": "a", "status": "moved", "article": "第二条", "start": 3, "end": 5, "confidence": 1.0,
    }  # fmt: skip
    assert said["anchors"][2] == {
        "id": "c", "status": "orphaned", "article": None, "start": None, "end": None, "confidence": 0.0,
        "reason": "not_in_old",
    }  # fmt: skip
    assert "b  edited  第三条" in run(capsys, "carry", old, new, anchors)[1]


BAD = {
    "no list": '{"id": "a"}',
    "no JSON": '[{"id": "a"},\n{"id" "b"}]',
    "an id twice": '[{"id": "a"}, {"id": "a"}]',
    "no id": '[{"quote": "甲"}]',
    "a quote that is a number": '[{"id": "a", "quote": 7}]',
    "no mapping": '["a"]',
    "brackets without end": "[" * 100_000,
    "nothing": "",
    "no encoding": b"\xff\x81\xff\x00\x81",
}


@pytest.mark.parametrize("name", BAD)
def test_bad_anchors_are_refused_in_one_sentence(capsys, tmp_path: Path, old: Path, new: Path, name: str):
    anchors = saved(tmp_path / "anchors.json", BAD[name])
    code, out, err = run(capsys, "carry", old, new, anchors, "--json")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"{anchors}: ") and err.count(" / ") == 2


def test_an_amendment_is_refused_by_the_name_of_its_file(capsys, tmp_path: Path, old: Path):
    amendment = DATA / "criminal-law-amendment-12-2023.md"
    for words in (
        ("compare", old, amendment), ("compare", amendment, old), ("compare", amendment, amendment),
        ("carry", amendment, old, old),
    ):  # fmt: skip
        code, out, err = run(capsys, *words)
        assert (code, out, err.count("\n")) == (2, "", 1) and err.startswith(f"{amendment}: ")


def test_words_of_an_amendment_are_carried_to_its_next_reading(capsys, tmp_path: Path):
    first = (DATA / "criminal-law-amendment-12-2023.md").read_text("utf-8")
    items = "一二三四五六七八九"
    later = first
    for before, after in reversed(list(itertools.pairwise(items[1:]))):
        later = later.replace(f"\n{before}、", f"\n{after}、")
    at = later.index("\n三、")
    later = later[:at] + "\n二、将刑法第一百六十条修改为：“第一百六十条　处二年以下有期徒刑。”\n" + later[at:]
    old, new = saved(tmp_path / "first.md", first), saved(tmp_path / "second.md", later)
    quote = "将本单位的盈利业务交由自己的亲友进行经营的"
    anchors = saved(
        tmp_path / "anchors.json",
        json.dumps([{"id": 1, "article": "二、", "quote": quote}, {"id": 2, "article": "一、"}]),
    )
    code, out, _err = run(capsys, "carry", old, new, anchors, "--json")
    moved, same = json.loads(out)["anchors"]
    assert code == 0 and (moved["status"], moved["article"]) == ("moved", "三、")
    assert (same["status"], same["article"], same["start"]) == ("exact", "一、", 0)


def test_a_file_that_is_not_there_or_no_law_is_refused(capsys, tmp_path: Path, old: Path):
    assert run(capsys, "compare", old, tmp_path / "nowhere.txt")[0] == 2
    code, _out, err = run(capsys, "compare", saved(tmp_path / "poem.txt", "床前明月光"), old)
    assert code == 2 and "poem.txt" in err


def test_the_table_is_written_as_a_word_document(tmp_path, capsys):
    old, new, made = tmp_path / "old.txt", tmp_path / "new.txt", tmp_path / "table.docx"
    old.write_text("某某法\n第一条　甲乙丙丁。\n", "utf-8")
    new.write_text("某某法\n第一条　甲乙丙戊。\n", "utf-8")
    assert main(["law", "compare", str(old), str(new), "--docx", str(made)]) == 0
    table = docx.Document(made).tables[0]
    assert "甲乙丙丁" in table.cell(1, 0).text and "甲乙丙戊" in table.cell(1, 1).text
