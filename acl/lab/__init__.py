"""`acl lab HOST...`: several hosts side by side in one terminal, each a Lisp of its own, for lessons on sockets."""

from __future__ import annotations

import sys

USAGE = """\
usage: acl lab [options] HOST...      hosts side by side, each a Lisp with an address and a name of its own
       acl lab [options] --lesson PAGE

options:
  --lesson PAGE    step through the sessions of PAGE (a text or HTML page that `acl doc` can run), form by form
  --example N      begin with example N of the page
  --save FILE      save the session in FILE when the lab is left; `acl doc FILE` replays it
"""


def main(args: list[str]) -> int:
    """Run the lab; return 0, or 2 for a wrong command line."""
    options = {"--lesson": "", "--example": "1", "--save": ""}
    names: list[str] = []
    rest = list(args)
    while rest:
        word = rest.pop(0)
        if word in options and rest:
            options[word] = rest.pop(0)
        elif word in ("-h", "--help"):
            print(USAGE, end="")
            return 0
        elif word.startswith("-") or not word.replace("-", "a").isalnum() or word in names:
            sys.stderr.write(f"acl lab: {word!r} is no option and no name of a host\n{USAGE}")
            return 2
        else:
            names.append(word)
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        sys.stderr.write("acl lab: needs a terminal\n")
        return 2
    try:
        import prompt_toolkit  # noqa: F401
    except ImportError:
        sys.stderr.write("acl lab: needs prompt_toolkit (pip install 'acl[repl]')\n")
        return 2
    import acl.boot

    acl.boot.boot()
    from acl.lab.lesson import Lesson, LessonError
    from acl.lab.session import Lab

    try:
        lesson = Lesson.read(options["--lesson"], int(options["--example"])) if options["--lesson"] else None
    except (LessonError, ValueError) as fault:
        sys.stderr.write(f"acl lab: {fault}\n")
        return 2
    names = names or (lesson.hosts if lesson is not None else [])
    if not names:
        sys.stderr.write(USAGE)
        return 2
    from acl.lab.screen import Screen

    lab = Lab(names, lesson.modern if lesson is not None else False)
    try:
        Screen(lab, lesson).run()
    finally:
        lab.close()
    if options["--save"]:
        lab.save(options["--save"])
    return 0
