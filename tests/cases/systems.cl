;;; Systems of several files: Allegro's defsystem.

(in-package :cl-user)
(defvar *dir* (format nil "/tmp/acl-systems-~d/" (random 1000000000 (make-random-state t))))
(defun path (name) (concatenate 'string *dir* name))
(defun write-text (name text) (with-open-file (s (ensure-directories-exist (path name)) :direction :output :if-exists :supersede) (write-string text s)) name)
(defvar *date* (- (get-universal-time) 1000))
(defun touch (name) (excl.osi:utime (path name) (incf *date* 10) *date*))
(defvar *log* nil)
(defun logged (function) (setq *log* nil) (funcall function) (reverse *log*))
(write-text "macros.cl" "(in-package :cl-user) (push :macros *log*) (defmacro twice (x) `(list ,x ,x))")
(write-text "user.cl" "(in-package :cl-user) (eval-when (:compile-toplevel) (push :compile-user *log*)) (push :user *log*) (defun use (x) (twice x))")
(write-text "main.lisp" "(in-package :cl-user) (eval-when (:compile-toplevel) (push :compile-main *log*)) (push :main *log*)")
(mapc #'touch '("macros.cl" "user.cl" "main.lisp"))

;; The way of an edit
(excl:defsystem :cases (:default-pathname *dir* :property-list (:author "me")) (:serial (:definitions "macros" "user") "main")) => :cases
(list (logged (lambda () (excl:load-system :cases :silent t))) (funcall 'use 1)) => ((:macros :user :main) (1 1))
(excl:load-system :cases :silent t) => nil
(logged (lambda () (excl:compile-system :cases :silent t))) => (:macros :compile-user :user :compile-main)
(mapcar (lambda (name) (not (null (probe-file (path name))))) '("macros.fasl" "user.fasl" "main.fasl")) => (t t t)
(excl:compile-system :cases :silent t) => nil
(logged (lambda () (excl:load-system :cases :reload t :silent t))) => (:macros :user :main)
(progn (write-text "macros.cl" "(in-package :cl-user) (push :macros *log*) (defmacro twice (x) `(list ,x ,x ,x))") (excl.osi:utime (path "macros.cl") (+ (get-universal-time) 5) (+ (get-universal-time) 5)) (list (logged (lambda () (excl:load-system :cases :compile t :silent t))) (funcall 'use 1))) => ((:macros :compile-user :user) (1 1 1))
(logged (lambda () (excl:load-system :cases :interpreted t :reload t :silent t))) => (:macros :user :main)
(mapcar #'file-namestring (let ((names nil)) (excl:map-system :cases (lambda (module) (push (ds:product-pathname module) names))) (reverse names))) => ("macros.fasl" "user.fasl" "main.fasl")
(progn (load (excl:concatenate-system :cases (path "all.fasl") :silent t) :verbose nil) (funcall 'use 2)) => (2 2 2)
(with-output-to-string (*standard-output*) (excl:clean-system :cases :simulate t)) => #.(with-output-to-string (s) (dolist (name '("macros" "user" "main")) (format s "; delete ~a~a.fasl~%" *dir* name)))
(list (excl:clean-system :cases :silent t) (excl:clean-system :cases :silent t) (probe-file (path "user.fasl"))) => (t nil nil)

;; What is known
(let ((system (excl:find-system :cases))) (list (ds:system-name system) (ds:pretty-name system) (ds:defsys-getf system :author) (mapcar #'ds:pretty-name (ds:modules system)) (eq system (ds:containing-system (first (ds:modules system)))) (namestring (ds:default-pathname system)) (eq (ds:default-package system) *package*))) => (:cases "CASES" "me" ("macros" "user" "main") t #.*dir* t)
(let ((module (ds:lookup-module-by-name "user" :cases))) (list (type-of module) (file-namestring (ds:source-pathname module)) (integerp (ds:load-date module)) (ds:product-newer-than-source module))) => (ds:lisp-module "user.cl" t nil)
(let ((text (with-output-to-string (*standard-output*) (excl:show-system :cases)))) (list (subseq text 0 17) (not (null (search "before COMPILE dependencies:" text))))) => ("; System: \"CASES\"" t)
(progn (eval '(excl:defsystem :gone () "x")) (list (not (null (member :gone (ds:list-all-systems) :key #'ds:system-name))) (member "GONE" (excl:undefsystem :gone) :key #'car :test #'string=))) => (t nil)
(excl:find-system :gone) => :error simple-error

;; The long form, other systems, classes of one's own
(excl:defsystem :whole (:default-pathname *dir*) :cases (:module last "main" (:load-before-compile second) (:package :cl-user)) (:module-group group (:parallel (:module second "user" (:in-order-to (:compile :load) (:load :cases)))))) => :whole
(logged (lambda () (touch "macros.cl") (excl:load-system :cases :reload t :silent t) (excl:load-system :whole :silent t))) => (:macros :user :main :main :user)
(mapcar #'ds:system-name (ds:components (excl:find-system :whole))) => (:cases)
(mapcar #'ds:system-name (ds:named-module-groups (excl:find-system :whole))) => (group)
(defclass data-module (ds:text-module) ((lines :accessor lines :initform nil)))
(defmethod ds:load-module ((module data-module) &key &allow-other-keys) (push (file-namestring (ds:source-pathname module)) (lines module)))
(progn (write-text "data.txt" "x") (eval '(excl:defsystem :data (:default-pathname *dir* :default-module-class data-module :default-file-type "txt") "data")) (let ((module (first (ds:modules (excl:find-system :data))))) (ds:load-module-action module) (lines module))) => ("data.txt")

(progn (eval '(excl:defsystem :satisfied (:default-pathname *dir*) (:module m "user" (:compile-satisfies-load t)) "main")) (let ((module (ds:lookup-module-by-name "M" :satisfied))) (list (ds:compile-satisfies-load module) (logged (lambda () (load (path "macros.cl") :verbose nil) (excl:compile-system :satisfied :recompile t :silent t) (excl:load-system :satisfied :silent t))) (integerp (ds:load-date module))))) => (t (:macros :compile-user :compile-main :main) t)

;; Mistakes
(excl:defsystem :bad ()  1) => :error program-error
(excl:defsystem :bad (:no-such-option 1)) => :error program-error
(excl:defsystem :bad () (:module x "x" (:no-such-option 1))) => :error program-error
(excl:defsystem :bad () (:module x "x" (:load-before-compile no-such-system))) => :error simple-error
(excl:defsystem "bad" ()) => :error type-error
(progn (eval '(excl:defsystem :missing (:default-pathname *dir*) "no-such-file")) (excl:load-system :missing :silent t)) => :error file-error
(excl:delete-directory-and-files *dir*) => t
