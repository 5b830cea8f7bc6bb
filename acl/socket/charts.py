"""Message sequence charts of what was recorded on sockets: as text, as SVG, as a page of HTML."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from acl.socket.recording import Event

_WORDS = {"connect": "connect", "refused": "connect", "shutdown": "end of output", "close": "close", "tls": "TLS"}
_ARROWS = frozenset(["connect", "refused", "send", "shutdown", "close", "tls"])


class Row(NamedTuple):
    """A line of the chart: an arrow from lane *start* to lane *end*, or (end None) a note on a lane."""

    seconds: float
    start: int
    end: int | None
    text: str
    kind: str


class Chart(NamedTuple):
    """Lanes, one for each host and process, and rows in the order of time."""

    lanes: list[str]
    rows: list[Row]


class _Ends:
    """Who has which end of a connection when."""

    def __init__(self, events: list[Event]) -> None:
        self.owners: dict[tuple[str, str], list[tuple[float, str]]] = {}
        for event in events:
            if event.kind not in ("accept", "receive", "end", "send", "connect", "close", "shutdown", "tls"):
                continue
            self.owners.setdefault((event.local, event.remote), []).append((event.time, event.lane))

    def other(self, event: Event) -> str | None:
        """Return the lane at the other end of the connection of *event*: who has it next, or had it last."""
        known = self.owners.get((event.remote, event.local))
        if known is None:
            return None
        return next((lane for when, lane in known if when >= event.time), known[-1][1])


def chart(events: list[Event]) -> Chart:
    """Lay out *events*."""
    events = sorted(_causal(events))
    ends = _Ends(events)
    lanes: list[str] = []

    def lane(name: str) -> int:
        if name not in lanes:
            lanes.append(name)
        return lanes.index(name)

    rows = []
    start = events[0].time if events else 0.0
    for event in events:
        own = lane(event.lane)
        other = ends.other(event)
        recorded = other is not None
        peer = lane(other if other is not None else _host(event.remote))
        seconds = event.time - start
        if event.kind == "receive" and recorded:
            continue  # stands there as it was sent
        if event.kind == "receive":
            rows.append(Row(seconds, peer, own, _octets(event), "send"))
        elif event.kind in _ARROWS and peer != own:
            rows.append(Row(seconds, own, peer, _text(event), event.kind))
            if event.kind == "refused":
                rows.append(Row(seconds, peer, own, event.text, "reset"))
        else:
            rows.append(Row(seconds, own, None, _text(event), event.kind))
    return Chart(lanes, rows)


def _causal(events: list[Event]) -> list[Event]:
    """Return *events* with no connection that is accepted before it is made: the client may be told later."""
    accepted = {(e.remote, e.local): e.time for e in events if e.kind == "accept"}
    return [e._replace(time=min(e.time, accepted.get((e.local, e.remote), e.time) - 1e-6)) if e.kind == "connect"
            else e for e in events]


def _host(end: str) -> str:
    """Return the lane of a peer of which nothing is recorded."""
    return end


def _octets(event: Event) -> str:
    return f"{event.size} octet{'' if event.size == 1 else 's'} {event.text}".rstrip()


def _text(event: Event) -> str:
    if event.kind == "send":
        return _octets(event)
    if event.kind == "accept":
        return f"accept {event.remote}"
    if event.kind == "end":
        return "end of file"
    word = _WORDS.get(event.kind, event.kind if event.kind != "error" else "")
    return f"{word} {event.text if event.kind != 'refused' else ''}".strip()


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else text[:max(0, width - 3)] + "..."


# Text


def text_chart(drawn: Chart, width: int = 100) -> str:
    """Return *drawn* as text of about *width* columns."""
    if not drawn.rows:
        return "Nothing was recorded."
    count = len(drawn.lanes)
    step = max(24, (width - 9) // max(1, count))
    centres = [9 + step // 2 + step * i for i in range(count)]
    total = 9 + step * count
    lines = ["  seconds" + "".join(_shortened(lane, step - 2).center(step) for lane in drawn.lanes).rstrip()]
    for row in drawn.rows:
        line = [" "] * total
        for centre in centres:
            line[centre] = "|"
        if row.end is None:
            label = _shortened(f"* {row.text}", step - 3)
            at_right = row.start < count - 1 or count == 1
            _put(line, centres[row.start] + 1 if at_right else centres[row.start] - len(label), label)
        else:
            left, right = sorted((centres[row.start], centres[row.end]))
            room = right - left - 1
            label = _shortened(row.text, room - 6)
            shaft = f" {label} ".center(room, "-") if label else "-" * room
            shaft = shaft[:-1] + ">" if row.end > row.start else "<" + shaft[1:]
            _put(line, left + 1, shaft)
        lines.append(f"{row.seconds:9.3f}" + "".join(line[9:]).rstrip())
    return "\n".join(lines)


def _put(line: list[str], at: int, text: str) -> None:
    for i, c in enumerate(text):
        if 0 <= at + i < len(line):
            line[at + i] = c


# SVG and HTML

_LANE, _ROW, _LEFT, _TOP = 260, 34, 90, 60
_COLOURS = {"connect": "#1a7f37", "accept": "#1a7f37", "send": "#0550ae", "shutdown": "#9a6700", "close": "#57606a",
            "reset": "#cf222e", "timeout": "#cf222e", "error": "#cf222e", "refused": "#1a7f37", "tls": "#8250df"}


def svg_chart(drawn: Chart) -> str:
    """Return *drawn* as an SVG picture."""
    width = _LEFT + _LANE * max(1, len(drawn.lanes))
    height = _TOP + _ROW * (len(drawn.rows) + 1)
    centres = [_LEFT + _LANE // 2 + _LANE * i for i in range(len(drawn.lanes))]
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
             f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">',
             '<rect width="100%" height="100%" fill="white"/>']
    for lane, x in zip(drawn.lanes, centres, strict=True):
        parts.append(f'<line x1="{x}" y1="44" x2="{x}" y2="{height}" stroke="#8c959f" stroke-dasharray="4 4"/>')
        parts.append(f'<rect x="{x - 115}" y="12" width="230" height="32" rx="4" fill="#eaeef2" stroke="#8c959f"/>')
        parts.append(_svg_text(x, 33, _shortened(lane, 32), "#1f2328", "middle", "bold"))
    for i, row in enumerate(drawn.rows):
        parts += _svg_row(row, centres, _TOP + _ROW * i + 24)
    return "\n".join([*parts, "</svg>"])


def _svg_text(x: int, y: int, text: str, colour: str, anchor: str = "start", weight: str = "normal") -> str:
    return (f'<text x="{x}" y="{y}" fill="{colour}" text-anchor="{anchor}" font-weight="{weight}">'
            f"{escape(text)}</text>")


def _svg_row(row: Row, centres: list[int], y: int) -> list[str]:
    colour = _COLOURS.get(row.kind, "#57606a")
    parts = [_svg_text(_LEFT - 12, y + 4, f"{row.seconds:.3f} s", "#57606a", "end")]
    x = centres[row.start]
    if row.end is None:
        parts.append(f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>')
        parts.append(_svg_text(x + 10, y + 4, _shortened(row.text, 34), colour))
        return parts
    to = centres[row.end]
    back = -1 if to > x else 1
    room = abs(to - x) // 7 - 2
    parts.append(f'<line x1="{x}" y1="{y}" x2="{to + back * 8}" y2="{y}" stroke="{colour}" stroke-width="1.5"/>')
    parts.append(f'<polygon points="{to},{y} {to + back * 9},{y - 4} {to + back * 9},{y + 4}" fill="{colour}"/>')
    parts.append(_svg_text((x + to) // 2, y - 5, _shortened(row.text, room), colour, "middle"))
    return parts


def html_chart(drawn: Chart, title: str = "Traffic of a session") -> str:
    """Return a page with the picture and a table of the same; it needs nothing else."""
    table = "".join(
        f"<tr><td>{row.seconds:.3f}</td><td>{escape(drawn.lanes[row.start])}</td>"
        f"<td>{escape(drawn.lanes[row.end]) if row.end is not None else ''}</td><td>{escape(row.text)}</td></tr>\n"
        for row in drawn.rows)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{escape(title)}</title>
<style>
body {{ font-family: sans-serif; margin: 2em; color: #1f2328; }}
figure {{ margin: 0; overflow-x: auto; }}
table {{ border-collapse: collapse; margin-top: 1em; }}
td, th {{ border: 1px solid #d0d7de; padding: 0.2em 0.6em; text-align: left; font-size: 90%; }}
</style>
</head>
<body>
<h1>{escape(title)}</h1>
<figure>
{svg_chart(drawn)}
</figure>
<details><summary>As a table</summary>
<table><tr><th>seconds</th><th>from</th><th>to</th><th>what</th></tr>
{table}</table>
</details>
</body>
</html>
"""
