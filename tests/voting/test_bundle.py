"""Bundles of a poll: they check anywhere, count again to the same result, and show every change made to them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deliberation.audit.bundle_check import verify_bundle
from deliberation.audit.signer import Signer
from deliberation.audit.source import CommittedEntries
from deliberation.checking import all_bundle_checks
from deliberation.voting.count_models import Handed
from deliberation.voting.models import PollPresence
from deliberation.voting.tally import tally_json
from tests.pages import open_site
from tests.voting.desk_cases import batch_code
from tests.voting.desks import FIRST, SECOND, CountDesk
from tests.voting.meetings import begun, tick
from tests.voting.polls import build_estate, build_meeting, cast, opened
from tests.voting.test_box import everybody_votes
from tests.voting.test_box import opened as opened_box
from tests.voting.test_poll_pages import finish
from tests.voting.test_result_papers import closed_poll, words_of_docx

TOOL = Path(__file__).parents[2] / "tools" / "verify.py"


@pytest.fixture
def site(database_url, tmp_path):
    with open_site(database_url, tmp_path) as found:
        yield found


def publish(site):
    """Sign and publish the logs, as the signer does every few seconds."""
    settings = site.house.settings
    signer = Signer(CommittedEntries(site.house.database), settings.key, settings.log_folder)
    signer.round()
    signer.stop()


def bundle_of(site, meeting, poll_id, edition, who="李强"):
    publish(site)
    answer = site.browser(meeting.members[who]).get(f"/polls/{poll_id}/bundle/{edition}.zip")
    assert answer.status == 200, answer.words
    return answer.content


def checked(tmp_path, data):
    path = tmp_path / "bundle.zip"
    path.write_bytes(data)
    return verify_bundle(path, all_bundle_checks())


def second_opinion(tmp_path, data):
    """What tools/verify.py says: exit code and report."""
    path = tmp_path / "second.zip"
    path.write_bytes(data)
    done = subprocess.run([sys.executable, "-I", TOOL, path, "--json"], capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, json.loads(done.stdout)


def files_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in files.items():
            package.writestr(name, content)
    return out.getvalue()


def with_hashes(files):
    """The files with a manifest that fits them: whoever changes one can change that too."""
    import hashlib

    manifest = json.loads(files["manifest.json"])
    rest = {name: data for name, data in files.items() if name != "manifest.json"}
    manifest["files"] = {name: hashlib.sha256(data).hexdigest() for name, data in rest.items()}
    return zipped({"manifest.json": json.dumps(manifest)} | rest)


@pytest.fixture
def estate(site):
    meeting = build_estate(site.house.database)
    return meeting, closed_poll(site, meeting, {"李强": "yes", "赵春生": "yes", "钱玉珍": "no"})


def test_the_full_bundle_counts_again_to_the_published_result(site, tmp_path, estate):
    meeting, poll_id = estate
    data = bundle_of(site, meeting, poll_id, "full")
    assert data == bundle_of(site, meeting, poll_id, "full"), "the same thing makes the same bytes"
    report = checked(tmp_path, data)
    assert report.holds, report.faults
    assert report.checked["tallies"] == 1 and report.checked["openings"] > 6
    files = files_of(data)
    published = json.loads(site.browser().get(f"/polls/{poll_id}/result.json").text)
    again = tally_json(json.loads(files[f"polls/{poll_id}/tally.json"]))
    assert again == json.loads(files[f"polls/{poll_id}/result.json"])
    # Four owners are few: their areas are not published, and the full bundle carries both.
    assert json.loads(files[f"polls/{poll_id}/published.json"]) == published
    assert (again["outcome"], again["counts"]["heads"]) == (published["outcome"], published["counts"]["heads"])
    code, said = second_opinion(tmp_path, data)
    assert (code, said["holds"], said["counted"]) == (0, True, [f"poll/{poll_id}"]), said


def test_the_public_bundle_names_nobody_and_opens_nothing(site, tmp_path, estate):
    meeting, poll_id = estate
    data = bundle_of(site, meeting, poll_id, "public")
    files = files_of(data)
    assert not {"openings.jsonl", f"polls/{poll_id}/tally.json", f"polls/{poll_id}/roster.json"} & files.keys()
    assert "person/" not in b"".join(files.values()).decode()
    assert checked(tmp_path, data).holds
    assert second_opinion(tmp_path, data)[0] == 0


def test_who_may_have_which_edition(site, estate):
    _meeting, poll_id = estate
    publish(site)
    stranger = site.browser()
    assert stranger.get(f"/polls/{poll_id}/bundle/public.zip").status == 200
    assert stranger.get(f"/polls/{poll_id}/bundle/full.zip").status == 403
    assert stranger.get(f"/polls/{poll_id}/bundle/secret.zip").status == 404


def test_a_bundle_that_was_unpacked_is_asked_for_as_its_zip(tmp_path):
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "checkpoint").write_text("x")
    done = subprocess.run([sys.executable, "-I", TOOL, tmp_path], capture_output=True, text=True)
    assert done.returncode == 2 and "give the zip file itself" in done.stderr


def test_no_bundle_of_an_open_poll(site):
    meeting = build_meeting(site.house.database, online=True)
    poll_id = opened(site.house.database, meeting)
    assert site.browser(meeting.members["李强"]).get(f"/polls/{poll_id}/bundle/full.zip").status == 403


def test_every_changed_file_is_named(site, tmp_path, estate):
    meeting, poll_id = estate
    files = files_of(bundle_of(site, meeting, poll_id, "full"))
    proof = next(name for name in files if name.startswith("proofs/"))
    for name in (*(name for name in files if not name.startswith("proofs/")), proof):
        if name == "manifest.json":
            continue
        changed = files | {name: files[name][:-2] + bytes([files[name][-2] ^ 1]) + files[name][-1:]}
        for broken in (changed, {other: data for other, data in files.items() if other != name}):
            report = checked(tmp_path, zipped(broken))
            assert name in [fault.subject for fault in report.faults], name
            code, said = second_opinion(tmp_path, zipped(broken))
            assert code == 1 and name in json.dumps(said["faults"]), name


def changed_json(files, name, change):
    value = json.loads(files[name])
    change(value)
    return files | {name: json.dumps(value, ensure_ascii=False).encode()}


def first_ballot(document):
    document["ballots"][0]["choice"] = "no"


def one_more_yes(result):
    result["counts"]["heads"]["yes"] += 1


def another_owner(roster):
    roster["lines"][0][1] = "person/999"


@pytest.mark.parametrize(
    ("file", "change"),
    [("tally.json", first_ballot), ("result.json", one_more_yes), ("roster.json", another_owner)],
)
def test_a_change_with_a_manifest_that_fits_is_found_all_the_same(site, tmp_path, estate, file, change):
    meeting, poll_id = estate
    files = files_of(bundle_of(site, meeting, poll_id, "full"))
    data = with_hashes(changed_json(files, f"polls/{poll_id}/{file}", change))
    report = checked(tmp_path, data)
    assert [fault.kind for fault in report.faults] == ["tally"]
    assert file in report.faults[0].facts["file"]
    code, said = second_opinion(tmp_path, data)
    assert code == 1 and file in json.dumps(said["faults"])


def test_another_text_entry_or_opening_with_a_manifest_that_fits_is_found(site, tmp_path, estate):
    meeting, poll_id = estate
    files = files_of(bundle_of(site, meeting, poll_id, "full"))
    other = {
        f"documents/poll-{poll_id}.txt": "另一段文本".encode(),
        "entries.jsonl": files["entries.jsonl"].replace(b'\\"outcome\\":\\"failed\\"', b'\\"outcome\\":\\"passed\\"'),
        "openings.jsonl": files["openings.jsonl"].replace(b'"value": "no"', b'"value": "yes"'),
        "checkpoint": files["checkpoint"].replace(b"\n", b"\n1", 1),
    }
    for name, content in other.items():
        assert content != files[name], name
        data = with_hashes(files | {name: content})
        assert not checked(tmp_path, data).holds, name
        assert second_opinion(tmp_path, data)[0] == 1, name


def test_what_is_no_bundle_is_refused(tmp_path):
    from deliberation.audit.bundle_check import NoBundle

    for content in (b"", b"PK\x03\x04", zipped({"a": b"b"}), zipped({"manifest.json": b"[]"})):
        path = tmp_path / "no.zip"
        path.write_bytes(content)
        with pytest.raises(NoBundle):
            verify_bundle(path, all_bundle_checks())


def test_a_confidential_poll_gives_choices_apart_from_people_and_a_bundle_that_counts_again(site, tmp_path):
    meeting = build_meeting(site.house.database, online=True)
    poll_id = opened_box(site.house.database, meeting)
    everybody_votes(site.house.database, meeting, poll_id)
    finish(site, meeting, poll_id)
    reader = site.browser(meeting.members["李强"])
    assert reader.get(f"/polls/{poll_id}/papers/roll.csv").status == 404
    assert site.browser().get(f"/polls/{poll_id}/papers/choices.docx").status == 403
    words = words_of_docx(reader.get(f"/polls/{poll_id}/papers/choices.docx").content)
    assert words.count("赞成") == 4 and words.count("反对") == 4 and "代表09" in words
    data = bundle_of(site, meeting, poll_id, "full")
    report = checked(tmp_path, data)
    assert report.holds, report.faults
    code, said = second_opinion(tmp_path, data)
    assert (code, said["counted"]) == (0, [f"poll/{poll_id}"]), said
    files = files_of(data)

    def turn(document):
        document["ballots"][-1]["choice"] = "no"

    broken = with_hashes(changed_json(files, f"polls/{poll_id}/tally.json", turn))
    assert not checked(tmp_path, broken).holds and second_opinion(tmp_path, broken)[0] == 1


def test_who_alone_took_paper_in_a_confidential_poll_is_not_given_away_by_the_full_bundle(site, tmp_path):
    meeting = build_meeting(site.house.database, online=True)
    desk = CountDesk(site.house.database, meeting, opened_box(site.house.database, meeting))
    desk.print(9)
    alone, *others = meeting.members
    for name, choice in zip(others, ["no"] * 3 + ["abstain"] + ["yes"] * 4, strict=True):
        cast(site.house.database, desk.poll_id, meeting.members[name], choice, name)
    desk.hand(alone)
    desk.both(batch_code(desk), "2", number=1)
    desk.stock(1, 8)
    desk.seal(FIRST)
    desk.seal(SECOND)
    finish(site, meeting, desk.poll_id)
    data = bundle_of(site, meeting, desk.poll_id, "full")
    files = files_of(data)
    acts = {each["index"]: json.loads(each["entry"])["type"] for each in lines_of(files["entries.jsonl"])}
    assert {"paper.handed", "sheet.read"} <= set(acts.values())
    opened_acts = {acts[each["index"]] for each in lines_of(files["openings.jsonl"])}
    assert opened_acts <= {"poll.opened", "poll.closed", "roster.frozen"}
    ballots = json.loads(files[f"polls/{desk.poll_id}/tally.json"])["ballots"]
    assert ballots == [{"choice": "abstain"}] + [{"choice": "no"}] * 4 + [{"choice": "yes"}] * 4
    assert checked(tmp_path, data).holds and second_opinion(tmp_path, data)[0] == 0


def lines_of(data):
    return [json.loads(line) for line in data.decode().splitlines()]


def held_in_a_meeting(site):
    """Six seated at the door, one who came late and voted, one sheet of paper."""
    database = site.house.database
    meeting = build_meeting(database)
    names = list(meeting.members)
    meeting_id = begun(database, meeting, present=6)
    poll_id = opened(database, meeting, closes_in=None)
    tick(database, meeting, meeting_id, names[:7])
    for name in (names[0], names[6]):
        cast(database, poll_id, meeting.members[name], "yes")
    desk = CountDesk(database, meeting, poll_id)
    desk.print()
    desk.hand(names[1])
    desk.both(desk.codes()[names[1]], "1")
    desk.stock(1, 8)
    return meeting, desk


def sealed_and_closed(site, meeting, desk):
    desk.seal(FIRST)
    desk.seal(SECOND)
    finish(site, meeting, desk.poll_id)
    return bundle_of(site, meeting, desk.poll_id, "full")


def test_the_full_bundle_holds_who_was_there_and_who_took_paper_against_the_door_and_the_desk(site, tmp_path):
    meeting, desk = held_in_a_meeting(site)
    data = sealed_and_closed(site, meeting, desk)
    types = {json.loads(each["entry"])["type"] for each in lines_of(files_of(data)["entries.jsonl"])}
    assert {"presence.marked", "paper.handed"} <= types
    report = checked(tmp_path, data)
    assert report.holds, report.faults
    assert second_opinion(tmp_path, data)[0] == 0


def test_paper_handed_to_several_at_once_holds_in_the_full_bundle(site, tmp_path):
    """Four take paper in one go, two of them hand theirs back in one go, one of these takes it again."""
    meeting, desk = held_in_a_meeting(site)
    names = list(meeting.members)
    desk.hand(*names[2:6])
    desk.back(*names[4:6])
    desk.hand(names[4])
    for name in names[2:5]:
        desk.both(desk.codes()[name], "2")
    desk.stock(4, 5)
    data = sealed_and_closed(site, meeting, desk)
    ballots = json.loads(files_of(data)[f"polls/{desk.poll_id}/tally.json"])["ballots"]
    assert sum(each.get("channel") == "paper" for each in ballots) == 4
    report = checked(tmp_path, data)
    assert report.holds, report.faults
    assert second_opinion(tmp_path, data)[0] == 0


@pytest.mark.parametrize("what", ["seated", "paper"])
def test_somebody_seated_or_given_paper_behind_the_log_is_found_in_the_bundle(site, tmp_path, what):
    meeting, desk = held_in_a_meeting(site)
    names = list(meeting.members)
    ghost = meeting.members[names[8 if what == "seated" else 2]]

    def behind(session, now):
        if what == "seated":
            session.add(PollPresence(poll_id=desk.poll_id, person_id=ghost, marked_at=now, is_late=False))
        else:
            session.add(Handed(poll_id=desk.poll_id, person_id=ghost, given=1, at=now))

    site.house.database.change(behind)
    if what == "paper":
        desk.both(desk.codes()[names[2]], "2")
        desk.stock(2, 7)
    report = checked(tmp_path, sealed_and_closed(site, meeting, desk))
    (fault,) = report.faults
    assert ("到会登记" if what == "seated" else "发票登记") in fault.reason
