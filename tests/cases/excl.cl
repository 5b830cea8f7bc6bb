;;; Utilities of EXCL.

;; Regular expressions.
(match-re "\\s+(\\S+)\\s+" "  foo the bar  ") => t "  foo " "foo"
(match-re "^[A-E]" "Boo") => t "B"
(match-re "^[A-E]" "boo") => nil
(match-re "^[A-E]" "boo" :case-fold t) => t "b"
(match-re "i.*?s" "mississippi") => t "is"
(match-re "i.*s" "mississippi" :return :index) => t (1 . 7)
(match-re "i" "mississippi" :return nil) => t
(match-re "i(x)?" "mississippi" :start 2) => t "i" nil
(match-re "b$" (format nil "ab~%c")) => nil
(match-re "b$" (format nil "ab~%c") :multiple-lines t) => t "b"
(match-re "(" "x") => :error parse-error
(re-submatch (match-re "(?<year>\\d+)-(\\d+)" "in 2026-11" :return :match) nil nil "year") => "2026"
(let ((re (compile-re "a+" :return :index))) (multiple-value-list (match-re re "baab"))) => (t (1 . 3))
(split-re "," "a,b,,c,,") => ("a" "b" "" "c")
(split-re "," "a,b,c" :limit 2) => ("a" "b,c")
(split-re "(,)" "a,b") => ("a" "," "b")
(split-re "" "abc") => ("a" "b" "c")
(split-re "\\s+" "the quick fox") => ("the" "quick" "fox")
(replace-re "abc abc bc" "^abc\\s+" "_") => "_abc bc"
(replace-re "abc" "(b)" "<\\1\\&\\\\>") => "a<bb\\>c"
(replace-re "aaa" "a" "b" :count 2) => "bba"
(replace-re "a1b22" "\\d+" (lambda (m s) (declare (ignore s)) (format nil "<~a>" (re-submatch m)))) => "a<1>b<22>"
(quote-re "a.b") => "a\\.b"
(re-let "([^ ]+) ([^ ]+) ([^ ]+)" "foo the bar" ((foo 1) (bar 2) (baz 3)) (list foo bar baz)) => ("foo" "the" "bar")
(re-let "x" "foo" () 1) => nil
(funcall (re-lambda "(\\d+)" ((n 1) (rest 1 :after)) (list n rest)) "ab12cd") => ("12" "cd")
(re-case "foo the barmy" ("foo a (.*)" ((it 1)) (list it)) ("foo the (.*)" ((it 1)) (list it)) (t :no-match)) => ("barmy")
(re-case "foo xx" ("foo a (.*)" ((it 1)) (list it)) (t :no-match)) => :no-match
(re-case "17" (:testlet (lambda (s) (parse-integer s :junk-allowed t)) n (1+ n))) => 18
(funcall (re-lambda "(?<FOO>[a-z]+)(?<BAR>\\d+)" (foo bar) (list foo bar)) "   acl70beta ") => ("acl" "70")
