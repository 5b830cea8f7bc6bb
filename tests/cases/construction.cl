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
(load (path "bad.fasl") :verbose nil) => :error program-error
(progn (write-file "bad2.lisp" '(defmacro fails () (error "Not this way.")) '(defvar *good* '(1)) '(defun bad () (fails)) '(defun good () *good*)) (quietly (compile-file (path "bad2.lisp"))) (list (handler-case (load (path "bad2.fasl") :verbose nil) (program-error (c) (not (null (search "(DEFUN BAD NIL ...)" (princ-to-string c)))))) *good*)) => (t (1))
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
