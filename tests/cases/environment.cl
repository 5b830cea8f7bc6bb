(stringp (documentation (quote car) (quote function))) => t
(defun documented (x) "Doc of it." x)
(documentation 'documented 'function) => "Doc of it."
(documentation #'documented t) => "Doc of it."
(setf (documentation 'documented 'function) "new") => "new"
(documentation 'documented 'function) => "new"
(stringp (documentation '*print-base* 'variable)) => t
(documentation 'no-such-thing 'function) => nil
(let ((f (lambda (x) x))) (setf (documentation f t) "f") (documentation f t)) => "f"
(documentation 'car 'variable) => nil
(length (with-output-to-string (*standard-output*) (describe 1))) => 11
(not (null (member 'car (apropos-list "CAR" :cl)))) => t
(encode-universal-time 0 0 0 1 1 1900 0) => 0
(encode-universal-time 1 2 3 4 5 2026 0) => 3986852521
(multiple-value-list (decode-universal-time 0 0)) => (0 0 0 1 1 1900 0 nil 0)
(multiple-value-list (decode-universal-time 3986852521 0)) => (1 2 3 4 5 2026 0 nil 0)
(multiple-value-list (decode-universal-time 3986852521 -1)) => (1 2 4 4 5 2026 0 nil -1)
(let ((u (get-universal-time))) (multiple-value-bind (s m h d mo y) (decode-universal-time u) (= u (encode-universal-time s m h d mo y)))) => t
(integerp (get-internal-real-time)) => t
(multiple-value-list (let ((*trace-output* (make-broadcast-stream))) (time (values 1 2)))) => (1 2)
(stringp (lisp-implementation-type)) => t
(multiple-value-list (function-lambda-expression #'car)) => (nil t car)
(progn (defmacro with-parts ((a &key b) &body c) `(list ,a ,b ,@c)) (values (excl:arglist (quote with-parts))))
  => ((a &key b) &body c)
(values (excl:arglist (macro-function (quote with-parts)))) => ((a &key b) &body c)
(nth-value 2 (function-lambda-expression #'excl:match-re)) => excl:match-re
(progn (defun named-1 (x) x) (nth-value 2 (function-lambda-expression #'named-1))) => named-1
(progn (defgeneric named-2 (x)) (nth-value 2 (function-lambda-expression #'named-2))) => named-2
(nth-value 2 (function-lambda-expression (lambda (x) x))) => nil
(progn (eval '(defun expressed (x &optional (y 2)) "Doc." (declare (fixnum x)) (+ x y))) (values (function-lambda-expression #'expressed))) => (lambda (x &optional (y 2)) "Doc." (declare (fixnum x)) (block expressed (+ x y)))
(progn (eval '(defun (setf expressed) (value x) (list value x))) (values (function-lambda-expression #'(setf expressed)))) => (lambda (value x) (block expressed (list value x)))
(values (function-lambda-expression (let ((y 1)) (lambda (x) (list x y))))) => (lambda (x) (list x y))
(mapcar (lambda (f) (values (function-lambda-expression f))) (eval '(list (lambda () 1) (lambda () 2) (lambda (a) 3) (lambda (b) 4)))) => (nil nil (lambda (a) 3) (lambda (b) 4))
(let ((f (eval '(lambda (x y) (cons x y))))) (funcall (compile nil (function-lambda-expression f)) 1 2)) => (1 . 2)

;; Tracing
(defun fact (n) (if (< n 2) 1 (* n (fact (- n 1)))))
(defun outer (n) (fact n))
(defvar *n* 0)
(defun traced (form) (let (value) (list (substitute #\| #\Newline (with-output-to-string (*trace-output*) (setq value (multiple-value-list (ignore-errors (eval form)))))) (first value))))
(trace fact) => (fact)
(trace) => (fact)
(traced '(fact 2)) => (" 0[2]: (FACT 2)|   1[2]: (FACT 1)|   1[2]: returned 1| 0[2]: returned 2|" 2)
(untrace fact) => (fact)
(trace) => nil
(trace (fact :condition (evenp *n*))) => (fact)
(list (traced '(fact 1)) (progn (incf *n*) (traced '(fact 1)))) => ((" 0[2]: (FACT 1)| 0[2]: returned 1|" 1) ("" 1))
(trace (fact :inside outer :print-before (*n* (+ *n* 1)) :print-after *n*)) => (fact)
(list (traced '(fact 1)) (traced '(outer 1))) => (("" 1) (" 0[2]: (FACT 1)| 0* 1| 0* 2| 0[2]: returned 1| 0* 1|" 1))
(trace (fact :not-inside (outer)))
(list (traced '(fact 1)) (traced '(outer 1))) => ((" 0[2]: (FACT 1)| 0[2]: returned 1|" 1) ("" 1))
(trace (fact :break-before (= *n* 1) :show-stack 1))
(let ((*trace-output* (make-broadcast-stream))) (fact 1)) => :error excl:simple-break
(let ((*trace-output* (make-broadcast-stream)) (*n* 0)) (fact 1)) => 1
(trace (fact :bad 1)) => :error program-error
(trace no-such-function) => :error undefined-function
(traced '(catch 'out (fact (throw 'out 3)))) => ("" 3)
(trace (fact :print-before ((throw 'out 4)))) => (fact)
(traced '(catch 'out (fact 1))) => (" 0[2]: (FACT 1)| 0[2]: returned-by-throwing|" 4)
(untrace) => nil
(defgeneric g (x) (:method ((x integer)) (call-next-method)) (:method (x) (values x 2)))
(trace (method g (integer))) => ((method g (integer)))
(list (traced '(g 1)) (traced '(g :a))) => ((" 0[2]: ((METHOD G (INTEGER)) 1)| 0[2]: returned 1 2|" 1) ("" :a))
(untrace (method g (integer))) => ((method g (integer)))
(list (traced '(g 1)) (multiple-value-list (g 1))) => (("" 1) (1 2))
(excl:ftrace #'fact) => (fact)
(traced '(fact 1)) => (" 0[2]: (FACT 1)| 0[2]: returned 1|" 1)
(excl:funtrace 'fact) => (fact)
(let ((excl:*trace-print-length* 2)) (excl:ftrace 'outer) (traced '(outer '(1 2 3)))) => (" 0[2]: (OUTER (1 2 ...))| 0[2]: returned-by-throwing|" nil)
(untrace) => nil
(with-output-to-string (*trace-output*) (fact 1)) => ""
(progn (with-output-to-string (*standard-output*) (disassemble 'fact)) nil) => nil
(progn (with-output-to-string (*standard-output*) (room) (inspect '(1 2))) nil) => nil

; Fwrappers
(progn (defun fw1 (a &optional (b 2) &key c) (values a b c)) :made) => :made
(progn (def-fwrapper fw-twice (a &rest more) (setq a (* 2 a)) (call-next-fwrapper)) :defined) => :defined
(multiple-value-bind (f warnings failure) (compile nil '(lambda () (def-fwrapper fw-quiet (&optional a &rest more) "Around." (declare (ignore a more)) (call-next-fwrapper)))) (funcall f) (list warnings failure (documentation 'fw-quiet 'function))) => (nil nil "Around.")
(progn (def-fwrapper fw-list (&rest args) (list :list args (multiple-value-list (call-next-fwrapper)))) :d) => :d
(fwrap 'fw1 :one 'fw-twice) => fw1
(fw1 5 6 :c 7) => 10 6 7
(fwrap 'fw1 :two 'fw-list) => fw1
(fw1 5) => (:list (5) (10 2 nil))
(fwrap-order 'fw1) => ((:two fw-list) (:one fw-twice))
(funwrap 'fw1 :one) => t
(fw1 5) => (:list (5) (5 2 nil))
(funwrap 'fw1) => t
(fw1 5) => 5 2 nil
(funwrap 'fw1) => nil
(fw-list 3) => :error program-error

;; Describing and inspecting
(defun told (x) (substitute #\| #\Newline (with-output-to-string (*standard-output*) (describe x))))
(defclass pt () ((x :initarg :x) (yy :initform 3) (z :allocation :class :initform 9)))
(let ((text (told (make-instance 'pt :x 1)))) (subseq text (position #\| text))) => "| The following slots have :INSTANCE allocation:|  X  1|  YY 3| The following slots have :CLASS allocation:|  Z 9|"
(told '(1 2 . 3)) => "(1 2 . 3) is a CONS|  It begins a dotted list: 2 conses, then 3|"
(told (make-array 2 :fill-pointer 1 :initial-element 'a)) => "#(A) is a (VECTOR T 2)|  Its dimensions are (2)|  Its element type is T|  Its fill pointer is 1|"
(told #\Space) => "#\\space is a STANDARD-CHAR|  Its code is 32, its name Space|"
(told '#:loose) => "#:LOOSE is a SYMBOL|  It is uninterned|"
(not (null (search "It names a special operator" (told 'if)))) => t
(not (null (search "Its form is (LET bindings &body forms)" (told 'let)))) => t
(not (null (search "It names a macro" (told 'when)))) => t
(let ((bare nil)) (dolist (p '(:cl :excl :mp :socket :tpl :clos)) (do-external-symbols (s p) (when (and (fboundp s) (null (documentation s 'function))) (push s bare)))) bare) => nil
(not (null (search "Its slots are X YY Z" (told (find-class 'pt))))) => t
(told #p"/a/b.c") => "#P\"/a/b.c\" is a PATHNAME|  Its directory is (:ABSOLUTE \"a\")|  Its name is \"b\"|  Its type is \"c\"|  Its version is :UNSPECIFIC|"
(defmethod describe-object ((x pt) stream) (write-string "mine" stream))
(told (make-instance 'pt)) => "mine|"
(multiple-value-list (let ((*standard-output* (make-broadcast-stream))) (describe 1))) => nil
(defun inspected (x) (let ((text (substitute #\| #\Newline (with-output-to-string (*standard-output*) (inspect x))))) (subseq text (position #\| text))))
(inspected (make-instance 'pt)) => "|   0 x --------------> <unbound>|   1 yy -------------> FIXNUM 3|   2 z --------------> FIXNUM 9|"
(inspected '(1 "a")) => "|   0 ----------------> FIXNUM 1|   1 ----------------> STRING \"a\"|"
(inspected 2/3) => "|   0 numerator ------> FIXNUM 2|   1 denominator ----> FIXNUM 3|"

;; Names
(remove-if #'keywordp (apropos-list "special-operator")) => (special-operator-p)
(null (apropos-list "no such name at all")) => t
(string-right-trim '(#\Newline) (with-output-to-string (*standard-output*) (apropos "row-major-ar" :cl))) => "ROW-MAJOR-AREF       [function] (array index)"
(multiple-value-list (let ((*standard-output* (make-broadcast-stream))) (apropos "x" :keyword))) => nil

;; Code and memory
(let ((text (with-output-to-string (*standard-output*) (disassemble '(lambda (x) (foo x)))))) (list (not (null (search "CALL" text))) (not (null (search "foo" text :test #'char-equal))))) => (t t)
(disassemble 3) => :error type-error
(disassemble 'no-such-function) => :error undefined-function
(let ((text (with-output-to-string (*standard-output*) (room)))) (not (null (search "conses" text)))) => t
(progn (let ((*standard-output* (make-broadcast-stream))) (room nil) (room t))) => nil
(step (+ 1 2)) => 3
(mapcar (lambda (f) (format nil "~(~a~)" (excl:arglist f))) '(outer when (setf aref))) => ("(n)" "(test &body forms)" "(new-value array &rest subscripts)")
(multiple-value-list (excl:arglist (lambda (a &key (b 1)) (list a b)))) => ((a &key (b 1)) t)
(excl:arglist 'no-such-function) => :error undefined-function

;; what macros can ask of an environment
(defmacro kind (name &environment env) `',(multiple-value-list (sys:variable-information name env)))
(kind pi)                                        => (:constant (3.141592653589793d0) nil nil)
(kind *print-base*)                              => (:special nil nil nil)
(kind never-heard-of)                            => (nil nil nil nil)
(let ((x 1)) (declare (ignorable x)) (kind x))   => (:lexical nil ((ignore . ignorable)) t)
(let ((y 1)) (declare (special y)) (kind y))     => (:special nil nil t)
(symbol-macrolet ((x (car y))) (kind x))         => (:symbol-macro ((car y)) nil t)
(define-symbol-macro everywhere (car y))         => everywhere
(kind everywhere)                                => (:symbol-macro ((car y)) nil nil)
(defmacro operator (name &environment env) `',(list (sys:function-information name env) (nth-value 3 (sys:function-information name env))))
(operator car)                                   => (:function nil)
(operator setf)                                  => (:macro nil)
(operator if)                                    => (:special-operator nil)
(operator never-heard-of)                        => (nil nil)
(flet ((f () 1)) (list (f) (operator f)))        => (1 (:function t))
(macrolet ((f () 1)) (list (f) (operator f)))    => (1 (:macro t))
(sys:variable-information 1)                     => :error type-error

;; weak vectors and finalizations
(let ((w (excl:weak-vector 3))) (setf (svref w 0) 1 (svref w 1) 'a) (list (length w) (coerce w 'list) (find 'a w))) => (3 (1 a nil) a)
(defvar *weak* (excl:weak-vector 1))
(setf (svref *weak* 0) (list 1 2))               => (1 2)
(progn (excl:gc t) (svref *weak* 0))             => nil
(excl:weak-vector -1)                            => :error type-error
(defstruct dying name)
(defvar *dead* nil)
(defun make-garbage (name &rest more) (apply #'excl:schedule-finalization (make-dying :name name) (lambda (x) (push (dying-name x) *dead*)) more))
(progn (make-garbage :a) (excl:gc t) (mp:process-wait-with-timeout "finalization" 10 (lambda () *dead*)) *dead*) => (:a)
(defvar *queue* (make-instance 'mp:queue))
(progn (make-garbage :b :queue *queue*) (excl:gc t) (excl:call-finalizer (mp:dequeue *queue* :wait 10)) *dead*) => (:b :a)
(let ((x (make-dying :name :c))) (excl:unschedule-finalization (excl:schedule-finalization x (lambda (x) (push x *dead*))))) => nil
(progn (excl:gc t) *dead*)                       => (:b :a)
(excl:schedule-finalization 1 'print)            => :error error

;; Macros that are given something else where they want a list, or options that are no pairs
(mp:with-process-lock 3 1) => :error program-error
(mp:with-process-lock ('a) 1) => :error type-error
(mp:with-process-lock (a :timeout) 1) => :error program-error
(with-open-stream (a b c) 1) => :error program-error
(print-unreadable-object (1 2 "type" t) 1) => :error program-error
(dotimes i 1) => :error program-error
(make-load-form-saving-slots 1) => :error type-error
(reinitialize-instance nil :a 1) => :error type-error
(excl:md5-final 'sym) => :error type-error
(excl:integer-to-base64-string -1) => :error type-error
(mp:make-process :name (find-package :cl)) => :error type-error

;; The runtime analyzer
(prof:start-sampling) => :error error
(prof:stop-profiler) => :error error
(defun analyzer-state () (prof:profiler-status :verbose nil))
(progn (prof:start-profiler :start-sampling-p nil)
       (list (analyzer-state)
             (progn (prof:start-sampling) (analyzer-state))
             (handler-case (prof:start-profiler) (error () :started))
             (progn (prof:stop-sampling) (analyzer-state))
             (multiple-value-list (prof:with-sampling () (values (analyzer-state) 2)))
             (progn (prof:stop-profiler) (analyzer-state))
             (handler-case (prof:list-call-counts) (error () :not-counted))
             (subseq (with-output-to-string (*standard-output*) (prof:profiler-status)) 0 26)
             (handler-case (prof:with-profiling (:type :time) (error "x")) (error () (analyzer-state)))))
  => (:suspended :sampling :started :suspended (:sampling 2) :saved :not-counted "; The profiler is saved: a" :saved)
(prof:start-profiler :type :space) => :error error
(prof:start-profiler :type 'time) => :error type-error
(list (prof:show-all) prof:*significance-threshold*) => (0 0.0)
(progn (prof:reset-profiler-display-defaults) prof:*fractional-significance-threshold*) => 0.02

; what environments know
(defmacro variable-info (x &environment env) `',(multiple-value-list (sys:variable-information x env))) => variable-info
(defmacro function-info (x &environment env) `',(multiple-value-list (sys:function-information x env))) => function-info
(funcall (lambda (x) (declare (fixnum x)) (list (variable-info x) (let ((x x)) (declare (ignorable x)) (variable-info x)) (let* ((y x)) (declare (type (integer 0 5) y) (special y)) (list (variable-info y) (variable-info x))))) 3) => ((:lexical nil ((type . fixnum)) t) (:lexical nil ((ignore . ignorable)) t) ((:special nil ((type integer 0 5)) t) (:lexical nil ((type . fixnum)) t)))
(flet ((g () 1)) (declare (inline g) (ftype (function () integer) g)) (list (g) (function-info g) (first (function-info if)))) => (1 (:function nil ((inline . inline) (ftype function nil integer)) t) :special-operator)
(let ((env (sys:augment-environment nil :variable '(a b) :symbol-macro '((s (car x))) :function '(ff) :declare '((special b) (integer a) (inline ff))
                                        :macro (list (list 'm (lambda (form env) (declare (ignore env)) (list 'list (second form))))))))
  (list (multiple-value-list (macroexpand '(m 3) env)) (macroexpand 's env) (multiple-value-list (sys:variable-information 'a env)) (sys:variable-information 'b env)
        (multiple-value-list (sys:function-information 'ff env)) (sys:function-information 'm env) (funcall (excl:compile-lambda-expr-in-env '(lambda (x) (m x)) env) 5)
        (macroexpand '(m 4) (sys:augment-environment (sys:ensure-portable-walking-environment env) :function '(m)))))
  => (((list 3) t) (car x) (:lexical nil ((type . integer)) t) :special (:function nil ((inline . inline)) t) :macro (5) (m 4))
(sys:define-declaration measured-in (&rest x) measured-in :variable (lambda (spec env) (declare (ignore env)) (values :variable (mapcar (lambda (n) (list n 'measured-in (second spec))) (cddr spec))))) => measured-in
(sys:define-declaration swift (&rest x) speedy :both) => swift
(let ((m 1)) (declare (measured-in kg m) (swift m)) (variable-info m)) => (:lexical nil ((measured-in . kg) (speedy . swift)) t)
(macrolet ((q (&environment env) `',(cadr (assoc 'speed (sys:declaration-information 'optimize env))))) (locally (declare (optimize (speed 3))) (q))) => 3
(sys:declaration-information 'no-declaration) => :error error
(sys:variable-information "x") => :error type-error
(sys:variable-information 'x 5) => :error type-error
(funcall (compile nil (excl::defmacro-expander '(foo (a &rest b) `(list ,a ,@b)) nil)) '(foo 1 2 3) nil) => (list 1 2 3)
