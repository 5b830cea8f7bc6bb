(defun lines (s) (substitute #\| #\Newline s))
; Directives of FORMAT.
(format nil "plain") => "plain"
(format nil "~a ~s" "x" "x") => "x \"x\""
(format nil "~a~:a" nil nil) => "NIL()"
(format nil "~5a|~5@a|~5,2,1,'*a" 'ab 'ab 'ab) => "AB   |   AB|AB***"
(format nil "~d ~5d ~:d ~@d ~5,'0d" 1 2 1234567 3 -42) => "1     2 1,234,567 +3 00-42"
(format nil "~b ~o ~x ~36r ~3,8,'0r" 10 10 255 35 7) => "1010 12 FF Z 00000021"
(format nil "~r ~:r ~@r ~:@r" 21 21 14 14) => "twenty-one twenty-first XIV XIIII"
(format nil "~r" -1000001) => "minus one million one"
(format nil "~d dog~:p, ~d dog~:p, ~d pupp~:@p" 1 2 2) => "1 dog, 2 dogs, 2 puppies"
(format nil "~c ~:c ~@c" #\a #\Space #\b) => "a Space #\\b"
(format nil "~5,2f|~,3f|~f|~8f|~@f" 3.14159 2.0 1.5 0.1 1.0) => " 3.14|2.000|1.5|     0.1|+1.0"
(format nil "~,1f ~,1f ~,1f ~,0f" 0.25 0.35 0.95 2.5) => "0.3 0.3 0.9 3."
(format nil "~3,1,,'*f" 1234.5) => "***"
(format nil "~e ~,2e ~10,2,2e ~,3,,0e" 123.456 9.999 0.5 1.0) => "1.23456e+2 1.00e+1   5.00e-01 0.100e+1"
(format nil "~e" 1.0d0) => "1.0d+0"
(format nil "~g|~10,3g|~,,3g" 1.0 123.456 1.0) => "1.    |  123.    |1.     "
(format nil "~$ ~2,5$ ~2,3,10$ ~@$" 3.14159 2 1.5 1) => "3.14 00002.00     001.50 +1.00"
(lines (format nil "a~%b~2%c~&d~&e")) => "a|b||c|d|e"
(format nil "~~ ~3~") => "~ ~~~"
(format nil "ab~8tcd~12,4te~2@tf") => "ab      cd  e  f"
(format nil "~a~*~a~:*~a~0@*~a" 1 2 3) => "1331"
(format nil "~?~a" "<~a ~a>" '(1 2) 3) => "<1 2>3"
(format nil "~@?~a" "<~a ~a>" 1 2 3) => "<1 2>3"
(format nil "~(ABC Def~) ~:(the quick-fox~) ~@(the END~) ~:@(abc~)") => "abc def The Quick-Fox The end ABC"
(format nil "~[zero~;one~:;many~] ~[a~;b~]" 5 1) => "many b"
(format nil "~:[no~;yes~] ~@[got ~a~]~@[none ~a~]" t 1 nil) => "yes got 1"
(format nil "~#[none~;one ~a~:;several~]" 1) => "one 1"
(format nil "~{~a~^, ~}" '(1 2 3)) => "1, 2, 3"
(format nil "~2{~a ~}|~:{<~a ~a>~}|~@{~a~}" '(1 2 3) '((1 2) (3 4)) 5 6) => "1 2 |<1 2><3 4>|56"
(format nil "~:@{<~a>~}" '(1) '(2)) => "<1><2>"
(format nil "~{~}" "~a;" '(1 2)) => "1;2;"
(format nil "~{x~:}" nil) => "x"
(format nil (concatenate (quote string) "~{~" (string #\Newline) "~}~a") nil 3) => "3"
(format nil "~:{~a~:^, ~}" '((1) (2) (3))) => "1, 2, 3"
(format nil "~a~^~a" 1) => "1"
(format nil "~{~a~1,1^~a~}" '(1 2)) => "1"
(format nil "~10<left~;right~>|~10:<x~>|~10@<x~>|~10:@<x~>") => "left right|         x|x         |    x     "
(format nil "~10,,3<~a~>|~2,,3<~a~>|~,,3<a~;b~>" 'abcdefgh 'xyz) => "  ABCDEFGH|XYZ|a   b"
(list (format nil "~-1000000000000000000d" 1234) (format nil "~-5a" 'x) (length (format nil "~20000d" 1))) => ("1234" "X" 20000)
(format nil "~5d" 'a) => "    A"
(lines (format nil "a~
             b~:
 c~@
  d"))
=> "ab c|d"
(defun cl-user::shout (stream x colon at &rest params) (format stream "<~a ~a ~a ~a>" x colon at params))
(format nil "~/shout/ ~1,2:@/shout/" 1 2) => "<1 NIL NIL NIL> <2 T T (1 2)>"
(format nil "~vd~v,va" 4 1 5 2 'a) => "   1A    "
(funcall (formatter "~a-~a") nil 1 2 3) => (3)
(format nil (formatter "~a-~a") 1 2) => "1-2"
(with-output-to-string (s) (format s "~a" 'foo)) => "FOO"
(let ((s (make-array 3 :element-type 'character :fill-pointer 0 :adjustable t))) (format s "ab~a" 'cde) s) => "abCDE"
(format nil "~a") => :error error
(format nil "~z" 1) => :error excl::format-error
(format nil "~{~a" '(1)) => :error excl::format-error
(format nil "~r" 'a) => :error type-error
(format nil "~{~a~}" 5) => :error type-error
(format nil "~<a~:;b~>~w" 1) => :error error
; Logical blocks
(lines (let ((*print-right-margin* 20)) (format nil "~<~w ~_~w ~_~w~:>" '(aaaaaaaa bbbbbbbb cccccccc)))) => "AAAAAAAA|BBBBBBBB|CCCCCCCC"
(lines (let ((*print-right-margin* 12) (*print-miser-width* nil)) (format nil "~:<~@{~w~^ ~:_~}~:>" '(aaa bbb ccc ddd)))) => "(AAA BBB| CCC DDD)"
(lines (let ((*print-right-margin* 20) (*print-miser-width* nil)) (format nil "~@<;; ~@;~@{~a~^ ~:_~}~:>" 'alpha 'beta 'gamma 'delta))) => ";; ALPHA BETA GAMMA|;; DELTA"
(lines (let ((*print-right-margin* 15) (*print-miser-width* nil)) (format nil "~<(~;~w ~1i~_~w~;)~:>" '(function argument1)))) => "(FUNCTION|  ARGUMENT1)"

; a width without room for a zero behind the point: the conformance suite wants it behind a single digit
(list (format nil "~2f ~1f ~3f ~2f" 1.5 1.0 -1.5 0.0)) => ("2.0 1.0 -2.0 .0")
