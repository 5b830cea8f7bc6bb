;;; format with constant control strings, most of which are compiled, and keyword arguments that come as positional ones

(defun f1 (a b) (format nil "~a and ~d" a b)) => f1
(list (f1 1 2) (f1 "x" 'foo) (f1 #\a nil) (f1 '(1 "a") 3.5)) => ("1 and 2" "x and FOO" "a and NIL" "(1 a) and 3.5")
(let ((*print-base* 2) (i 5)) (list (f1 5 5) (format nil "~a ~d" (+ i 0) (length "abcd")))) => ("101 and 5" "101 4")
(format nil "~5d|~8,'0d|~x|~4,'*o|~b" 42 42 255 8 5) => "   42|00000042|FF|**10|101"
(list (format nil "~5d" "ab") (format nil "~x" 1.5) (format nil "~5,'0d" -42)) => ("   ab" "1.5" "00-42")
(let ((n (length "abc"))) (substitute #\/ #\Newline (format nil "~4d|~4,'0d|~x~%~~" n n n))) => "   3|0003|3/~"
(format nil "~a: ~10a|~5@a|~5s" "name" "value" 'q "b") => "name: value     |    Q|\"b\"  "
(list (format nil "~,3f" 0.125d0) (format nil "~,2f" 0.125d0) (format nil "~,2f" 2.675d0) (format nil "~,1f" 0.25d0)) => ("0.125" "0.13" "2.67" "0.3")
(list (format nil "~,2f" 1.5) (format nil "~,2f" 3) (format nil "~,3f" -0.0001d0) (format nil "~,2f" 1d20)) => ("1.50" "3.00" "-0.000" "100000000000000000000.00")
(defun f2 (l) (format nil "<~{~a~^, ~}>" l)) => f2
(list (f2 '(1 "b" #\c)) (f2 nil) (f2 '((1) 2)) (format nil "~{[~s]~}" '("a" 1))) => ("<1, b, c>" "<>" "<(1), 2>" "[\"a\"][1]")
(defun f3 (n) (format nil "~d item~:p" n)) => f3
(list (f3 1) (f3 2) (f3 0)) => ("1 item" "2 items" "0 items")
(let ((i 0)) (format nil "~a ~a" (incf i) (incf i))) => "1 2"
(let ((x 1)) (format nil "~a ~a ~a" x (setq x 5) x)) => "1 5 5"
(substitute #\/ #\Newline (with-output-to-string (s) (format s "abc ~a" 1) (format s "~&x~a" 2))) => "abc 1/x2"
(let ((s (make-array 0 :element-type 'character :adjustable t :fill-pointer t))) (format s "a~ab" 1) s) => "a1b"
(format nil "~a" 1 2) => "1"
(format nil "~a") => :error error
(format nil "~q") => :error error
(length (format nil "~a" 123)) => 3

(defun area (&key (width 1) (height 1) (scale 1)) (list width height scale)) => area
(list (area) (area :width 2) (area :height 3 :width 2) (area :scale 5 :height 3 :width 2)) => ((1 1 1) (2 1 1) (2 3 1) (2 3 5))
(list (area :width 1 :width 9) (area :width 3 :allow-other-keys t :foo 5) (area :foo 5 :allow-other-keys t :width 7)) => ((1 1 1) (3 1 1) (7 1 1))
(area :width 3 :foo 1 :bar 2 :allow-other-keys t :height 8 :zip 7) => (3 8 1)
(area :foo 1) => :error program-error
(area :width) => :error program-error
(area :width 1 :height) => :error program-error
(area 1 2) => :error program-error
(area :width 1 :allow-other-keys nil :foo 2) => :error program-error
(defun g (x &optional (y 2) &key (a x ap) b) (list x y a ap b)) => g
(list (g 1) (g 1 3) (g 1 3 :a 5) (g 1 3 :b 7 :a nil)) => ((1 2 1 nil nil) (1 3 1 nil nil) (1 3 5 t nil) (1 3 nil t 7))
(g) => :error program-error
(flet ((z (&key q) q)) (list (z) (z :q 1))) => (nil 1)

;; Handlers that leave, restarts that are looked at or not, speed and debug
(define-condition odd-number (error) ((value :initarg :value :reader odd-value))) => odd-number
(defun checked (n) (declare (optimize speed)) (if (oddp n) (error 'odd-number :value n) n)) => checked
(list (handler-case (checked 3) (odd-number (c) (odd-value c))) (handler-case (checked 4) (odd-number () :odd))) => (3 4)
(values (block nil (handler-bind ((odd-number (lambda (c) (return (values (odd-value c) 2))))) (checked 5)))) => 5
(multiple-value-list (block nil (handler-bind ((odd-number (lambda (c) (return (values (odd-value c) 2))))) (checked 5)))) => (5 2)
(handler-bind ((odd-number (lambda (c) (invoke-restart 'use (odd-value c) 1)))) (restart-case (checked 7) (use (a b) (list a b)))) => (7 1)
(handler-bind ((odd-number (lambda (c) (invoke-restart 'use (odd-value c))))) (restart-case (checked 7) (use (a b) (list a b)))) => :error program-error
(handler-bind ((error (lambda (c) (let ((r (find-restart 'use c))) (when r (invoke-restart r 1))))))
  (restart-case (checked 7) (use (a &optional (b 2)) (list a b)))) => (1 2)
(restart-case (list (eq (find-restart 'one) (find-restart 'one)) (restart-name (first (compute-restarts)))) (one ()) (two ())) => (t one)
(handler-case (handler-case (error "x") (no-such-type () 1)) (error () 2)) => 2
(let ((f (block nil (lambda () (return 1))))) (funcall f)) => :error control-error
(let ((n 0)) (handler-bind ((error (lambda (c) (declare (ignore c)) (incf n)))) (ignore-errors (error "x"))) n) => 0
(let ((n 0)) (ignore-errors (handler-bind ((error (lambda (c) (declare (ignore c)) (incf n)))) (error "x"))) n) => 1

;; &rest parameters that are kept as they come
(defun parts (&rest r) (list (length r) (car r) (second r) (third r) (null r) (consp r) (if r 1 2))) => parts
(list (parts) (parts nil) (parts 1 2 3)) => ((0 nil nil nil t nil 2) (1 nil nil nil nil t 1) (3 1 2 3 nil t 1))
(defun passing (f &rest r) (apply f 1 r)) => passing
(list (passing #'list) (passing 'list 2 3) (multiple-value-list (passing #'values 2))) => ((1) (1 2 3) (1 2))
(defun summing (&rest r) (let ((s 0)) (dolist (x r s) (incf s x)))) => summing
(list (summing) (summing 1 2 3)) => (0 6)
(summing 1 'a) => :error type-error
(defun closing (&rest r) (lambda () (apply #'+ r))) => closing
(funcall (closing 1 2 3)) => 6
(defun seen-twice (&rest r) (let ((a r)) (dolist (x r) (setf (car a) x)) (eq a r))) => seen-twice
(seen-twice 1 2) => t
(defun changed (&rest r) (let ((a r)) (setf (car a) 'new) (apply #'list r))) => changed
(changed 1 2) => (new 2)
(defun fresh (&rest r) r) => fresh
(let ((l (list 1 2))) (eq (apply #'fresh l) l)) => nil
(defun each-turn (&rest r) (let ((l nil)) (dotimes (i 2) (push r l)) (eq (first l) (second l)))) => each-turn
(each-turn 1) => t
(defun shifted (&rest r) (setq r (cdr r)) (list r (length r))) => shifted
(shifted 1 2) => ((2) 1)
(defun dynamic (&rest r) (declare (special r)) (symbol-value 'r)) => dynamic
(dynamic 1 2) => (1 2)
(defun default (a &optional (b 2) &rest r) (list* a b r)) => default
(list (default 1) (default 1 3 4)) => ((1 2) (1 3 4))
(list (apply #'+ 1 (list 2 3)) (apply 'list (list 1)) (apply #'list nil) (multiple-value-list (apply #'floor 7 (list 2)))) => (6 (1) nil (3 1))
(apply #'no-such-function (list 1)) => :error undefined-function
(handler-case (dolist (x '(1 . 2)) x) (type-error (c) (list (type-error-datum c) (type-error-expected-type c)))) => (2 list)
(let ((l (list 1 2 3)) (seen nil)) (dolist (x l (nreverse seen)) (when (= x 1) (setf (cddr l) nil)) (push x seen))) => (1 2)
(let ((fs nil)) (dolist (x '(1 2)) (push (lambda () (incf x)) fs)) (list (funcall (car fs)) (funcall (car fs)) (funcall (cadr fs)))) => (3 4 2)
(loop for (k . v) in '((a . 1) (b . 2)) for i from 0 collect (list i k v)) => ((0 a 1) (1 b 2))
(loop for x in '(1 2 3) do (incf x) collect x) => (2 3 4)
(loop for x in '(1 2 3) finally (return x)) => 3

;; Comparisons of more than two, squares, extremes, constants that are looked for
(defun between (a b c) (if (< a b c) :yes :no)) => between
(list (between 1 2 3) (between 3 2 1) (between 1 3 2) (between 1 3/2 2.0)) => (:yes :no :no :yes)
(between 3 2 'a) => :error type-error
(let ((l nil)) (list (<= (progn (push 1 l) 5) (progn (push 2 l) 3) (progn (push 3 l) 9)) l)) => (nil (3 2 1))
(defun squared (x) (expt x 2)) => squared
(list (squared 3) (squared 1/2) (squared 1.5d0) (squared 1.5) (squared #c(1 1)) (squared -2)) => (9 1/4 2.25d0 2.25 #c(0 2) 4)
(squared 'a) => :error type-error
(squared 1d200) => :error floating-point-overflow
(defun greatest (a b c) (list (max a b c) (min a b c))) => greatest
(list (greatest 1 2 3) (greatest 3 2 1) (greatest 2 1.0 1)) => ((3 1) (3 1) (2 1.0))
(greatest 1 2 nil) => :error type-error
(defun vowelp (c) (if (member c '(#\a #\e nil x)) t nil)) => vowelp
(mapcar #'vowelp '(#\a #\b nil x y 1)) => (t nil t t nil nil)
(member 'b '(a b c)) => (b c)
(defun kind-of-char (c) (cond ((char= c #\a) 1) ((or (char= c #\b) (alpha-char-p c)) 2) ((digit-char-p c) 3) (t 4))) => kind-of-char
(mapcar #'kind-of-char '(#\a #\b #\c #\1 #\-)) => (1 2 2 3 4)
(kind-of-char 1) => :error type-error
(list (ash 5 -1) (let ((x 40)) (list (ash x -2) (ash x 2) (mod x 7) (floor x 7)))) => (2 (10 160 5 5))
(destructuring-bind (a . b) '(1 2 3) (list a b)) => (1 (2 3))
(destructuring-bind (a b) '(1 2) (list a b)) => (1 2)
(list (destructuring-bind (&rest r) '(1) r) (destructuring-bind (a (b c) &rest d) '(1 (2 3) 4) (list a b c d))) => ((1) (1 2 3 (4)))
(destructuring-bind (a b) '(1) (list a b)) => :error program-error
(destructuring-bind (a b) '(1 2 3) (list a b)) => :error program-error
(destructuring-bind (a b) '(1 2 . 3) (list a b)) => :error program-error
(destructuring-bind (a . b) nil (list a b)) => :error program-error
(list (parse-integer "12" :start 1) (multiple-value-list (parse-integer "12x" :junk-allowed t))) => (2 (12 2))

;; Parts of strings, and what is looked for in them
(defun part (s a &optional b) (if b (subseq s a b) (subseq s a))) => part
(list (part "abcd" 1) (part "abcd" 1 3) (part "abcd" 4) (part "abcd" 2 2) (part '(1 2 3) 1) (part #(1 2 3) 0 2)) => ("bcd" "bc" "" "" (2 3) #(1 2))
(let ((s (copy-seq "abc"))) (setf (char s 0) #\x) (list (part s 0 2) s)) => ("xb" "xbc")
(part "abc" 4) => :error type-error
(part "abc" 2 1) => :error error
(part "abc" -1) => :error type-error
(part "abc" 0 4) => :error error
(dotimes (i 5) (subseq "abc" i)) => :error type-error
(list (count #\a "banana") (count #\a "banana" :start 2) (find #\n "banana") (find #\x "banana") (find #\b "banana" :start 1)) => (3 2 #\n nil nil)
(list (string< "abc" "abd") (string< "abc" "abc") (string< "ab" "abc") (string> "abcdefghijk" "abcdefghija") (string/= "abcdefghij" "abcdefghij")) => (2 nil 2 10 nil)
(list (string<= "abcdefghij" "abcdefghij") (string-lessp "ABC" "abd") (string< 'a "B") (string< "xab" "ac" :start1 1)) => (10 2 0 2)
