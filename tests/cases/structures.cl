;;; defstruct

(defstruct foo a (b 3) (c 'x :read-only t))
(make-foo :a 1) => #S(foo :a 1 :b 3 :c x)
(let ((f (make-foo :a 1))) (setf (foo-b f) 7) (list (foo-a f) (foo-b f) (foo-c f) (foo-p f) (foo-p 3))) => (1 7 x t nil)
(foo-a 3) => :error type-error
(setf (foo-a 3) 1) => :error type-error
(make-foo :z 1) => :error program-error
(let* ((f (make-foo :a (list 1))) (g (copy-foo f))) (list (eq f g) (equalp f g) (equal f g) (eq (foo-a f) (foo-a g)))) => (nil t nil t)
(fboundp '(setf foo-c)) => nil
(let ((f (make-foo))) (setf (slot-value f 'a) 5) (with-slots (a b) f (list a b))) => (5 3)
(type-of (make-foo)) => foo
(foo-a '#S(foo :a 10)) => 10

;; Inclusion
(defstruct (bar (:include foo (b 99)) (:constructor make-bar-of (a &optional b &aux (d 4))) (:conc-name bar.)) d)
(let ((g (make-bar-of 1))) (list (bar.a g) (foo-a g) (bar.b g) (bar.d g) (foo-p g) (bar-p g))) => (1 1 99 4 t t)
(defstruct other a)
(foo-a (make-other :a 3)) => :error type-error
(defmethod what ((f foo)) :foo)
(list (what (make-foo)) (what (make-bar-of 1))) => (:foo :foo)

;; Constructors
(defstruct (boa (:constructor boa (a &rest r &key ((:bee b) 5) &allow-other-keys)) (:constructor)) a b r)
(boa 1 :bee 3) => #S(boa :a 1 :b 3 :r (:bee 3))
(make-boa :a 1) => #S(boa :a 1 :b nil :r nil)
(defvar *default* 1)
(defstruct (captured (:constructor captured (&optional *x*))) (y *default*) *x*)
(defstruct counted-default (n (incf *default*)))
(list (counted-default-n (make-counted-default)) (counted-default-n (make-counted-default :n 9)) *default*) => (2 9 2)

;; Lists and vectors
(defstruct (lst (:type list) :named (:initial-offset 1)) x y)
(list (make-lst :x 1 :y 2) (lst-p (make-lst)) (lst-p 3) (lst-y (make-lst :y 3))) => ((nil lst 1 2) t nil 3)
(let ((l (make-lst))) (setf (lst-x l) 4) l) => (nil lst 4 nil)
(defstruct (lst2 (:type list) (:include lst (y 5)) :named) z)
(make-lst2 :x 1 :z 2) => (nil lst 1 5 lst2 2)
(defstruct (vec (:type vector)) x (y 2))
(list (make-vec) (vec-y (make-vec))) => (#(nil 2) 2)

;; Printing
(defstruct (quiet (:print-function (lambda (o s d) (declare (ignore d)) (format s "<quiet ~a>" (quiet-q o))))) q)
(princ-to-string (make-quiet :q 1)) => "<quiet 1>"
(defstruct (loud (:print-object (lambda (o s) (declare (ignore o)) (princ "LOUD" s)))))
(princ-to-string (list (make-loud))) => "(LOUD)"

(defstruct (bad (:include no-such-structure))) => :error error
(defstruct twice a a) => :error program-error

;; Without a prefix the accessors are the slots' own symbols, whatever *PACKAGE* is.
(defstruct (no-prefix (:conc-name nil)) #:slot-of-no-package)
(defpackage conc-name-test (:use) (:export no-prefix-slot))
(defstruct (no-prefix-2 (:conc-name)) conc-name-test:no-prefix-slot)
(conc-name-test:no-prefix-slot (make-no-prefix-2 :no-prefix-slot 5)) => 5
;; A slot may have any name, that of a property of Python's class objects too.
(defstruct named name precedence mro class dict)
(let ((n (make-named :name 1 :precedence 2 :mro 3 :class 4 :dict 5)))
  (setf (named-name n) 6)
  (list (named-name n) (named-precedence n) (named-mro n) (named-class n) (named-dict n) (slot-value n 'name)))
  => (6 2 3 4 5 6)

;; what defstruct would define of the names of COMMON-LISP is refused, and nothing is changed
(handler-case (eval '(defstruct tree left right)) (excl:package-locked-error (c) (search "COPY-TREE" (princ-to-string c)))) => 51
(list (copy-tree '(1 (2))) (fboundp 'make-tree)) => ((1 (2)) nil)
(list (handler-case (eval '(defstruct (st-locked (:conc-name nil)) last)) (excl:package-locked-error () :locked)) (handler-case (eval '(defstruct (st-locked (:predicate listp)) a)) (excl:package-locked-error () :locked)) (last '(1 2)) (listp nil)) => (:locked :locked (2) t)
(list (handler-case (compile 'cadddr '(lambda (x) x)) (excl:package-locked-error () :locked)) (handler-case (compile 'when '(lambda (form env) form env)) (excl:package-locked-error () :locked))) => (:locked :locked)

;; the functions of a structure have lambda lists
(defstruct st-arglist slot)
(list (arglist 'st-arglist-slot) (cdr (arglist #'(setf st-arglist-slot))) (arglist 'copy-st-arglist) (length (arglist 'st-arglist-p))) => ((st-arglist) (st-arglist) (st-arglist) 1)
(defstruct (bad-include (:include))) => :error program-error
(defstruct (bad-type (:type)) a) => :error program-error
(defstruct (bad-offset (:type list) (:initial-offset)) a) => :error program-error
