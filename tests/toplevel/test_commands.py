"""Commands of the top level, one by one."""

from __future__ import annotations

from pathlib import Path

from tests.toplevel.dialogue import talk


def wrong(table: list[tuple[str, list[str]]]) -> list[tuple[str, str, str]]:
    """Return what was typed, what was wanted and what came, where these do not agree."""
    answers = talk(*(typed for typed, _ in table))
    return [(typed, line, answer) for (typed, lines), answer in zip(table, answers, strict=True)
            for line in lines if line not in answer]


def test_commands(tmp_path: Path) -> None:
    """Each does what its help says."""
    source = tmp_path / "file.cl"
    source.write_text("(defun from-file () :from-file)\n")
    folder = f"{tmp_path}/"
    assert not wrong([
        (":help", ["COMMAND", ":continue", "cont", ":who-calls"]),
        (":he zoom", [":zoom &key count", "Show the stack around the current frame"]),
        (":help make-socket", ["Return a new socket"]),
        (":help :history", [":history &optional n &key reverse"]),
        ("(list :first)\n(list :second)\n:history 2", ["(LIST :FIRST)", "(LIST :SECOND)"]),
        ("(list (+ 1 40))\n:-1", ["(41)\n(LIST (+ 1 40))\n(41)"]),
        ("::(+ 1 40", ["(LIST (+ 1 40))\n(41)"]),
        (":1", ["COMMAND"]),  # the first input was :help
        (":777", ["There is no input number 777 in the history."]),
        ('(tpl:alias ("greet" 2) (who &optional (how "hello")) "Greet WHO." (format t "~a, ~a~%" how who))\n:gre you\n'
         ":greet you bye\n:help greet\n:alias\n(tpl:remove-alias :greet)\n:alias",
         ["hello, YOU", "BYE, YOU", ":greet who", "Greet WHO."]),
        ('(tpl:do-command "package" :cl)\n(tpl:do-command "package" "user")\n(tpl:do-command :zoom :count 3)',
         ["Evaluation stack:"]),
        (f":pushd {folder}\n:pwd\n:dirs\n:popd\n:cd {folder}", [folder]),
        (f":cd {folder}\n:ld file\n(from-file)\n:ld", [":FROM-FILE", "; Loading"]),
        (f":cload {source}\n:cload", ["Fast loading", "Fast loading"]),
        (":pa mp\n:pa\n:pa user", ["The MP package is current."]),
        (":ma (when 1 2)", ["(IF 1 2 NIL)"]),
        (":ma (list (when 1 2)) :walk t", ["(LIST (IF 1 2 NIL))"]),
        (":des (list 1)", ["(1) is a"]),
        ("(defun traced (x) x)\n:tr traced\n(traced 5)\n:untr traced\n(traced 6)",
         ["0[2]: (TRACED 5)", "0[2]: returned 5"]),
        (":boundp *print-base*", ["Its value is 10"]),
        (":eval\n:eval :context\n:eval :global", ["in the global environment", "with the variables"]),
        (":pri\n5\n\n\n\n\n\n\n\n\n\n*print-length*\n(setq *print-length* nil)", ["*PRINT-LENGTH* [NIL]? ", "5"]),
        (":pro\n:pro 2\n:pro initial", ["DP Seq Dis Sec   dSec Pri State    Process Name, Whostate, Arrest",
                                         "Initial Lisp Listener"]),
        ('(mp:process-run-function "idle" (lambda () (sleep 1000)))\n:arrest idle\n:pro idle\n:unarrest idle\n'
         ":kill idle",
         ["arrested idle", ":DEBUGGING"]),
        ('(let ((g (mp:make-gate nil))) (mp:process-run-function "look" (lambda () (mp:open-gate g) (sleep 1000)))'
         ' (mp:process-wait "started" (function mp:gate-open-p) g))\n:focus look\n:zoom\n:focus\n:kill\n:focus',
         ["[Current process focus: look]", "(LAMBDA)", "Focus is on look.", "Focus is on the listener"]),
        ('(mp:process-run-function "n" (lambda () (sleep 1000)))\n:focus n\n:kill n\n:focus',
         ["[Current process focus: n]"]),  # whole, it is part of the listener's
        (":opt", ["same code"]),
        ("(car 1)\n:up x\n:pop 1.5\n:reset", ["takes other arguments: :up &optional (n 1) &key zoom.",
                                             "takes other arguments: :pop &optional (n 1)."]),
        (":cont", ["There is no error to continue from."]),
        (":scont", ["Nothing is being stepped through."]),
        ("(setq tpl:*time-threshold* 0)\n(+ 1 1)\n(setq tpl:*time-threshold* nil)", ["; real time"]),
        ("(setq tpl:*eval* (lambda (form) (list :seen (eval form))))\n(+ 1 1)\n(setq tpl:*eval* nil)", ["(:SEEN 2)"]),
        ("(setq tpl:*print* (lambda (x) (format t \"=> ~a~%\" x)))\n(+ 1 1)\n(setq tpl:*print* nil)", ["=> 2"]),
        ("(setq tpl:*command-char* #\\!)\n!pwd\n(setq tpl:*command-char* nil)", ["/"]),
    ])


def test_modern_mode() -> None:
    """acl --modern: prompts, symbols and types of conditions in lower case."""
    [answer] = talk("(list 'Foo 'bar)\n(car 1)", options=("--modern",))
    assert answer.startswith("(Foo bar)\nError: Attempt to take the car of 1")
    assert "[condition type: type-error]" in answer


def test_exit_status() -> None:
    """:exit leaves with its status."""
    import subprocess

    from tests.toplevel.dialogue import ACL

    done = subprocess.run(ACL, input=":ex 3\n", text=True, capture_output=True, timeout=100, check=False)
    assert done.returncode == 3
