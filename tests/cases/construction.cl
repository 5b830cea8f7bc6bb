;;; System construction (chapter 24).

(in-package :cl-user)
(defvar *dir* (format nil "/tmp/acl-construction-~d/" (random 1000000000 (make-random-state t))))
(defun path (name) (concatenate 'string *dir* name))
(defun write-file (name &rest forms &aux (*print-circle* t)) (with-open-file (s (ensure-directories-exist (path name)) :direction :output :if-exists :supersede) (let ((*print-circle* t)) (dolist (f forms) (print f s)))) name)
(defmacro quietly (&body body) `(let ((*standard-output* (make-broadcast-stream)) (*error-output* (make-broadcast-stream))) ,@body))
(write-file "a.lisp" '(in-package :cl-user) '(defvar *loads* 0) '(incf *loads*) '(defun from-a (x) (list x *loads*)) '(defmacro mac-a (x) `(list ,x ,x)))
(list (load (path "a.lisp") :verbose nil) (from-a 1) (eval '(mac-a 2))) => (t (1 1) (2 2))
(load (path "a") :verbose nil) => t
(load (path "none")) => :error file-error
(load (path "none") :if-does-not-exist nil) => nil
(let ((s (make-string-input-stream "(setq *loads* 10) (incf *loads*)"))) (list (load s) *loads*)) => (t 11)
(progn (write-file "b.lisp" '(print *load-pathname*) '(defparameter *at* (list (pathname-name *load-pathname*) (pathname-name *load-truename*) (package-name *package*))) '(in-package :keyword)) (quietly (load (path "b.lisp"))) (list *at* (package-name *package*) *load-pathname*)) => (("b" "b" "COMMON-LISP-USER") "COMMON-LISP-USER" nil)
(substitute #\| #\Newline (let ((*standard-output* (make-string-output-stream))) (write-file "c.lisp" '1 '(values 2 3) '(defun c ())) (load (path "c.lisp") :print t :verbose nil) (get-output-stream-string *standard-output*))) => "; 1|; 2|; 3|; C|"

;; Compiling files
(quietly (let ((values (multiple-value-list (compile-file (path "a.lisp"))))) (list (pathname-type (first values)) (rest values)))) => ("fasl" (nil nil))
(list (pathname-name (compile-file-pathname (path "a.lisp"))) (pathname-type (compile-file-pathname (path "a.lisp")))) => ("a" "fasl")
(progn (setq *loads* 0) (list (load (path "a.fasl") :verbose nil) *loads* (from-a 5))) => (t 1 (5 1))
(progn (write-file "bad.lisp" '(defun bad (x) (car x) (let ((y 1)) (go nowhere)))) (quietly (multiple-value-bind (file warnings failure) (compile-file (path "bad.lisp")) (list (null file) warnings failure)))) => (nil t t)
(list (load (path "bad.fasl") :verbose nil) (handler-case (bad '(1)) (program-error (c) (princ-to-string c)))) => (t "(GO NOWHERE) could not be compiled: GO NOWHERE: no tag of that name is in sight.")
(progn (write-file "bad2.lisp" '(defmacro fails () (error "Not this way.")) '(defvar *good* '(1)) '(defun bad (x) (if x 1 (fails))) '(defun good () *good*)) (quietly (compile-file (path "bad2.lisp"))) (list (load (path "bad2.fasl") :verbose nil) (bad t) (handler-case (bad nil) (program-error (c) (princ-to-string c))) *good*)) => (t 1 "(FAILS) could not be compiled: Not this way." (1))
(progn (write-file "bad4.lisp" '(defvar *reached* nil) '(defun bad-let (x) (if x (push x *reached*)) (let ((x 1 2)) x)) '(let ((x 1)) (declare (special x)) (if)) '(push :end *reached*)) (quietly (list (nth-value 2 (compile-file (path "bad4.lisp"))) (handler-case (load (path "bad4.fasl") :verbose nil) (program-error (c) (princ-to-string c))) (ignore-errors (bad-let 2)) *reached*))) => (t "(IF) could not be compiled: Malformed IF form: (IF)." nil (2))

;; Malformed forms in what is evaluated: the function around them is there, with a warning
(defmacro with-warnings (&body body) `(let ((warnings '())) (list (handler-bind ((warning (lambda (c) (push (substitute #\| #\Newline (princ-to-string c)) warnings) (muffle-warning c)))) ,@body) warnings)))
(with-warnings (eval '(defun bad-if (x) (if x 1 (if)))) (list (bad-if 1) (handler-case (bad-if nil) (program-error (c) (princ-to-string c))))) => ((1 "(IF) could not be compiled: Malformed IF form: (IF).") ("While compiling BAD-IF: Malformed IF form: (IF).|Evaluating (IF) will be an error."))
(with-warnings (eval '(handler-case (let ((x 1 2)) x) (program-error () :caught)))) => (:caught nil)
(with-warnings (eval '(handler-case (fails) (simple-error (c) (princ-to-string c))))) => ("Not this way." nil)
(with-warnings (eval '(if nil (dolist) 5))) => (5 nil)
(with-warnings (handler-case (eval '(if)) (program-error () :direct))) => (:direct nil)
(with-warnings (handler-case (eval '(defun twice-x (x x) x)) (program-error () :direct))) => (:direct nil)
(with-warnings (mapcar (eval '(lambda (x) (if x (flet ((f () (go nowhere))) (handler-case (f) (program-error () :late))) 2))) '(nil t))) => ((2 :late) ("While compiling F: GO NOWHERE: no tag of that name is in sight.|Evaluating (GO NOWHERE) will be an error."))
(progn (defmacro handles-itself () (handler-case (error "In the macro.") (error () :handled))) (with-warnings (eval '(handles-itself)) (funcall (eval '(lambda () (handles-itself)))))) => (:handled nil)

(progn (write-file "bad3.lisp" '(eval-when (:compile-toplevel) (error "At once."))) (quietly (compile-file (path "bad3.lisp")))) => :error simple-error
(progn (write-file "w.lisp" '(eval-when (:compile-toplevel) (setq *loads* 77)) '(eval-when (:load-toplevel) (setq *loads* (list *loads*))) '(eval-when (:execute) (setq *loads* :executed))) (quietly (compile-file (path "w.lisp"))) (list *loads* (progn (load (path "w.fasl") :verbose nil) *loads*) (progn (load (path "w.lisp") :verbose nil) *loads*))) => (77 (77) :executed)
(progn (write-file "s.lisp" '(defparameter *shared* (let ((x '(1 2))) (list x x))) '(defparameter *lit* '#1=(a . #1#)) '(defparameter *sym* '(#:g1 cl-user::plain :k "s" #\c 1.5 2/3 #(1 2)))) (quietly (compile-file (path "s.lisp"))) (load (path "s.fasl") :verbose nil) (list (eq (first *shared*) (second *shared*)) (eq (cdr *lit*) *lit*) (symbol-package (first *sym*)) (rest *sym*))) => (t t nil (plain :k "s" #\c 1.5 2/3 #(1 2)))
(quietly (compile-file (path "none.lisp"))) => :error file-error
(quietly (with-compilation-unit () (list (compile-file-pathname "x.lisp" :output-file "y.fasl")))) => (#P"y.fasl")
(quietly (pathname-name (compile-file (path "a.lisp") :output-file (path "other.fasl")))) => "other"
(progn (setq *loads* 0) (load (path "other.fasl") :verbose nil) *loads*) => 1

;; Modules and features
(list (progn (provide :here) (member "HERE" *modules* :test #'string=) t) (require "HERE")) => (t nil)
(require "NO-SUCH-MODULE-AT-ALL") => :error error
(progn (write-file "m.lisp" '(provide "M-HERE") '(defvar *m* 1)) (quietly (require "M-HERE" (path "m.lisp"))) *m*) => 1
(let ((*features* (list* :here-too *features*))) (list (read-from-string "#+here-too 1 #-here-too 2") (read-from-string "#+(and here-too (not nowhere)) 3 4") (read-from-string "#+nowhere 5 6"))) => (1 3 6)

;; Compilation in memory
(funcall (compile nil '(lambda (x) (* x 2))) 4) => 8
(progn (defun to-compile (x) (1+ x)) (multiple-value-list (compile 'to-compile))) => (to-compile nil nil)
(compile 'no-such-function-here) => :error error

;; Types of source files, loading what was compiled
sys:*source-file-types* => ("cl" "lisp" "lsp")
(progn (write-file "typeless" '(setq *loads* :typeless)) (setq *loads* 0) (quietly (let ((sys:*source-file-types* '(nil))) (compile-file (path "typeless") :load-after-compile t))) (list *loads* (not (null (probe-file (path "typeless.fasl")))))) => (:typeless t)
(progn (write-file "order.lisp" '(setq *loads* :lisp)) (write-file "order.lsp" '(setq *loads* :lsp)) (list (progn (load (path "order")) *loads*) (let ((sys:*source-file-types* '(nil "lsp" "lisp"))) (load (path "order")) *loads*))) => (:lisp :lsp)
(let ((sys:*source-file-types* '(nil))) (load (path "order"))) => :error file-error
(progn (setq *loads* 0) (quietly (compile-file (path "order.lisp") :load-after-compile nil)) *loads*) => 0
(equal (multiple-value-list (quietly (compile-file (path "order.lisp") :load-after-compile t))) (list (truename (path "order.fasl")) nil nil)) => t
*loads* => :lisp
(excl:delete-directory-and-files *dir*) => t
