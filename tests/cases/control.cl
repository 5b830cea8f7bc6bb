;;; Data and control flow (chapter 5).

;; Assignment and binding
(let ((a 1) (b 2)) (psetq a b b a) (list a b)) => (2 1)
(let ((a 1)) (list (setq) (setq a 2 a (1+ a)))) => (nil 3)
(let ((x (list 1 2 3))) (list (shiftf (first x) (second x) 9) x)) => (1 (2 9 3))
(let ((a 1) (b 2) (c 3)) (list (rotatef a b c) a b c)) => (nil 2 3 1)
(let ((i 0) (v (vector 1 2 3))) (list (incf (aref v (incf i)) 10) i v)) => (12 1 #(1 12 3))
(let ((l (list 1))) (push 0 l) (pushnew 1 l) (pushnew 2 l) (list (pop l) l)) => (2 (0 1))
(let ((p (list :a 1 :b 2))) (list (remf p :a) (remf p :c) p (setf (getf p :d) 4) p)) => (t nil (:b 2) 4 (:d 4 :b 2))
(let ((a 1) (b 2)) (psetf a (+ b 1) b (+ a 1)) (list a b)) => (3 2)
(let ((x (list 1 2))) (setf (values (first x) (second x)) (values 3 4)) x) => (3 4)
(let (a b) (list (multiple-value-setq (a b) (values 1 2 3)) a b)) => (1 1 2)
(setq 3 1) => :error program-error
(setq pi 3) => :error program-error

;; Places of a program
(defun middle (x) (cadr x))
(defsetf middle (x) (new) `(progn (rplaca (cdr ,x) ,new) ,new))
(let ((x (list 1 2 3)) (n 0)) (list (setf (middle (progn (incf n) x)) 7) x n (incf (middle x)) x)) => (7 (1 8 3) 1 8 (1 8 3))
(defsetf first-of set-first-of)
(defmacro note-of (x v) `(list ',x ',v))
(defsetf noted note-of)
(setf (noted (car y)) (g z)) => ((car y) (g z))
(flet (((setf noted) (v x) (list :mine v x)) (noted (x) x)) (setf (noted 1) 2)) => (:mine 2 1)
(defun set-first-of (x v) (setf (car x) v))
(let ((x (list 1))) (setf (first-of x) 5) x) => (5)
(defun (setf last-of) (new x) (setf (car (last x)) new))
(let ((x (list 1 2 3))) (list (setf (last-of x) 9) x)) => (9 (1 2 9))
(define-modify-macro appendf (&rest lists) append)
(let ((x '(1))) (appendf x '(2) '(3)) x) => (1 2 3)
(define-setf-expander lastguy (x &environment env)
  (multiple-value-bind (dummies vals newval setter getter) (get-setf-expansion x env)
    (declare (ignore newval setter))
    (let ((store (gensym)))
      (values dummies vals `(,store) `(progn (rplaca (last ,getter) ,store) ,store) `(car (last ,getter))))))
(let ((x (list 1 2 3))) (incf (lastguy x) 10) x) => (1 2 13)
(length (multiple-value-list (get-setf-expansion '(car x)))) => 5
(setf (no-such-place 1) 2) => :error undefined-function

;; Multiple values
(multiple-value-list (values)) => nil
(multiple-value-list (values-list '(1 2))) => (1 2)
(multiple-value-call #'list (values 1 2) 3 (values) (values 4 5)) => (1 2 3 4 5)
(multiple-value-bind (a b c) (values 1 2) (list a b c)) => (1 2 nil)
(multiple-value-list (multiple-value-prog1 (values 1 2) (values 3 4))) => (1 2)
(list (nth-value 1 (values 1 2)) (nth-value 5 (values 1 2))) => (2 nil)
(list (values 1 2) (values)) => (1 nil)
(multiple-value-list (funcall (lambda () (values 1 2)))) => (1 2)
(multiple-value-list (if t (values 1 2) 3)) => (1 2)
(multiple-value-list (or nil (values 1 2))) => (1 2)
(multiple-value-list (or (values 1 2) 3)) => (1)
(values-list '(1 . 2)) => :error type-error
(equal (multiple-value-list (apply #'values (make-list 300 :initial-element 1))) (make-list 300 :initial-element 1)) => t

;; Exits
(block nil (list 1 (return 2))) => 2
(block a (block b (return-from a 1)) 2) => 1
(multiple-value-list (block a (return-from a (values 1 2)))) => (1 2)
(let ((log nil)) (list (catch 'x (unwind-protect (throw 'x 1) (push :cleanup log))) log)) => (1 (:cleanup))
(catch 'a (catch 'b (throw 'a 1)) 2) => 1
(throw 'no-such-tag 1) => :error control-error
(let ((f (block a (lambda () (return-from a 1))))) (funcall f)) => :error control-error
(let ((n 0)) (tagbody again (incf n) (when (< n 5) (go again))) n) => 5
(let (log) (tagbody 1 (push 1 log) (go 3) 2 (push 2 log) 3 (push 3 log)) log) => (3 1)
(let (f (n 0)) (tagbody (setq f (lambda () (go out))) (funcall f) (incf n) out) n) => 0
(go nowhere) => :error program-error
(return-from nowhere 1) => :error program-error
(let ((x 0)) (list (block nil (unwind-protect (return 1) (setq x 1))) x)) => (1 1)
(block a (unwind-protect (return-from a 1) (return-from a 2))) => 2
(prog ((x 1) y) (setq y 2) (return (list x y))) => (1 2)
(prog* ((x 1) (y x)) (return y)) => 1
(list (prog1 1 2) (prog2 1 2 3) (progn 1 2)) => (1 2 2)

;; Conditionals
(list (if nil 1) (when t 1 2) (unless t 1) (cond) (cond (nil) (3) (t 4)) (cond ((values 1 2)))) => (nil 2 nil nil 3 1)
(list (and) (and 1 2) (and nil 2) (or) (or nil 2) (or nil nil)) => (t 2 nil nil 2 nil)
(mapcar (lambda (x) (case x ((1 2) :low) (3 :three) ((nil) :nil) (t :other))) '(1 2 3 nil x)) => (:low :low :three :nil :other)
(list (case 'a (a) (b 1)) (case 4 (3 1)) (case #\a ((#\a) 1))) => (nil nil 1)
(list (ecase 1 (1 :one)) (etypecase "a" (string :s))) => (:one :s)
(ecase 5 (1 :one)) => :error type-error
(etypecase 5 (string :s)) => :error type-error
(mapcar (lambda (x) (typecase x (fixnum :i) ((or string symbol) :s) (t :o))) '(1 "a" b 1.5)) => (:i :s :s :o)
(let ((x 5)) (handler-bind ((type-error (lambda (c) (store-value 1 c)))) (list (ccase x (1 :one)) x))) => (:one 1)

;; Functions
(list (funcall #'+ 1 2) (funcall '+ 1 2) (apply #'list 1 2 '(3 4)) (apply #'+ nil)) => (3 3 (1 2 3 4) 0)
(funcall 3) => :error type-error
(funcall 'no-such-function) => :error undefined-function
(apply #'list 1) => :error type-error
(list (functionp #'car) (functionp 'car) (compiled-function-p #'car)) => (t nil t)
(list (fboundp 'car) (fboundp 'no-such-function) (fboundp '(setf car)) (fboundp 'when)) => (t nil t t)
(progn (setf (fdefinition 'made-here) (lambda (x) (* 2 x))) (list (made-here 4) (progn (fmakunbound 'made-here) (fboundp 'made-here)))) => (8 nil)
(fdefinition 'no-such-function) => :error undefined-function
(funcall (complement #'evenp) 3) => t
(funcall (constantly 7) 1 2 3) => 7
(list (identity 5) (funcall (lambda (&optional (a 1 a-p) &rest r &key) (list a a-p r)))) => (5 (1 nil nil))
((lambda (a &optional (b a) &key (c b) (d c d-p)) (list a b c d d-p)) 1 2 :d 4) => (1 2 2 4 t)
((lambda (&key ((:internal x) 5)) x) :internal 6) => 6
((lambda (&key a) a) :b 1) => :error program-error
((lambda (&key a) a) :b 1 :allow-other-keys t) => nil
((lambda (&key a &allow-other-keys) a) :b 1 :a 2) => 2
((lambda (a) a)) => :error program-error
((lambda (a) a) 1 2) => :error program-error
((lambda (&key a) a) :a) => :error program-error
((lambda (&aux (x 1) (y x)) (list x y))) => (1 1)
(flet ((f (x) (* 2 x))) (flet ((f (x) (1+ (f x)))) (f 3))) => 7
(labels ((even (n) (if (= n 0) t (odd (1- n)))) (odd (n) (if (= n 0) nil (even (1- n))))) (list (even 10) (odd 7))) => (t t)
(macrolet ((twice (x) `(* 2 ,x))) (twice 4)) => 8
(symbol-macrolet ((x (car y))) (let ((y (list 1))) (setf x 5) y)) => (5)
(let ((fs (loop for i below 3 collect (let ((i i)) (lambda () (incf i)))))) (mapcar #'funcall (append fs fs))) => (1 2 3 2 3 4)

;; Equality and predicates
(list (eq 'a 'a) (eql 1 1) (eql 1 1.0) (eql 1.0 1.0) (eql "a" "a") (equal "a" "a") (equal "a" "A") (equalp "a" "A")) => (t t nil t nil t nil t)
(list (equal '(1 (2 . 3)) '(1 (2 . 3))) (equal #(1) #(1)) (equalp #(1) #(1.0)) (equalp 1 1.0) (eql 0.0 -0.0)) => (t nil t t nil)
(list (not nil) (not 1) (every #'evenp '(2 4)) (some #'evenp '(1 3)) (notany #'evenp '(1 3)) (notevery #'evenp '(2 3))) => (t nil t nil t t)
(list (every #'< '(1 2) '(2 3 0)) (some #'+ '(1) '(2)) (every #'identity nil)) => (t 3 t)

;; Destructuring
(destructuring-bind (a (b &optional (c 3)) &rest d &key e &allow-other-keys) '(1 (2) :e 5 :f 6) (list a b c d e)) => (1 2 3 (:e 5 :f 6) 5)
(destructuring-bind (&whole w a . b) '(1 2 3) (list w a b)) => ((1 2 3) 1 (2 3))
(destructuring-bind (a b) '(1) (list a b)) => :error program-error
(destructuring-bind (a b) '(1 2 3) (list a b)) => :error program-error

;; Constants and variables
(defconstant +seven+ 7)
+seven+ => 7
(let ((+seven+ 8)) +seven+) => :error program-error
(defvar *once* 1)
(list (defvar *once* 2) *once* (defparameter *once* 3) *once*) => (*once* 1 *once* 3)
(defun reads-once () *once*)
(let ((*once* 9)) (reads-once)) => 9
(progv '(*once* free) '(5) (list *once* (boundp 'free))) => (5 nil)
(let ((x 1)) (locally (declare (special x)) (boundp 'x))) => nil
