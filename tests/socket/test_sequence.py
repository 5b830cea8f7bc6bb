"""Message sequence charts: what is recorded, and how it is drawn."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import xml.etree.ElementTree as ElementTree
import zlib
from pathlib import Path

import pytest

from acl.socket.charts import chart, html_chart, svg_chart, text_chart
from acl.socket.recording import Event, preview
from tests.toplevel.dialogue import talk

BROWSER = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
               None)

EVENTS = [
    Event(10.0, "accept", "vapor: server", "127.0.0.2:7", "127.0.0.3:9000"),
    Event(10.001, "connect", "frisky: client", "127.0.0.3:9000", "127.0.0.2:7"),  # told after the accept
    Event(10.1, "send", "frisky: client", "127.0.0.3:9000", "127.0.0.2:7", 6, "hello\\n"),
    Event(10.11, "receive", "vapor: server", "127.0.0.2:7", "127.0.0.3:9000", 6, "hello\\n"),
    Event(10.2, "shutdown", "frisky: client", "127.0.0.3:9000", "127.0.0.2:7"),
    Event(10.21, "end", "vapor: server", "127.0.0.2:7", "127.0.0.3:9000"),
    Event(10.3, "timeout", "vapor: server", "127.0.0.2:7", "127.0.0.3:9000", 0, "read after 2 s"),
    Event(10.4, "refused", "frisky: client", "", "127.0.0.2:99", 0, "Connection refused"),
    Event(10.5, "receive", "frisky: client", "127.0.0.3:9001", "10.0.0.1:80", 3, "<&>"),
    Event(10.6, "reset", "frisky: client", "127.0.0.3:9001", "10.0.0.1:80", 0, "Connection reset by peer"),
]


def test_text() -> None:
    """One lane a host and process, arrows both ways, notes, times; octets are shown once."""
    lines = text_chart(chart(EVENTS), 130).splitlines()
    assert re.split(r"\s{2,}", lines[0].strip()) == ["seconds", "frisky: client", "vapor: server", "127.0.0.2:99",
                                                   "10.0.0.1:80"]
    assert [re.sub(r"[-|* ]+", " ", line).strip() for line in lines[1:]] == [
        "0.000 connect >", "0.000 accept 127.0.0.3:9000", "0.100 6 octets hello\\n >", "0.200 end of output >",
        "0.210 end of file", "0.300 timeout read after 2 s", "0.400 connect >", "0.400 < Connection refused",
        "0.500 < 3 octets <&>", "0.600 reset Connection reset...",
    ]
    assert text_chart(chart([])) == "Nothing was recorded."


def test_pictures() -> None:
    """SVG and HTML are well formed, whatever was sent."""
    drawn = chart(EVENTS)
    root = ElementTree.fromstring(svg_chart(drawn))
    texts = [t.text or "" for t in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "vapor: server" in texts
    assert "3 octets <&>" in texts
    assert "http" not in html_chart(drawn).replace("http://www.w3.org/2000/svg", "")


def test_preview() -> None:
    """Octets that cannot be printed are told from those that can."""
    assert preview(b"a\n\0\xff") == "a\\n··"
    assert preview(b"x" * 100) == "x" * 40 + "..."


SESSION = """(view:sequence :on)
(defvar *p* (make-socket :connect :passive :local-host "127.0.0.1"))
(defvar *d* (mp:process-run-function "server" (lambda () (with-open-stream (s (accept-connection *p*))
  (format s "you said ~a~%" (read-line s)) (force-output s) (read-line s nil)))))
(defvar *c* (make-socket :remote-host "127.0.0.1" :remote-port (local-port *p*)))
(progn (format *c* "hello~%") (force-output *c*) (read-line *c*))
(shutdown *c* :direction :output)
(read-line *c* nil :eof)
(close *c*)
(setq *c* (make-socket :remote-host "127.0.0.1" :remote-port (local-port *p*)))
(socket-control *c* :read-timeout 1/10)
(ignore-errors (read-line *c*))
(close *c*)
(defvar *u* (make-socket :type :datagram :local-host "127.0.0.1"))
(send-to *u* "ping" 4 :remote-host "127.0.0.1" :remote-port (local-port *u*))
(receive-from *u* 10)
(view:sequence :off)
(mp:process-wait "end" (lambda () (not (mp:process-alive-p *d*))))"""


def test_recorded(tmp_path: Path) -> None:
    """A session's connections, octets, half-close, time-out and datagrams are recorded, in the order of cause."""
    name = tmp_path / "chart.html"
    _, shown, told, cleared = talk(SESSION, ":sequence", f":sequence html {name}", "(view:sequence :clear)\n:seq")
    for text in ("server", "Initial Lisp Listener", "connect", "accept 127.0.0.1", "6 octets hello", "end of output",
                 "end of file", "timeout read", "4 octets ping", "close"):
        assert text in shown, shown
    assert shown.index("connect") < shown.index("hello") < shown.index("octets you")
    assert shown.index("connect") < shown.index("accept")  # it may be noticed after the first octets are sent
    assert told == f"Written to {name}"
    assert "15 octets you said hello\\n" in name.read_text()
    assert cleared.splitlines()[-1] == "Nothing was recorded."


def test_off_by_default() -> None:
    """Nothing is recorded unless asked for."""
    [shown] = talk('(close (make-socket :connect :passive))\n(view:sequence)')
    assert "Nothing was recorded." in shown.splitlines()


def colours(png: bytes) -> set[bytes]:
    """Return the colours of the pixels of a PNG without interlacing, of 8 bits a channel."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    channels = {2: 3, 6: 4}[kind]
    assert depth == 8
    data, at = b"", 8
    while at < len(png):
        size, name = struct.unpack(">I4s", png[at:at + 8])
        if name == b"IDAT":
            data += png[at + 8:at + 8 + size]
        at += 12 + size
    raw = zlib.decompress(data)
    found: set[bytes] = set()
    before = bytearray(width * channels)
    for y in range(height):
        start = y * (width * channels + 1)
        line = bytearray(raw[start + 1:start + 1 + width * channels])
        for x in range(len(line)):
            left = line[x - channels] if x >= channels else 0
            up, corner = before[x], before[x - channels] if x >= channels else 0
            nearest = min((abs(up - corner), 0, left), (abs(left - corner), 1, up),
                          (abs(left + up - 2 * corner), 2, corner))[2]
            line[x] = (line[x] + (0, left, up, (left + up) // 2, nearest)[raw[start]]) & 255
        found.update(bytes(line[x:x + 3]) for x in range(0, len(line), channels))
        before = line
    return found


@pytest.mark.skipif(BROWSER is None, reason="no browser is installed")
def test_in_a_browser(tmp_path: Path) -> None:
    """A browser shows the page: the arrows are there in their colours."""
    page, picture = tmp_path / "chart.html", tmp_path / "chart.png"
    page.write_text(html_chart(chart(EVENTS)))
    subprocess.run([str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'home'}",
                    "--hide-scrollbars", "--window-size=1300,700", f"--screenshot={picture}", page.as_uri()],
                   check=True, capture_output=True, timeout=100)
    seen = colours(picture.read_bytes())
    for colour in ("1a7f37", "0550ae", "9a6700", "cf222e"):  # connect, send, end of output, reset
        assert bytes.fromhex(colour) in seen
