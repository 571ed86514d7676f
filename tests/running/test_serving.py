"""Starting and stopping the real server: the first link, what is refused, several workers, an end in good order."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from deliberation.commands import serving_fault
from deliberation.identity.actions import begin_sign_in
from deliberation.settings import Settings
from deliberation.web import form_token
from tests.journeys.servers import Server, environment, free_port
from tests.live.conftest import nats_server
from tests.rooms.meeting import Meeting

TLS = {"tls_cert": "a.crt", "tls_key": "a.key"}
POSTGRES = {"database_url": "postgresql://localhost/x"}
MOST_LISTENING = 60
PROXY = {"trusted_proxies": "10.0.0.1", "public_url": "https://yishi.example.cn"}


@pytest.mark.parametrize(
    ("settings", "workers", "says"),
    [
        ({}, 1, ""),
        ({"host": "127.0.0.1"}, 1, ""),
        ({"host": "::1"}, 1, ""),
        ({"host": "0.0.0.0"}, 1, "without TLS is refused"),
        ({"host": "192.168.1.5"}, 1, "without TLS is refused"),
        ({"host": "0.0.0.0", "public_url": "https://yishi.example.cn"}, 1, "without TLS is refused"),
        ({"host": "0.0.0.0", "trusted_proxies": "10.0.0.1"}, 1, "without TLS is refused"),
        ({"host": "0.0.0.0", **PROXY}, 1, ""),
        ({"host": "0.0.0.0", **TLS}, 1, ""),
        ({"host": "0.0.0.0", "allow_http": True}, 1, ""),
        ({"tls_cert": "a.crt"}, 1, "go together"),
        ({}, 2, "needs PostgreSQL"),
        (POSTGRES | {"bus": "memory"}, 2, "needs PostgreSQL"),
        (POSTGRES, 2, ""),
        (POSTGRES | {"bus": "nats"}, 2, ""),
        ({"bus": "postgres"}, 1, "needs PostgreSQL"),
        ({}, 0, "at least one"),
    ],
)
def test_what_may_be_served(settings: dict[str, object], workers: int, says: str) -> None:
    fault = serving_fault(Settings(**settings), workers=workers)
    assert says in fault and bool(fault) is bool(says)


def run(words: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deliberation", *words], env=env, capture_output=True, text=True, timeout=120
    )


def test_a_refused_start_ends_with_two_and_one_sentence_and_makes_nothing(tmp_path: Path) -> None:
    done = run(["serve", "--host", "0.0.0.0"], environment(tmp_path / "data", free_port()))
    assert (done.returncode, done.stdout) == (2, "") and len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "data").exists()


def test_check_config_shows_every_setting_and_no_secret(tmp_path: Path) -> None:
    secrets = {"smtp_url": "smtp://me:geheim@mail:25", "metrics_token": "geheim", "timezone": "Asia/Shanghai"}
    done = run(["check-config"], environment(tmp_path / "data", 8000, **secrets))
    assert done.returncode == 0, done.stderr
    shown = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert set(shown) == {f"DELIBERATION_{name.upper()}" for name in Settings.model_fields}
    assert "geheim" not in done.stdout and shown["DELIBERATION_SMTP_URL"] == "(set)"


def test_check_config_ends_with_one_and_says_what_would_keep_it_from_serving(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    (tmp_path / "a.crt").write_text("no certificate")
    tls = {"tls_cert": str(tmp_path / "a.crt"), "tls_key": str(tmp_path / "none")}
    away = {"database_url": "postgresql://nobody:geheim@127.0.0.1:9/none"}
    done = run(["check-config"], environment(tmp_path / "data", 8000, **tls, **away))
    assert done.returncode == 1
    assert "is not a folder" in done.stderr and "a.crt" in done.stderr and "does not answer" in done.stderr
    assert "geheim" not in done.stdout + done.stderr and "Traceback" not in done.stderr
    done = run(["check-config"], environment(tmp_path / "other", 8000, bus="carrier-pigeon"))
    assert done.returncode == 1 and "DELIBERATION_BUS" in done.stderr


def test_every_start_prints_a_new_link_until_the_administrator_has_come_in(tmp_path: Path) -> None:
    env = environment(tmp_path / "data", free_port())
    links = []
    for _ in range(2):
        server = Server(["serve"], env, folder=tmp_path)
        links += server.links
        assert (tmp_path / "data" / "log" / "1" / "checkpoint").exists()
        server.stop()
    assert len(set(links)) == 2
    assert oct((tmp_path / "data").stat().st_mode)[-3:] == "700"
    server = Server(["serve"], env, folder=tmp_path)
    assert "还没有" in server.fetch("/communities") or "桂花园" not in server.fetch("/communities"), "nothing is seeded"
    come_in(server)
    server.stop()
    server = Server(["serve"], env, folder=tmp_path)
    assert server.links == []
    server.stop()


@pytest.mark.parametrize("words", [["serve"], ["demo"]])
def test_a_second_server_is_refused_before_it_touches_anything(words: list[str], tmp_path: Path) -> None:
    data = tmp_path / "data"
    env = environment(data, free_port())
    server = Server(words, env, folder=tmp_path)
    try:
        before = server.links
        size = (data / "log" / "1" / "checkpoint").read_text()
        for port, says in (
            (free_port(), "已有一个服务正在使用这个数据库"),
            (env["DELIBERATION_PORT"], "DELIBERATION_PORT="),
        ):
            done = run(words, environment(data, int(port)))
            assert (done.returncode, says in done.stderr) == (2, True), done.stderr
            assert "/sign-in/" not in done.stdout and "Traceback" not in done.stderr
        # Nothing was written, and the links that were printed first still lead in.
        assert (data / "log" / "1" / "checkpoint").read_text() == size
        assert "expired" not in server.fetch(urllib.parse.urlsplit(before[0]).path)
        assert "已过期" not in server.fetch(urllib.parse.urlsplit(before[0]).path)
        # A command may run beside it.
        assert run(["audit", "verify"], env).returncode == 0
    finally:
        server.process.kill()
        server.process.wait(20)
    # A server that was killed holds nothing.
    again = Server(words, env, folder=tmp_path)
    try:
        assert "议事" in again.fetch("/")
    finally:
        again.stop()


def come_in(server: Server) -> None:
    """Open the link and press its button, as the administrator's browser does."""
    link = urllib.parse.urlsplit(server.links[0])
    connection = http.client.HTTPConnection(link.netloc, timeout=60)
    connection.request("GET", link.path)
    answer = connection.getresponse()
    answer.read()
    visitor = answer.headers["set-cookie"].split(";")[0]
    form = urllib.parse.urlencode({"token": form_token(visitor.split("=", 1)[1])})
    headers = {
        "Cookie": visitor,
        "Origin": server.address,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection.request("POST", link.path, body=form, headers=headers)
    answer = connection.getresponse()
    assert answer.status == 303 and "sign-in=" in str(answer.headers.get_all("set-cookie"))
    connection.close()


# --- several processes ------------------------------------------------------------------------------------------------


@pytest.fixture
def nats_url() -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen([str(nats_server()), "-a", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL)
    yield f"nats://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


class Hall:
    """A meeting in a database, and people who sit in its room over real sockets."""

    def __init__(self, url: str, most_listening: int = MOST_LISTENING):
        self.meeting = Meeting(url)
        self.path = f"/rooms/{self.meeting.room_id}"
        # One sign-in each: only so many pages of one sign-in may be live at once.
        self.watching = [self.sign_in("王秀英") for _ in range(most_listening)]
        self.speaker = self.sign_in("李强")
        self.meeting.database.close()

    def sign_in(self, name: str) -> str:
        who = self.meeting.village[name]
        return self.meeting.database.change(lambda session, now: begin_sign_in(session, now, person_id=who))

    def listen(self, server: Server) -> ClientConnection:
        headers = {"Cookie": f"__Host-sign-in={self.watching.pop()}", "Origin": server.address}
        address = server.address.replace("http", "ws", 1)
        path = f"{address}{self.path}/live?seen=999"
        return connect(path, additional_headers=headers, open_timeout=60, legacy=True)

    def ask_for_a_turn(self, server: Server) -> int:
        """Over HTTP, to whichever process takes it."""
        form = {"token": form_token(self.speaker), "position": "for", "key": os.urandom(6).hex()}
        headers = {"Cookie": f"__Host-sign-in={self.speaker}", "Origin": server.address}
        request = urllib.request.Request(
            f"{server.address}{self.path}/turns", data=urllib.parse.urlencode(form).encode(), headers=headers
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def workers_of(server: Server) -> list[int]:
    """The processes that serve: those that hold a lock file or a database, not the resource tracker."""
    found = children(server.process.pid)
    return [pid for pid in found if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()]


def listeners_of(pid: int, port: str) -> int:
    """How many connections to the port of the site a process holds."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ours = {f"socket:[{line[9]}]" for line in lines if line[1].endswith(f":{int(port):04X}") and line[3] == "01"}
    held = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            held.add(os.readlink(link))
    return len(ours & held)


def signers_of(server: Server, data: Path) -> list[int]:
    """Which workers hold the signer's lock (an open file alone does not say it: the kernel's list of locks does)."""
    inode = (data / "signer" / "lock").stat().st_ino
    holders = {int(line.split()[4]) for line in Path("/proc/locks").read_text().splitlines() if f":{inode} " in line}
    return [pid for pid in workers_of(server) if pid in holders]


@pytest.mark.postgres
@pytest.mark.parametrize("bus", ["postgres", "nats"])
def test_two_workers_are_one_installation(bus: str, postgres_url: str, nats_url: str, tmp_path: Path) -> None:
    hall = Hall(postgres_url)
    settings = {"bus": bus, "nats_url": nats_url, "database_url": postgres_url.replace("+psycopg", "")}
    data = tmp_path / "data"
    server = Server(["serve", "--workers", "2"], environment(data, free_port(), **settings), folder=tmp_path)
    try:
        assert len(workers_of(server)) == 2
        assert len(signers_of(server, data)) == 1, "exactly one of them signs"
        listening, port = [], server.address.rsplit(":", 1)[1]
        # The kernel deals the connections as it likes; each process has its listeners before it matters.
        while hall.watching and not all(listeners_of(pid, port) for pid in workers_of(server)):
            listening.append(hall.listen(server))
        assert all(listeners_of(pid, port) for pid in workers_of(server))
        assert hall.ask_for_a_turn(server) == 200
        for one in listening:
            heard(one, "李强")
        assert (data / "log" / str(hall.meeting.village.id) / "checkpoint").exists()
        another_takes_over(server, data)
        hall.watching.append(hall.speaker)
        listening.append(hall.listen(server))
        end_in_order(server, listening)
    finally:
        if server.process.poll() is None:  # Something failed before the end: leave nobody behind.
            for pid in [*children(server.process.pid), server.process.pid]:
                os.kill(pid, signal.SIGKILL)


def heard(one: ClientConnection, word: str) -> None:
    """Wait until a fragment with the word came, or a call to arrive again."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if word in str(one.recv(timeout=40)):
            return
    raise AssertionError(f"{word} was not heard")


def another_takes_over(server: Server, data: Path) -> None:
    (signing,) = signers_of(server, data)
    os.kill(signing, signal.SIGKILL)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = [pid for pid in signers_of(server, data) if pid != signing]
        if found:
            return
        time.sleep(0.2)
    raise AssertionError("nobody signs after the signing process was killed")


def end_in_order(server: Server, listening: list[ClientConnection]) -> None:
    """Told to stop, it ends by itself (five seconds on a machine of its own) and every page knows that it may come back."""
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(90)
    codes = {close_code(one) for one in listening}
    # 1006: those of the process that was killed before.
    assert codes <= {1012, 1006} and 1012 in codes


def close_code(one: ClientConnection) -> int:
    try:
        while True:
            one.recv(timeout=10)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


def test_one_process_ends_by_itself_and_tells_its_sockets(database_url: str, tmp_path: Path) -> None:
    hall = Hall(database_url)
    env = environment(tmp_path / "data", free_port(), database_url=database_url.replace("+psycopg", ""))
    server = Server(["serve"], env, folder=tmp_path)
    listening = [hall.listen(server) for _ in range(5)]
    end_in_order(server, listening)
    assert "Traceback" not in server.printed
