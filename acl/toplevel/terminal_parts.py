"""The parts of the prompt session: keys, completion, colours, the line that shows the call being typed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from prompt_toolkit.application.current import get_app
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.filters import Condition, has_selection
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.layout.processors import HighlightMatchingBracketProcessor
from prompt_toolkit.lexers import DynamicLexer, Lexer, SimpleLexer
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.shortcuts.prompt import CompleteStyle, PromptSession
from prompt_toolkit.styles import Style

from acl.printer.secrets import names_secret
from acl.toplevel import completion
from acl.toplevel.editing import indentation, inputs_of, is_complete

_STYLE = Style.from_dict({
    "bottom-toolbar": "noreverse", "bottom-toolbar.text": "ansibrightblack",
    "pygments.comment": "ansibrightblack italic", "pygments.string": "ansigreen", "pygments.keyword": "ansimagenta",
    "pygments.literal.string": "ansigreen", "pygments.literal.number": "ansicyan", "pygments.name.builtin": "ansiblue",
    "pygments.name.function": "ansiblue", "pygments.literal.string.symbol": "ansicyan",
    "pygments.name.constant": "ansicyan", "matching-bracket.cursor": "bold underline",
    "matching-bracket.other": "bold underline",
})


class LispCompleter(Completer):
    """Completes the word before the cursor."""

    def get_completions(self, document: Any, complete_event: Any) -> Iterator[Completion]:
        """Yield the completions."""
        text = document.text_before_cursor
        word = completion.word_before(text)
        for each in completion.completions(text):
            yield Completion(each, start_position=-len(word))


class _ByInputs(History):
    """A history whose entries are inputs, also if several were entered together, as by a paste."""

    def append_string(self, string: str) -> None:
        """Add the inputs in *string*."""
        for each in inputs_of(string) or [string]:
            super().append_string(each)


class _SavedHistory(_ByInputs, FileHistory):
    """A file; inputs with passwords are remembered by the running Lisp only."""

    def store_string(self, string: str) -> None:
        """Write an input to the file."""
        if not names_secret(string):
            super().store_string(string)


class _PassingHistory(_ByInputs, InMemoryHistory):
    pass


def history_file() -> str | None:
    """Return the file that keeps the inputs of all sessions; None if there is no place for it."""
    folder = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    folder = os.path.join(folder, "acl")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError:
        return None
    name = os.path.join(folder, "history")
    return name if os.access(name if os.path.exists(name) else folder, os.W_OK) else None


def input_history() -> History:
    """Return the inputs of all sessions, which new ones are added to."""
    name = history_file()
    return _SavedHistory(name) if name else _PassingHistory()


def make_session(terminal: Any) -> PromptSession[Any]:
    """Return the session of *terminal*."""
    colours = ColorDepth.DEPTH_1_BIT if os.environ.get("NO_COLOR") else None
    return PromptSession(
        multiline=True, history=input_history(), completer=LispCompleter(), complete_while_typing=False,
        complete_style=CompleteStyle.READLINE_LIKE, lexer=DynamicLexer(_lexer), style=_STYLE, color_depth=colours,
        key_bindings=keys(terminal), bottom_toolbar=_toolbar, include_default_pygments_style=False,
        prompt_continuation=lambda width, line, wrapped: " " * width,
        input_processors=[HighlightMatchingBracketProcessor(chars="()", max_cursor_distance=4000)])


_lexers: list[Lexer] = []
_PLAIN = SimpleLexer()


def _lexer() -> Lexer:
    """Return Pygments' lexer for Common Lisp once something is typed."""
    if not get_app().current_buffer.text:
        return _PLAIN
    if not _lexers:
        try:
            from prompt_toolkit.lexers import PygmentsLexer
            from pygments.lexers.lisp import CommonLispLexer  # type: ignore[import-untyped, unused-ignore]

            _lexers.append(PygmentsLexer(CommonLispLexer))
        except ImportError:
            _lexers.append(_PLAIN)
    return _lexers[0]


def _toolbar() -> Any:
    """Return what is shown below: the call that is being typed, and what it does."""
    try:
        app = get_app()
        lines = completion.summary(app.current_buffer.document.text_before_cursor)
        columns = app.output.get_size().columns
        return FormattedText([("", "\n".join(x if len(x) < columns else x[:columns - 4] + "..." for x in lines if x))])
    except Exception:  # the line must not keep anybody from typing
        return ""


def keys(terminal: Any) -> KeyBindings:
    """Return the key bindings: Enter, Tab, Ctrl-C, Ctrl-Z; prompt_toolkit has the others."""
    bindings = KeyBindings()

    @Condition
    def at_end() -> bool:
        buffer = get_app().current_buffer
        return not buffer.document.text_after_cursor.strip() or "\n" not in buffer.text

    @bindings.add("enter", filter=~has_selection)
    def _enter(event: Any) -> None:
        buffer = event.current_buffer
        if at_end() and is_complete(buffer.text):
            buffer.cursor_position = len(buffer.text)
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n" + " " * indentation(buffer.document.text_before_cursor))

    @bindings.add("escape", "enter")
    def _enter_anyway(event: Any) -> None:
        event.current_buffer.validate_and_handle()

    @bindings.add("tab")
    def _tab(event: Any) -> None:
        buffer = event.current_buffer
        before = buffer.document.text_before_cursor
        line = buffer.document.current_line_before_cursor
        if "\n" in before and not line.strip():
            buffer.delete_before_cursor(len(line))
            buffer.insert_text(" " * indentation(before[:len(before) - len(line)].rstrip("\n") + "\n"))
        else:
            from prompt_toolkit.key_binding.bindings.completion import display_completions_like_readline

            display_completions_like_readline(event)

    @bindings.add("c-c")
    def _interrupt(event: Any) -> None:
        event.app.exit(result=("cancel" if event.current_buffer.text else "break",), style="class:aborting")

    @bindings.add("c-z")
    def _suspend(event: Any) -> None:
        event.app.suspend_to_background()

    return bindings
