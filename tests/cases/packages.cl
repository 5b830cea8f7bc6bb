;;; Packages (chapter 11).

(list (packagep *package*) (packagep "CL") (package-name (find-package :cl)) (find-package "NO-SUCH") (eq (find-package 'cl) (find-package "COMMON-LISP"))) => (t nil "COMMON-LISP" nil t)
(package-name "NO-SUCH") => :error package-error
(defpackage :pa (:use :cl) (:export #:one "TWO") (:nicknames :pa-nick) (:documentation "Doc."))
(list (package-name :pa-nick) (package-nicknames :pa) (mapcar #'package-name (package-use-list :pa)) (documentation (find-package :pa) t)) => ("PA" ("PA-NICK") ("COMMON-LISP") "Doc.")
(multiple-value-list (find-symbol "ONE" :pa)) => (pa:one :external)
(list (nth-value 1 (find-symbol "CAR" :pa)) (nth-value 1 (find-symbol "NONE" :pa)) (nth-value 1 (intern "NEW" :pa)) (nth-value 1 (intern "NEW" :pa))) => (:inherited nil nil :internal)
(defpackage :pb (:use :pa) (:import-from :pa #:new) (:shadow #:two) (:intern #:mine))
(list (eq (find-symbol "ONE" :pb) 'pa:one) (eq (find-symbol "NEW" :pb) 'pa::new) (eq (find-symbol "TWO" :pb) 'pa:two) (package-shadowing-symbols :pb)) => (t t nil (pb::two))
(list (mapcar #'package-name (package-used-by-list :pa)) (find-symbol "CAR" :pb)) => (("PB") nil)
(read-from-string "pa::internal-made") => pa::internal-made 17
(read-from-string "pa:internal-made") => :error reader-error
(read-from-string "no-such-package:x") => :error reader-error
(list (export 'pa::new :pa) (nth-value 1 (find-symbol "NEW" :pa)) (unexport 'pa::new :pa) (nth-value 1 (find-symbol "NEW" :pa))) => (t :external t :internal)
(let ((p (make-package "PC" :use nil))) (list (package-use-list p) (symbol-name (intern "A" p)) (import 'car p) (eq (find-symbol "CAR" p) 'car) (unintern (find-symbol "A" p) p) (find-symbol "A" p) (unintern 'car p) (package-name (symbol-package 'car)) (delete-package p) (package-name p))) => (nil "A" t t t nil t "COMMON-LISP" t nil)
(make-package "PA") => :error package-error
(defpackage :pd (:use) (:export #:clash))
(defpackage :pe (:use) (:export #:clash))
(defpackage :pf (:use :pd))
(use-package :pe :pf) => :error package-error
(progn (shadowing-import 'pe:clash :pf) (use-package :pe :pf) (eq (find-symbol "CLASH" :pf) 'pe:clash)) => t
(progn (intern "OWN" :pf) (intern "OWN" :pd) (export (find-symbol "OWN" :pd) :pd)) => :error package-error
(list (unuse-package :pe :pf) (mapcar #'package-name (package-use-list :pf))) => (t ("PD"))
(import (intern "X" :pd) :pe) => t
(import (intern "X" :pf) :pe) => :error package-error
(list (package-name (rename-package :pf "PG" '("PH"))) (find-package :pf) (package-nicknames "PG") (eq (find-package "PH") (find-package "PG"))) => ("PG" nil ("PH") t)
(let (names) (do-external-symbols (s :pd) (push (symbol-name s) names)) names) => ("CLASH")
(let ((n 0)) (do-symbols (s :pa) (incf n)) (> n 900)) => t
(with-package-iterator (next '(:pd) :external) (multiple-value-bind (more symbol kind package) (next) (list more (symbol-name symbol) kind (package-name package)))) => (t "CLASH" :external "PD")
(length (find-all-symbols "CLASH")) => 2
(not (null (member (find-package :pd) (list-all-packages)))) => t
(delete-package :pd) => :error package-error
(list (delete-package "PG") (delete-package :pd) (find-package :pd)) => (t t nil)
(let ((*package* (find-package :pa))) (list (prin1-to-string 'pa:one) (prin1-to-string 'pa::new))) => ("ONE" "NEW")
(in-package :no-such-package) => :error package-error
(list (prin1-to-string 'pa::new) (prin1-to-string 'pa:one) (prin1-to-string :key)) => ("PA::NEW" "PA:ONE" ":KEY")
(defpackage :bad-a (:export #:x) (:shadow #:y) (:intern #:x)) => :error program-error
(defpackage :bad-b (:unknown 1)) => :error program-error
(defpackage :bad-c (:import-from :cl #:no-such-symbol)) => :error package-error
;; The system's packages are locked.
(defun cl:car (x) x) => :error package-error
(defvar cl:log 2) => :error excl:package-locked-error
(defvar cl:log) => :error excl:package-locked-error
(defparameter cl:log 2) => :error excl:package-locked-error
(boundp 'cl:log) => nil
(defconstant cl:log 2) => :error excl:package-locked-error
(defparameter cl:*print-base* 10) => :error excl:package-locked-error
(declaim (special cl:log)) => :error excl:package-locked-error
(declaim (special cl:*print-base*)) => nil
(define-symbol-macro cl:log 2) => :error excl:package-locked-error
(define-compiler-macro cl:log (x) x) => :error excl:package-locked-error
(setf (compiler-macro-function 'cl:log) nil) => :error excl:package-locked-error
(defsetf cl:log set-log) => :error excl:package-locked-error
(defsetf cl:log (x) (new) (list x new)) => :error excl:package-locked-error
(define-setf-expander cl:log (x) x) => :error excl:package-locked-error
(define-method-combination cl:log) => :error excl:package-locked-error
(excl:without-package-locks (define-compiler-macro cl:log (&whole form x) (declare (ignore x)) form)) => log
(excl:without-package-locks (setf (compiler-macro-function 'cl:log) nil)) => nil
(intern "NOT-THERE" :cl) => :error package-error

;; Hierarchical packages
(defpackage :mypack (:use :cl))
(defpackage :mypack.foo (:use :cl) (:export #:out))
(defpackage :mypack.foo.baz (:use))
(defpackage :mypack.bar (:use :cl))
(defpackage :mypack.bar.baz (:use))
(loop for (name current) in '((".FOO" "MYPACK") ("..FOO" "MYPACK.BAR") ("..FOO.BAZ" "MYPACK.BAR") ("...FOO" "MYPACK.BAR.BAZ") ("." "MYPACK.BAR") (".." "MYPACK.BAR.BAZ") ("..." "MYPACK.BAR.BAZ") (".." "MYPACK") (".NONE" "MYPACK")) collect (let* ((*package* (find-package current)) (found (find-package name))) (and found (package-name found)))) => ("MYPACK.FOO" "MYPACK.FOO" "MYPACK.FOO.BAZ" "MYPACK.FOO" "MYPACK.BAR" "MYPACK.BAR" "MYPACK" nil nil)
(let ((*package* (find-package :mypack.bar))) (list (read-from-string "..foo:out") (read-from-string ".baz::in") (eval '(in-package "..")) (package-name *package*))) => (mypack.foo:out mypack.bar.baz::in #.(find-package :mypack) "MYPACK")
(let ((*package* (find-package :mypack))) (read-from-string ".none:x")) => :error reader-error
(list (package-name (excl:package-parent :mypack.bar.baz)) (mapcar #'package-name (excl:package-children :mypack)) (mapcar #'package-name (excl:package-children :mypack :recurse nil))) => ("MYPACK.BAR" ("MYPACK.BAR" "MYPACK.BAR.BAZ" "MYPACK.FOO" "MYPACK.FOO.BAZ") ("MYPACK.BAR" "MYPACK.FOO"))
(excl:package-parent :mypack) => :error package-error
(let ((*package* (find-package :mypack))) (eq (excl:relative-package-name-to-package ".foo") nil)) => t
(let ((*package* (find-package :mypack))) (package-name (excl:relative-package-name-to-package ".FOO"))) => "MYPACK.FOO"
;; AllegroServe interns what is a keyword already
(multiple-value-list (intern :foo :keyword)) => (:foo :external)
(let ((excl:*intern-allows-symbol* nil)) (intern :foo :keyword)) => :error type-error
(intern 3 :keyword) => :error type-error
