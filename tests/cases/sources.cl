;;; Where definitions stand (Allegro's source-file recording).

(in-package :cl-user)
(defvar *dir* (format nil "/tmp/acl-sources-~d/" (random 1000000000 (make-random-state t))))
(defun path (name) (concatenate 'string *dir* name))
(defun write-lines (name &rest lines) (with-open-file (s (ensure-directories-exist (path name)) :direction :output :if-exists :supersede) (format s "~{~a~%~}" lines)) name)
(defun place (&rest args) (multiple-value-bind (file line) (apply #'excl:source-file args) (list (and (pathnamep file) (file-namestring file)) line)))
(defun found (name) (loop for (fspec type file top-level) in (excl::find-source-file name) collect (list fspec type (if (pathnamep file) (file-namestring file) file) top-level)))
(write-lines "a.cl" "(in-package :cl-user)" "(defun a-function (x)" "  (list x))" "(defmacro a-macro (x) x)" "(defvar *a-variable* 1)" "(defparameter *a-parameter* 1" "  \"Doc.\")" "(defconstant +a-constant+ 1)" "(declaim (special *a-special*))" "(define-compiler-macro a-function (&whole form x) (declare (ignore x)) form)" "(defun (setf a-function) (new x) (list new x))" "(defsetf a-place set-a-place)" "(define-symbol-macro a-symbol-macro 1)")
(write-lines "b.cl" "(in-package :cl-user)" "(defclass a-class ()" "  ((slot :accessor a-slot)))" "(defmethod a-generic ((x a-class)) x)" "(defmethod a-generic :around ((x (eql :it)))" "  x)" "(defgeneric b-generic (x)" "  (:method ((x t)) x))" "(defstruct a-structure" "  field)" "(deftype a-type () 'integer)" "(define-condition a-condition (error) ())")
(write-lines "c.cl" "(in-package :cl-user)" "(defmacro def-frob (name) `(progn (excl:record-source-file ',name :type :frob) (defvar ,name)))" "" "(def-frob akbar)" "(defvar a-function)" "(let ((x 1))" "  (defun in-let () x))" "(eval '(defun by-eval () 1))")

;; Loaded as source
(progn (load (path "a.cl") :verbose nil) (mapcar #'place '(a-function a-macro *a-variable* *a-parameter* +a-constant+ *a-special* (setf a-function) a-place a-symbol-macro no-such car))) => (("a.cl" 2) ("a.cl" 4) ("a.cl" 5) ("a.cl" 6) ("a.cl" 8) ("a.cl" 9) ("a.cl" 11) ("a.cl" 12) ("a.cl" 13) (nil nil) (nil nil))
(progn (load (path "b.cl") :verbose nil) (mapcar #'place '(a-class a-slot a-generic (method a-generic :around ((eql :it))) b-generic a-structure a-structure-field a-structure-p copy-a-structure make-a-structure a-type a-condition))) => (("b.cl" 2) ("b.cl" 2) ("b.cl" 4) ("b.cl" 5) ("b.cl" 7) ("b.cl" 9) ("b.cl" 9) ("b.cl" 9) ("b.cl" 9) ("b.cl" 9) ("b.cl" 11) ("b.cl" 12))
(found 'a-function) => ((a-function :operator "a.cl" nil) (a-function :compiler-macro "a.cl" nil))
(found 'a-generic) => (((method a-generic (a-class)) :operator "b.cl" nil) ((method a-generic :around ((eql :it))) :operator "b.cl" nil))
(found '(method a-generic (integer))) => nil
(mapcar #'second (found '*a-variable*)) => (:variable :special-declaration)
(list (place #'a-function) (place #'a-generic) (place (find-class 'a-class)) (place (find-method #'a-generic '(:around) '((eql :it)))) (place (macro-function 'a-macro))) => (("a.cl" 2) ("b.cl" 4) ("b.cl" 2) ("b.cl" 5) ("a.cl" 4))
(let ((text (with-output-to-string (*standard-output*) (describe 'a-function)))) (list (not (null (search (format nil "function: ~aa.cl, line 2" *dir*) text))) (not (null (search (format nil "compiler macro: ~aa.cl, line 10" *dir*) text))))) => (t t)

;; Types
(list (place 'a-function :operator) (place 'a-function :function) (place 'a-macro :macro) (place 'a-function :compiler-macro) (place 'a-function :variable) (place 'a-place :setf-method)) => (("a.cl" 2) ("a.cl" 2) ("a.cl" 4) ("a.cl" 10) (nil nil) ("a.cl" 12))
(excl:source-file 'a-function :macro) => :error simple-error
(excl:source-file 'a-macro :function) => :error simple-error
(progn (load (path "c.cl") :verbose nil) (place 'akbar :frob)) => ("c.cl" 4)
(mapcar #'place '(akbar in-let by-eval a-function)) => (("c.cl" 4) ("c.cl" 7) ("c.cl" 8) ("a.cl" 2))
(loop for (type . file) in (excl:source-file 'a-function t) collect (list type (file-namestring file))) => ((:operator "a.cl") (:compiler-macro "a.cl") (:variable "c.cl") (:special-declaration "c.cl"))
(mapcar #'car (excl:source-file 'a-function '(:variable :operator))) => (:operator :variable)
(progn (load (path "a.cl") :verbose nil) (excl:record-source-file '*a-variable* :type :frob) (excl:source-file '*a-variable*)) => :error simple-error
(let ((*query-io* (make-two-way-stream (make-string-input-stream ":variable") (make-broadcast-stream)))) (handler-bind ((error #'continue)) (place '*a-variable*))) => ("a.cl" 5)

;; Compiled files
(progn (write-lines "d.cl" "(in-package :cl-user)" "" "(defun compiled (x) x)" "(defmacro compiled-too (x)" "  x)" "(defvar *compiled* 1)") (let ((*standard-output* (make-broadcast-stream))) (compile-file (path "d.cl"))) (fmakunbound 'compiled-too) (excl:discard-all-source-file-info) (load (path "d.fasl") :verbose nil) (mapcar #'place '(compiled compiled-too *compiled* *a-variable*))) => (("d.cl" 3) ("d.cl" 4) ("d.cl" 6) (nil nil))
(progn (excl:discard-all-source-file-info) (let ((excl:*load-source-file-info* nil)) (load (path "d.fasl") :verbose nil)) (found 'compiled)) => nil
(progn (let ((excl:*record-source-file-info* nil)) (load (path "d.cl") :verbose nil)) (found 'compiled)) => nil

;; What an editor says
(progn (let ((excl:*source-pathname* "/somewhere/buffer.cl")) (eval '(defvar *sent* 1))) (multiple-value-list (excl:source-file '*sent*))) => (#P"/somewhere/buffer.cl" nil)
(excl:delete-directory-and-files *dir*) => t
