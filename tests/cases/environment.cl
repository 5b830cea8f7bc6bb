(stringp (documentation (quote car) (quote function))) => t
(defun documented (x) "Doc of it." x)
(documentation 'documented 'function) => "Doc of it."
(documentation #'documented t) => "Doc of it."
(setf (documentation 'documented 'function) "new") => "new"
(documentation 'documented 'function) => "new"
(stringp (documentation '*print-base* 'variable)) => t
(documentation 'no-such-thing 'function) => nil
(let ((f (lambda (x) x))) (setf (documentation f t) "f") (documentation f t)) => "f"
(documentation 'car 'variable) => nil
(length (with-output-to-string (*standard-output*) (describe 1))) => 11
(not (null (member 'car (apropos-list "CAR" :cl)))) => t
(encode-universal-time 0 0 0 1 1 1900 0) => 0
(encode-universal-time 1 2 3 4 5 2026 0) => 3986852521
(multiple-value-list (decode-universal-time 0 0)) => (0 0 0 1 1 1900 0 nil 0)
(multiple-value-list (decode-universal-time 3986852521 0)) => (1 2 3 4 5 2026 0 nil 0)
(multiple-value-list (decode-universal-time 3986852521 -1)) => (1 2 4 4 5 2026 0 nil -1)
(let ((u (get-universal-time))) (multiple-value-bind (s m h d mo y) (decode-universal-time u) (= u (encode-universal-time s m h d mo y)))) => t
(integerp (get-internal-real-time)) => t
(multiple-value-list (let ((*trace-output* (make-broadcast-stream))) (time (values 1 2)))) => (1 2)
(stringp (lisp-implementation-type)) => t
(multiple-value-list (function-lambda-expression #'car)) => (nil t car)
(defun fact (n) (if (< n 2) 1 (* n (fact (- n 1)))))
(declaim (notinline fact))
(trace fact) => (fact)
(trace) => (fact)
(let ((s (make-string-input-stream (with-output-to-string (*trace-output*) (fact 1))))) (list (read-line s) (read-line s) (read-line s nil))) => (" 0[2]: (FACT 1)" " 0[2]: returned 1" nil)
(untrace) => (fact)
(trace) => nil
(with-output-to-string (*trace-output*) (fact 1)) => ""
(progn (with-output-to-string (*standard-output*) (disassemble 'fact)) nil) => nil
(progn (with-output-to-string (*standard-output*) (room) (inspect '(1 2))) nil) => nil
