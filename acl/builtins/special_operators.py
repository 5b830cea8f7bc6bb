"""What `describe`, `documentation` and the manual tell of the special operators; the compiler knows what they do."""

from __future__ import annotations

from acl.builtins.declare import DECLARATIONS, Declaration
from acl.types.symbol import cl, function_key

_OPERATORS = {
    "block name &body forms": "Evaluate FORMS in order; `return-from` NAME leaves them, with values of its own.",
    "catch tag &body forms": "Evaluate FORMS; `throw` to the object TAG, from wherever they have called, leaves them.",
    "eval-when situations &body forms":
        "Evaluate FORMS in those SITUATIONS only: :compile-toplevel, :load-toplevel, :execute.",
    "flet functions &body forms":
        "Evaluate FORMS with local FUNCTIONS, each (name lambda-list . body); their bodies do not see one another.",
    "function name": "Return the function called NAME, or the closure that a lambda expression makes: #'NAME.",
    "go tag": "Go on behind TAG in the surrounding `tagbody`.",
    "if test then &optional else": "Evaluate THEN if TEST gives true, ELSE if it gives NIL; return its values.",
    "labels functions &body forms":
        "Evaluate FORMS with local FUNCTIONS, each (name lambda-list . body), that may call one another.",
    "let bindings &body forms":
        "Evaluate FORMS with new variables; BINDINGS are (variable value), the values evaluated before any is bound.",
    "let* bindings &body forms":
        "Evaluate FORMS with new variables; BINDINGS are (variable value), each of which sees those before it.",
    "load-time-value form &optional read-only-p":
        "Return the value of FORM, evaluated once, when the code is loaded, outside of all bindings.",
    "locally &body forms": "Evaluate FORMS under the declarations that they begin with.",
    "macrolet macros &body forms": "Evaluate FORMS with local MACROS, each (name lambda-list . body).",
    "multiple-value-call function &rest forms": "Call FUNCTION with all values of all FORMS as its arguments.",
    "multiple-value-prog1 form &rest forms": "Evaluate FORM, then FORMS; return all values of FORM.",
    "progn &rest forms": "Evaluate FORMS in order; return the values of the last one.",
    "progv symbols values &body forms":
        "Evaluate FORMS with the special variables of the list SYMBOLS bound to VALUES, both computed.",
    "quote object": "Return OBJECT as it stands, unevaluated: 'OBJECT.",
    "return-from name &optional value": "Leave the surrounding `block` NAME, which returns the values of VALUE.",
    "setq &rest variables-and-values": "Set variables: pairs of a name and a form; return the last value.",
    "symbol-macrolet macros &body forms": "Evaluate FORMS with names that stand for forms; MACROS are (name form).",
    "tagbody &rest tags-and-forms": "Evaluate the forms in order; symbols and integers among them are tags for `go`.",
    "the type form": "Return the values of FORM, which is declared to give values of TYPE.",
    "throw tag values": "Leave the newest `catch` of the object TAG that is going on; it returns VALUES.",
    "unwind-protect form &body cleanup":
        "Evaluate FORM, then in any case CLEANUP, also if FORM is left by an error or a `throw`.",
}
for _form, _doc in _OPERATORS.items():
    _name, _lambda_list = _form.split(" ", 1)
    DECLARATIONS[function_key(cl(_name.upper()))] = Declaration(cl(_name.upper()), "special", _lambda_list, _doc, None)
