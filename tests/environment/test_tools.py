"""`dribble`, `ed` and `time` from outside: what they do to files, other programs and the terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path


def session(text: str, **environment: str) -> str:
    """Return what acl prints when *text* is its standard input."""
    done = subprocess.run([sys.executable, "-m", "acl", "-q"], input=text, capture_output=True, text=True, timeout=100,
                          env={**os.environ, **environment}, check=False)
    return done.stdout + done.stderr


def test_dribble_records_what_is_printed(tmp_path: Path) -> None:
    """The file has the output between the two calls, in the encoding of the terminal."""
    file = tmp_path / "record.txt"
    session(f'(print 1)\n(dribble "{file}")\n(print "hé")\n(dribble)\n(print 3)\n(dribble)\n')
    assert file.read_text().count('"hé"') == 2  # printed, and the value
    assert "1" not in file.read_text().split("USER")[0]
    assert "3 " not in file.read_text()


def test_dribble_needs_a_file_that_can_be_written(tmp_path: Path) -> None:
    """An error names the file; nothing is recorded then."""
    out = session(f'(dribble "{tmp_path}/none/record.txt")\n(dribble)\n')
    assert "record.txt" in out
    assert "Nothing is being recorded." in out


def test_editor_is_started_at_the_definition(tmp_path: Path) -> None:
    """`ed` of a file, of a function, of nothing, and of a function without a source."""
    file = tmp_path / "defs.cl"
    file.write_text("(in-package :user)\n\n(defun edited ()\n  1)\n")
    out = session(f'(load "{file}")\n(ed "{file}")\n(ed \'edited)\n(ed)\n(defun typed ())\n(ed \'typed)\n',
                  EDITOR="echo EDITING", VISUAL="")
    calls = [line.strip() for line in re.findall(r"EDITING.*", out)]
    assert calls == [f"EDITING {file}", f"EDITING +3 {file}", "EDITING"]
    assert "The source of TYPED is in no file." in out


def test_an_editor_that_is_not_there() -> None:
    """The error names it."""
    assert "no-such-editor cannot be started" in session("(ed)\n", EDITOR="no-such-editor", VISUAL="").replace(
        "\n       ", " ")


def test_time_counts_conses() -> None:
    """The conses that are kept are counted exactly but for what the listener keeps."""
    out = session("(defvar *x*)\n(time (progn (setq *x* (loop repeat 10000 collect 1)) 5))\n")
    kept = re.search(r";  ([\d,]+) cons cells, [\d,]+ other objects kept\n; Page Faults: major: \d+ \(gc: \d+\)", out)
    assert kept is not None, out
    assert 9_900 < int(kept.group(1).replace(",", "")) < 10_200
    assert re.search(r"; cpu time \(gc\)     \d+\.\d{6} sec user, \d+\.\d{6} sec system\n", out)


def test_dribble_records_what_is_edited_at_a_prompt(tmp_path: Path) -> None:
    """Prompts and inputs stand in the file among the output, without colours."""
    from tests.toplevel.pty import person

    file = tmp_path / "record.txt"
    with person(tmp_path, "-q") as me:
        me.see(r"USER\(1\):")
        me.type(f'(dribble "{file}")\n')
        me.see(r"USER\(2\):")
        me.type("(list 1\n2)\n")
        me.see(r"^\(1 2\)")
        me.see(r"USER\(3\):")
        me.type("(dribble)\n")
        me.see(r"USER\(4\):")
    lines = file.read_text().splitlines()
    assert [line.strip() for line in lines[-4:]] == ["USER(2): (list 1", "2)", "(1 2)", "USER(3): (dribble)"]
    assert not any("\x1b" in line for line in lines)
