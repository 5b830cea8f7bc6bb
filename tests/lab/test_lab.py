"""`acl lab`: hosts side by side, sessions that are saved and replayed, lessons."""

from __future__ import annotations

import asyncio
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from acl.lab.lesson import Lesson, LessonError
from acl.lab.session import Lab, LabHost
from acl.testing.doc import Runner
from tests.toplevel.pty import person

PAGE = """on vapor:
USER(1): (print (read (accept-connection (make-socket :connect :passive :local-port 9933))))

on frisky:
USER(1): (let ((s (make-socket :remote-host "vapor" :remote-port 9933)))
           (format s "secret~%")
           (close s))
T

on vapor:
SECRET
SECRET
"""


def until(lab: Lab, done: Callable[[], bool]) -> None:
    """Let the hosts print until *done*."""
    deadline = time.monotonic() + 100
    while not done():
        assert time.monotonic() < deadline, lab.events
        ready, _, _ = select.select([h.fd for h in lab.hosts if not h.ended], [], [], 1)
        for host in lab.hosts:
            if host.fd in ready:
                host.receive()


def typed(lab: Lab, host: LabHost, text: str, blocks: bool = False) -> None:
    """Type *text* at *host* and wait until it prompts, or until the Lisp has taken a form that *blocks*."""
    host.send(text)
    if not blocks:
        until(lab, lambda: bool(host.prompt))
        return
    host.prompt = ""
    asyncio.run(host.settle())


def test_session_is_replayed(tmp_path: Path) -> None:
    """Hosts find each other by name and have services; what happened is saved as a page that is true."""
    lab = Lab(["vapor", "frisky"])
    try:
        until(lab, lambda: all(h.prompt for h in lab.hosts))
        vapor, frisky = lab["vapor"], lab["frisky"]
        typed(lab, vapor, "(defvar *s* (make-socket :connect :passive))")
        typed(lab, vapor, "(local-port *s*)")
        port = vapor.text.split()[-1]
        typed(lab, vapor, "(read-line (accept-connection *s*))", blocks=True)
        typed(lab, frisky, f'(defvar *c* (make-socket :remote-host "vapor" :remote-port {port}))')
        typed(lab, frisky, "(progn (write-line \"hello\" *c*) (close *c*))")
        until(lab, lambda: bool(vapor.prompt))
        assert '"hello"' in vapor.text
        for service, expected in (("daytime", ":"), ("chargen", "0123456"), ("echo", "echoed")):
            typed(lab, frisky, f'(let ((s (make-socket :remote-host "vapor" :remote-port "{service}"))) '
                               f'(unless (equal "{service}" "daytime") (write-line "echoed" s) (force-output s)) '
                               '(prog1 (read-line s) (close s)))')
            assert expected in frisky.text.splitlines()[-2] + frisky.text.splitlines()[-1], service
        typed(lab, frisky, '(let ((s (make-socket :remote-host "vapor" :remote-port "time" :format :binary))) '
                           '(prog1 (read-byte s) (close s)))')
        assert int(frisky.text.split()[-1]) in range(200, 256)  # the first octet of the seconds since 1900
        page, picture = lab.transcript(), lab.sequence()
    finally:
        lab.close()
    assert "frisky: Initial Lisp Listener" in picture
    assert "6 octets hello" in picture
    assert "on vapor:\nUSER(1): (defvar *s*" in page
    lines = [line for line in page.splitlines() if "daytime" not in line and "GMT" not in line]
    assert page.index("(read-line (accept") < page.index("(write-line") < page.index('"hello"\n')
    assert len(lines) > 10


def test_saved_page_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A session with a form that blocks replays to the same result."""
    lab = Lab(["vapor", "frisky"])
    try:
        until(lab, lambda: all(h.prompt for h in lab.hosts))
        lesson_file = tmp_path / "lesson.txt"
        lesson_file.write_text(PAGE)
        lesson = Lesson.read(str(lesson_file), 1)
        assert lesson.hosts == ["vapor", "frisky"]
        while step := lesson.next():
            host = lab[lesson.host(step)]
            typed(lab, host, step.form, blocks=host.name == "vapor")
        until(lab, lambda: all(h.prompt for h in lab.hosts))
        page = lab.transcript()
    finally:
        lab.close()
    passed, total = Runner(page).run()
    assert (passed, total) == (1, 1), page + capsys.readouterr().out
    assert Runner(PAGE).run() == (1, 1)


def test_lessons_that_are_none(tmp_path: Path) -> None:
    """A page that is missing, or has no such example, is told."""
    with pytest.raises(LessonError, match="No such file"):
        Lesson.read(str(tmp_path / "none.txt"), 1)
    (tmp_path / "page.txt").write_text(PAGE)
    with pytest.raises(LessonError, match="has 1 examples; there is no number 2"):
        Lesson.read(str(tmp_path / "page.txt"), 2)


def test_command_line() -> None:
    """Without a terminal, or with a wrong name, one line says so."""
    for args, text in ((["lab", "vapor"], "needs a terminal"), (["lab", "va/por"], "no name of a host")):
        done = subprocess.run([sys.executable, "-m", "acl", *args], capture_output=True, text=True, timeout=100,
                              stdin=subprocess.DEVNULL, check=False)
        assert done.returncode == 2
        assert text in done.stderr


def test_screen(tmp_path: Path) -> None:
    """Panes, the key that switches, what is printed is seen at once, saving."""
    pytest.importorskip("prompt_toolkit")
    saved = tmp_path / "saved.txt"
    with person(tmp_path, "lab", "--save", str(saved), "vapor", "frisky") as me:
        me.see(r"on vapor: 127\.0\.0\.2.*on frisky: 127\.0\.0\.3")
        me.type("(list :left\n(lisp-implementation-type))\n")
        me.see(r'\(:LEFT "\w+"\)')
        me.type("\x0f")  # Ctrl-O: the other pane
        me.type('(list (quote right) (lookup-hostname "vapor"))\n')
        me.see(r"\(RIGHT 2130706434\)")
        me.type("\x11")  # Ctrl-Q
        me.child.expect_exact(__import__("pexpect").EOF)
    page = saved.read_text()
    assert page.startswith("on vapor:\nUSER(1): (list :left\n")
    assert "on frisky:\nUSER(1): (list (quote right)" in page


def test_lesson_on_the_screen(tmp_path: Path) -> None:
    """A page is stepped through, form by form."""
    pytest.importorskip("prompt_toolkit")
    lesson = tmp_path / "lesson.txt"
    lesson.write_text(PAGE)
    with person(tmp_path, "lab", "--lesson", str(lesson)) as me:
        me.see(r"Next \(1 of 2\), on vapor: \(print")
        me.type("\x1bOR")  # F3
        me.see(r"Next \(2 of 2\), on frisky: \(let")
        me.type("\x1bOR")
        me.see(r"The lesson is over")
        me.see(r"^SECRET")
