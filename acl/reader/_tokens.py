"""Generated from grammar/tokens.lark by `python -m acl.reader.build`.  Do not edit."""

GRAMMAR_HASH = "985e3fcb08e0bc9c"

TOKEN = (
    '(?P<INTEGER>(?:(?:\\+|\\-))?(?:[0-9])+(?:\\.)?)|(?P<RATIO>(?:(?:\\+|\\-))?(?:[0-9])+/(?:[0-9])+)|(?P<FLOA'
    'T>(?:(?:(?:\\+|\\-))?(?:[0-9])+(?:\\.(?:[0-9])*)?[esfdlESFDL](?:(?:\\+|\\-))?(?:[0-9])+|(?:(?:\\+|\\-))?(?:'
    '[0-9])*\\.(?:[0-9])+(?:[esfdlESFDL](?:(?:\\+|\\-))?(?:[0-9])+)?))|(?P<DOTS>(?:\\.)+)|(?P<KEYWORD>:(?::)?'
    '[^:]+)|(?P<EXTERNAL>[^:]+:[^:]+)|(?P<INTERNAL>[^:]+::[^:]+)|(?P<NAME>[^:]+)'
)
"""Matches a whole token in base 10; `lastgroup` is its kind."""

POTENTIAL_NUMBER = (
    '(?=[^0-9]*[0-9])[-+0-9._^](?:[-+0-9._^\\/]|[A-Za-z](?![A-Za-z]))*(?<![-+])'
)
