;;; Evaluation: special operators, functions, places, exits.

(+ 1 2) => 3
(let ((x 1) (y 2)) (setq x (+ x y)) (values x y)) => 3 2
(funcall (lambda (a &optional (b 5) &key c (d 4 dp)) (list a b c d dp)) 1 2 :d 9) => (1 2 nil 9 t)
(funcall (lambda (a &optional (b a bp) &rest r) (list a b bp r)) 1) => (1 1 nil nil)
(funcall (lambda (&key ((:x y) 3) &allow-other-keys) y) :z 1 :x 4) => 4
(funcall (lambda (&key a) a) :b 1) => :error program-error
(funcall (lambda (&key a) a) :b 1 :allow-other-keys t) => nil
(funcall (lambda (&key a) a) :a) => :error program-error
(funcall (lambda (x) x)) => :error program-error
(block nil (let ((i 0)) (tagbody top (if (> i 10) (return i)) (setq i (+ i 1)) (go top)))) => 11
(catch 'foo (list 1 (throw 'foo (values 1 2 3)))) => 1 2 3
(throw 'nowhere 1) => :error control-error
(block b (funcall (lambda () (return-from b (values 1 2))))) => 1 2
(let ((x 0)) (tagbody (funcall (lambda () (go b))) (setq x 1) b) x) => 0
(let ((f (block b (lambda () (return-from b 1))))) (if (functionp f) (funcall f) f)) => :error control-error
(labels ((f (x) (if (= x 0) (values 1 2) (g (- x 1)))) (g (y) (f y))) (f 10)) => 1 2
(multiple-value-bind (a b c) (values 1 2) (list a b c)) => (1 2 nil)
(let ((log nil)) (catch 'x (unwind-protect (throw 'x 1) (push 'cleanup log))) log) => (cleanup)
(let ((fs nil)) (dotimes (i 3) (let ((j i)) (push (lambda () (incf j 10)) fs))) (mapcar #'funcall fs)) => (12 11 10)
(defvar *special-x* 1)
(defun special-x () *special-x*)
(list (let ((*special-x* 2)) (special-x)) (special-x)) => (2 1)
(progv '(*special-x*) '(7) (special-x)) => 7
(defmacro swap-args (f a b) `(,f ,b ,a))
(swap-args - 1 10) => 9
(macrolet ((m (x) `(+ ,x 1))) (m 4)) => 5
(symbol-macrolet ((z (car q))) (let ((q (list 1 2))) (setf z 9) (incf z) q)) => (10 2)
(let ((l (list 1 2 3))) (setf (second l) 'x) (push 0 (cdr l)) l) => (1 0 x 3)
(let ((a 1) (b 2) (c 3)) (rotatef a b c) (list a b c)) => (2 3 1)
(let ((a 1) (b 2)) (list (shiftf a b 5) a b)) => (1 2 5)
(let ((i 0) (v (vector 1 2 3))) (incf (aref v (incf i))) (list i v)) => (1 #(1 3 3))
(let (a b) (setf (values a b) (floor 7 2)) (list a b)) => (3 1)
(defsetf my-car (c) (new) `(progn (rplaca ,c ,new) ,new))
(let ((l (list 1 2))) (setf (my-car l) 5) l) => (5 2)
(define-modify-macro appendf (&rest lists) append)
(let ((l (list 1))) (appendf l '(2) '(3)) l) => (1 2 3)
(let ((p nil)) (setf (getf p :a) 1) (setf (getf p :b) 2) (remf p :a) p) => (:b 2)
(case 3 (1 'a) ((2 3) 'b) (t 'c)) => b
(ecase 4 (1 'a)) => :error type-error
(typecase "x" (symbol 1) (string 2)) => 2
(do ((i 0 (1+ i)) (j 10 (1- j))) ((= i j) (list i j))) => (5 5)
(let ((s 0)) (dolist (x '(1 2 3) s) (incf s x))) => 6
(dotimes (i 5 i)) => 5
(prog ((i 0)) top (when (> i 3) (return i)) (incf i) (go top)) => 4
(destructuring-bind (a (b &optional (c 5)) &key d) '(1 (2) :d 4) (list a b c d)) => (1 2 5 4)
(destructuring-bind (a b) '(1) (list a b)) => :error program-error
(eval-when (:execute) 1) => 1
(load-time-value (+ 1 2)) => 3
(multiple-value-call #'list 1 (values 2 3) (values) 4) => (1 2 3 4)
(multiple-value-list (multiple-value-prog1 (values 1 2) 3)) => (1 2)
(nth-value 1 (floor 7 2)) => 1
(handler-case (car 1) (type-error (c) (list (type-error-datum c) (type-error-expected-type c)))) => (1 list)
(handler-case (+ nil 1) (type-error (c) (type-error-datum c))) => nil
(handler-case (/ 1 0) (division-by-zero () 'div)) => div
(let ((seen nil)) (handler-case (handler-bind ((error (lambda (c) (push 'inner seen)))) (error "x")) (error () (push 'outer seen))) seen) => (outer inner)
(restart-case (handler-bind ((error (lambda (c) (use-value 7)))) (error "x")) (use-value (v) v)) => 7
(handler-bind ((warning #'muffle-warning)) (warn "x") 1) => 1

;; AND, OR, MULTIPLE-VALUE-BIND and MULTIPLE-VALUE-LIST are macros to programs, whatever the compiler knows of them.
(mapcar #'special-operator-p '(and or multiple-value-bind declare if)) => (nil nil nil nil t)
(eval (macroexpand-1 '(multiple-value-bind (a b) (values 1 2 3) (list b a)))) => (2 1)
(eval (macroexpand-1 '(multiple-value-list (values 1 2)))) => (1 2)
(multiple-value-list (eval (macroexpand-1 '(or nil (values 1 2))))) => (1 2)
(funcall (macro-function 'and)) => :error program-error
(fboundp 'declare) => nil

;; NIL may name a local function or macro.
(flet ((nil () 'a)) (nil)) => a
(macrolet ((nil () ''b)) (nil)) => b
(labels (((setf nil) (x) (list x))) (setf (nil) 1)) => (1)

(symbol-macrolet ((x 1)) (declare (special x)) x) => :error program-error
(symbol-macrolet ((*package* 1)) 1) => :error program-error
((lambda (x) "Documentation." (declare (ignorable x)) 1) 2) => 1
(typecase 1 (t :good) (otherwise :bad)) => :good
(let ((x :inner)) (declare (special x))
  (let ((x :outer)) (do-external-symbols (s "KEYWORD" x) (declare (special x)) (return x)))) => :inner

;; Declarations at the head of a loop hold for its result form too (6.2, dolist).
(let ((x :good)) (declare (special x)) (let ((x :bad)) (dolist (e nil x) (declare (special x))))) => :good
(let ((x :good)) (declare (special x)) (let ((x :bad)) (dotimes (i 3 x) (declare (special x))))) => :good
(let ((x :good)) (declare (special x)) (let ((x :bad)) (dotimes (i 3 (list i x)) (declare (special x))))) => (3 :good)
(block nil (dotimes (i (return 1))) 2) => 2
(let ((x 0)) (list (incf x (setf x 1)) x)) => (2 2)
(let ((x 0)) (list (decf x (setf x 1)) x)) => (0 0)

;; A declaration that nobody knows is warned of; a name is that of a type or of a declaration, not of both (TYPE).
(handler-case (eval '(let ((x 1)) (declare (no-such-declaration x)) x)) (style-warning () :warned)) => :warned
(handler-case (eval '(let ((x 1)) (declare ((integer 0 5) x) (keyword)) x)) (style-warning () :warned)) => 1
(declaim (declaration declared-name))
(let ((x 1)) (declare (declared-name x)) x) => 1
(deftype declared-name () t) => :error error
(defstruct declared-name a) => :error error
(defclass declared-name () ()) => :error error
(define-condition declared-name () ()) => :error error
(deftype type-name-taken () t) => type-name-taken
(proclaim '(declaration type-name-taken)) => :error error
;; A variable that a later argument changes has its old value as an earlier argument.
(funcall (compile nil '(lambda (a) (flet ((f () (setq a 0))) (list (max a (f)) (setq a 9) (min a (f)) (setq a 8) (= a (f)) (setq a 7) (eql a (f)))))) 100) => (100 9 0 8 nil 7 nil)
(funcall (compile nil '(lambda (v i) (flet ((f () (incf i))) (setf (svref v i) (f)) (list v i)))) (vector 0 0) 0) => (#(1 0) 1)
(handler-case (dotimes (i 'a)) (type-error (c) (list (type-error-datum c) (type-error-expected-type c)))) => (a integer)

;; A code walker finds in expansions only the standard's special operators, macros and functions.
(defun walk (x)
  (cond ((or (atom x) (member (car x) '(quote declare))) x)
        ((eq (car x) 'function) (if (consp (cadr x)) `(function (lambda ,(cadadr x) ,@(mapcar 'walk (cddadr x)))) x))
        ((and (symbolp (car x)) (macro-function (car x)) (not (member (car x) '(lambda and or)))) (walk (macroexpand-1 x)))
        ((and (symbolp (car x)) (or (special-operator-p (car x)) (fboundp (car x)))) (cons (car x) (mapcar 'walk (cdr x))))
        (t (mapcar 'walk x))))
(defmacro walked (form) (walk form))
(walked (let ((l '())) (dotimes (i 3 (nreverse l)) (push i l)))) => (0 1 2)
(walked (let ((l '())) (dolist (x '(1 2) l) (push x l)))) => (2 1)
(walked (loop for i from 1 to 5 for x across #(a b c) collect (list i x))) => ((1 a) (2 b) (3 c))
(walked (do ((i 0 (+ i 2))) ((> i 5) i))) => 6
(walked (handler-case (car 5) (type-error (c) (type-error-datum c)) (error () :other))) => 5
(walked (handler-case (+ 1 2) (error () :other) (:no-error (x) (list x)))) => (3)
(walked (let ((l '())) (list (block b (handler-bind ((error (lambda (c) (declare (ignore c)) (push 1 l) (return-from b 'left)))) (error "x"))) l))) => (left (1))
(walked (restart-case (invoke-restart 'mine 3) (other () 1) (mine (x) :report "mine" (* x 2)))) => 6
(walked (restart-bind ((mine (lambda (x) (* x 3)))) (invoke-restart 'mine 3))) => 9
(macroexpand-1 '(loop-finish)) => :error program-error

;; The keywords of a lambda list stand once, in their order; a parameter has at most its parts.
(defun faulty (lambda-list) (handler-case (progn (eval `(function (lambda ,lambda-list nil))) nil) (program-error () t)))
(remove-if #'faulty '((x &optional &optional) (&rest x &rest y) (&rest x &body y) (&key &key) (&aux a &aux b) (&key a &optional b) (&rest r &optional b) (&aux a &key b))) => nil
(remove-if #'faulty '((&allow-other-keys) (&key a &allow-other-keys b) (&key &allow-other-keys &allow-other-keys) (&rest) (&rest &key a) (&rest a b) (&whole w x) (&environment e))) => nil
(remove-if #'faulty '((&optional (a 1 b c)) (&optional (a . 1)) (&key (a 1 b c)) (&key ((:a) 1)) (&key ((:a b c) 1)) (&key 1) (&key nil) (&aux (a 1 2)))) => nil
(remove-if-not #'faulty '((&optional) (&optional &rest x) (&key) (&key &allow-other-keys) (&optional a &rest r &key b ((:c d) 1 e) &allow-other-keys &aux (f 1) g))) => nil
(eval '(macrolet ((m (x &whole w) x)) 1)) => :error program-error
(eval '(macrolet ((m (&environment e x &environment f) x)) 1)) => :error program-error
(eval '(destructuring-bind (a &key b &optional c) '(1) a)) => :error program-error
(macrolet ((m (&whole w &environment e x &optional (y 2)) (declare (ignore e)) `'(,(length w) ,x ,y))) (m 1)) => (2 1 2)
(progn (eval '(defconstant +changed+ '(1))) (eval '(defconstant +changed+ (list 1)))) => +changed+
(eval '(defconstant +changed+ 2)) => :error program-error
(handler-bind ((program-error #'continue)) (list (eval '(defconstant +changed+ 2)) (eval '+changed+))) => (+changed+ 2)

;; names of local functions that cannot be names
(eval '(flet (("text" () 1)) 1)) => :error program-error
(eval '(labels ((3 () 1)) 1)) => :error program-error
(eval '(flet ((f)) 1)) => :error program-error
(eval '(flet (((setf 3) (x) x)) 1)) => :error program-error
(eval '(macrolet (("text" () 1)) 1)) => :error program-error
(eval '(macrolet ((m . 3)) 1)) => :error program-error
(flet ((nil () 3)) (nil)) => 3

;; Code that contains itself
(defun circular-code (form) (handler-case (eval form) (program-error (c) (princ-to-string c))))
(circular-code '#1=(progn 1 . #1#)) => "#1=(PROGN 1 . #1#) contains itself and cannot be evaluated."
(circular-code '#1=(list #1#)) => "#1=(LIST #1#) contains itself and cannot be evaluated."
(circular-code '(let #1=((x 1) . #1#) x)) => "(LET #1=((X 1) . #1#) X) contains itself and cannot be evaluated."
(circular-code '(cond (nil 1) . #1=((nil 2) . #1#))) => "(COND (NIL 1) . #1=((NIL 2) . #1#)) contains itself and cannot be evaluated."
(circular-code '(defun never-defined #1=(x . #1#) x)) => "(DEFUN NEVER-DEFINED #1=(X . #1#) X) contains itself and cannot be evaluated."
(handler-case (compile nil '(lambda () . #1=((list 2) . #1#))) (program-error () :program-error)) => :program-error
(with-input-from-string (s "(progn . #1=(1 . #1#))") (handler-case (load s) (program-error () :program-error))) => :program-error
(circular-code '(let ((x '#1=(a . #1#))) (list (first x) (third x)))) => (a a)
(macroexpand '#1=(when x . #1#)) => :error program-error
(macroexpand-1 '(dolist (x y) . #1=(x . #1#))) => :error program-error
(macrolet ((third-of (form) `',(third form))) (third-of #1=(a b . #1#))) => :error program-error
(macrolet ((third-of (form) `',(third form)) (expand (&environment env) `',(macroexpand '(third-of #1=(a b . #1#)) env))) (expand)) => 'a
(circular-code `(let ((x (quote ,(let ((tree (list 1))) (dotimes (i 60 tree) (setq tree (cons tree tree))))))) (length x))) => 61
(length (circular-code `(list ,@(loop repeat 30000 collect 1) 2))) => 30001
