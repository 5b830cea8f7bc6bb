;;; Handlers
(handler-case (error "x ~a" 1) (error (c) (princ-to-string c))) => "x 1"
(handler-case (car 1) (type-error (c) (list (type-error-datum c) (type-error-expected-type c)))) => (1 list)
(handler-case (car 1) (type-error (c) (princ-to-string c))) => "Attempt to take the car of 1 which is not listp."
(handler-case (+ 1 nil) (type-error (c) (list (type-error-datum c) (type-error-expected-type c)))) => (nil number)
(handler-case (+ 1 nil) (type-error (c) (princ-to-string c))) => "`NIL' is not of the expected type `NUMBER'"
(handler-case (< 'a 1) (type-error (c) (type-error-datum c))) => a
(handler-case (/ 1 0) (division-by-zero (c) (princ-to-string c))) => "Attempt to divide 1 by zero."
(handler-case (funcall 3) (type-error (c) (type-error-datum c))) => 3
(handler-case (no-such-function 1) (undefined-function (c) (list (cell-error-name c) (princ-to-string c)))) => (no-such-function "attempt to call `NO-SUCH-FUNCTION' which is an undefined function.")
(handler-case no-such-variable (unbound-variable (c) (princ-to-string c))) => "Attempt to take the value of the unbound variable `NO-SUCH-VARIABLE'."
(defun two (a b) (list a b))
(handler-case (two 1) (program-error (c) (princ-to-string c))) => "TWO got 1 arg, wanted 2 args."
(handler-case (two 1 2 3) (program-error (c) (princ-to-string c))) => "TWO got 3 args, wanted 2 args."
(defun opt (a &optional b) (list a b))
(handler-case (opt) (program-error (c) (princ-to-string c))) => "OPT got 0 args, wanted at least 1 arg."
(handler-case (opt 1 2 3) (program-error (c) (princ-to-string c))) => "OPT got 3 args, wanted at most 2 args."
(handler-case (apply 'two '(1)) (program-error (c) (princ-to-string c))) => "TWO got 1 arg, wanted 2 args."
(handler-case (car) (program-error () :bad)) => :bad
(handler-case (signal 'simple-condition) (error () 1) (condition () 2)) => 2
(handler-case 5 (:no-error (x) (list x))) => (5)
(handler-case (values 1 2) (error () :e) (:no-error (a b) (list b a))) => (2 1)
(handler-case (error "a") (error () :e) (:no-error (a) a)) => :e
(let ((log '())) (handler-case (handler-bind ((error (lambda (c) (declare (ignore c)) (push 1 log)))) (error "x")) (error () (push 2 log))) (nreverse log)) => (1 2)
(multiple-value-bind (a b) (ignore-errors (error "x")) (list a (typep b 'simple-error))) => (nil t)
(ignore-errors (values 1 2)) => 1 2
(handler-bind ((error (lambda (c) (declare (ignore c)) nil))) (signal "x")) => nil
(error 'no-such-condition) => :error type-error
(error 5) => :error type-error
;;; Handlers run with those outside of their cluster
(let ((n 0)) (handler-case (handler-bind ((error (lambda (c) (incf n) (error c)))) (error "x")) (error () n))) => 1
;;; Restarts
(restart-case (invoke-restart 'foo 3) (foo (x) (* x 2))) => 6
(restart-case (+ 1 2) (foo () 0)) => 3
(handler-bind ((error (lambda (c) (declare (ignore c)) (invoke-restart 'use-value 7)))) (restart-case (error "x") (use-value (v) v))) => 7
(with-simple-restart (foo "Do ~a" 1) (invoke-restart 'foo)) => nil t
(with-simple-restart (foo "Do ~a" 1) 1) => 1
(restart-case (princ-to-string (find-restart 'foo)) (foo () :report "Do foo." 1)) => "Do foo."
(restart-case (princ-to-string (find-restart 'foo)) (foo () :report (lambda (s) (princ "hi" s)) 1)) => "hi"
(restart-bind ((foo (lambda (x) (values x 2)))) (invoke-restart 'foo 1)) => 1 2
(restart-case (restart-name (first (compute-restarts))) (foo () 1)) => foo
(invoke-restart 'nothing-here) => :error control-error
(abort) => :error control-error
(continue) => nil
(use-value 1) => nil
(handler-bind ((error #'continue)) (cerror "go on" "x") 3) => 3
(handler-bind ((warning #'muffle-warning)) (warn "x")) => nil
(warn 'error) => :error type-error
(handler-bind ((undefined-function (lambda (c) (declare (ignore c)) (invoke-restart 'use-value #'list)))) (no-such-function 1 2)) => (1 2)
(handler-bind ((undefined-function (lambda (c) (declare (ignore c)) (invoke-restart 'return-value 9)))) (no-such-function 1 2)) => 9
(handler-bind ((unbound-variable (lambda (c) (declare (ignore c)) (use-value 4)))) (+ 1 no-such-variable)) => 5
(let ((c1 (make-condition 'error)) (c2 (make-condition 'error))) (restart-case (with-condition-restarts c1 (list (find-restart 'foo)) (list (not (find-restart 'foo c1)) (not (find-restart 'foo c2)))) (foo () 1))) => (nil t)
(let (r) (handler-bind ((error (lambda (c) (setq r (mapcar #'restart-name (compute-restarts c))) (invoke-restart 'a)))) (restart-case (error "x") (a () (not (null (member 'a r))))))) => t
;;; Checks
(let ((x 1)) (check-type x integer)) => nil
(let ((x 1)) (check-type x string)) => :error type-error
(let ((x 1)) (handler-bind ((type-error (lambda (c) (declare (ignore c)) (store-value "s")))) (check-type x string) x)) => "s"
(assert t) => nil
(assert nil) => :error error
(assert (= 1 2) () 'type-error :datum 1 :expected-type 'symbol) => :error type-error
(let ((x nil)) (handler-bind ((error (lambda (c) (setq x 17) (continue c)))) (assert x) x)) => 17
(handler-case (assert (eql 1 2)) (error (c) (princ-to-string c))) => "the assertion (EQL 1 2) failed."
(ecase 3 (1 2)) => :error type-error
(let ((x 3)) (handler-bind ((type-error (lambda (c) (declare (ignore c)) (store-value 1)))) (ccase x (1 (list x))))) => (1)
;;; Definition
(define-condition my-error (error) ((a :initarg :a :reader my-a :initform 5) (b :initarg :b :accessor my-b)) (:report (lambda (c s) (format s "my ~a" (my-a c))))) => my-error
(handler-case (error 'my-error :b 2) (my-error (c) (list (my-a c) (my-b c) (princ-to-string c)))) => (5 2 "my 5")
(let ((c (make-condition 'my-error :a 1))) (setf (my-b c) 3) (my-b c)) => 3
(define-condition my-child (my-error) () (:default-initargs :a 9) (:report "text")) => my-child
(let ((c (make-condition 'my-child))) (list (my-a c) (princ-to-string c))) => (9 "text")
(make-condition 'my-error :z 1) => :error program-error
(typep (make-condition 'my-child) 'my-error) => t
(define-condition my-simple (simple-error) ()) => my-simple
(handler-case (error 'my-simple :format-control "a ~a" :format-arguments '(b)) (error (c) (princ-to-string c))) => "a B"
(simple-condition-format-arguments (make-condition 'simple-error :format-control "x" :format-arguments '(1))) => (1)
;;; The debugger
(let ((*debugger-hook* (lambda (c h) (declare (ignore h)) (throw 'out (princ-to-string c))))) (catch 'out (error "deep"))) => "deep"
;;; Stack overflow leaves Lisp alive
(defun forever (n) (+ 1 (forever (+ n 1))))
(handler-case (forever 0) (storage-condition (c) (princ-to-string c))) => "Stack overflow (signal 1000)"
(handler-case (open "/no/such/file") (file-error (c) (pathnamep (file-error-pathname c)))) => t
;;; excl:errorset
(errorset (values 1 2)) => t 1 2
(errorset (error "x")) => nil
(restart-case (symbol-macrolet ((boo (error "x"))) (handler-bind ((error (lambda (c) (invoke-restart (find-restart 'foo c))))) (restart-case boo (foo () :good)))) (foo () :bad)) => :good
(defun deep (n) (handler-bind ((warning (lambda (c) (declare (ignore c)) nil))) (+ 1 (deep (+ n 1)))))
(handler-case (deep 0) (storage-condition () :overflow)) => :overflow
(let ((*x* 1)) (declare (special *x*)) (labels ((f (n) (let ((*x* n)) (declare (special *x*)) (+ 1 (f (+ n 1)))))) (handler-case (f 0) (storage-condition () *x*)))) => 1
(handler-case (slot-value (make-condition 'type-error :datum 3) 'excl::datum) (error () :e)) => 3

;; Of several initargs of a slot the first counts.
(define-condition two-initargs (error) ((s :initarg :a :initarg :b :initform 0 :reader two-s)))
(two-s (make-condition 'two-initargs :a 1 :b 2)) => 1
(two-s (make-condition 'two-initargs :b 2 :a 1)) => 2

;; A clause with an unknown type signals to the handlers outside of its own.
(handler-case (handler-case (error "a") (no-such-type (c) c)) (error (c) (princ-to-string c)))
  => "NO-SUCH-TYPE is not a type specifier."

;; A condition reports what its method on print-object prints, wherever its report is wanted.
(define-condition printed-condition (error) ((x :initarg :x :reader printed-x)))
(defmethod print-object ((c printed-condition) s) (if *print-escape* (call-next-method) (format s "with ~a" (printed-x c))))
(princ-to-string (make-condition 'printed-condition :x 5)) => "with 5"
(with-condition-restarts (make-condition 'error) (list nil) 1) => :error type-error
