;;; Symbols (chapter 10).

(list (symbolp 'a) (symbolp nil) (symbolp "a") (keywordp :a) (keywordp 'a) (keywordp nil)) => (t t nil t nil nil)
(list (symbol-name 'foo) (symbol-name :bar) (symbol-name nil) (symbol-name '|x y|)) => ("FOO" "BAR" "NIL" "x y")
(symbol-name "a") => :error type-error
(list (package-name (symbol-package 'car)) (package-name (symbol-package :a)) (symbol-package (make-symbol "X"))) => ("COMMON-LISP" "KEYWORD" nil)
(let ((a (make-symbol "A")) (b (make-symbol "A"))) (list (eq a b) (string= a b) (symbol-name a))) => (nil t "A")
(make-symbol 'a) => :error type-error
(let ((s (make-symbol "S"))) (setf (get s 'p) 1) (setf (symbol-value s) 2) (let ((c (copy-symbol s)) (d (copy-symbol s t))) (list (boundp c) (get c 'p) (symbol-value d) (get d 'p) (eq s c)))) => (nil nil 2 1 nil)
(let ((*gensym-counter* 7)) (list (symbol-name (gensym)) (symbol-name (gensym "X")) (symbol-name (gensym 3)) *gensym-counter*)) => ("G7" "X8" "G3" 9)
(gensym -1) => :error type-error
(gensym 'a) => :error type-error
(let ((a (gentemp)) (b (gentemp "P"))) (list (eq a b) (null (symbol-package a)) (char (symbol-name b) 0))) => (nil nil #\P)

;; Property lists
(let ((s (gensym))) (list (get s 'a) (get s 'a :none) (setf (get s 'a) 1) (get s 'a) (setf (get s 'b) 2) (copy-list (symbol-plist s)) (remprop s 'a) (remprop s 'a) (symbol-plist s))) => (nil :none 1 1 2 (b 2 a 1) t nil (b 2))
(let ((s (gensym))) (setf (symbol-plist s) (list 'x 1)) (incf (get s 'x)) (get s 'x)) => 2
(get 3 'a) => :error type-error
(list (getf '(a 1 b 2) 'b) (getf '(a 1) 'c 9) (multiple-value-list (get-properties '(a 1 b 2 c 3) '(c b)))) => (2 9 (b 2 (b 2 c 3)))
(get-properties '(a) '(b)) => :error error

;; Values and functions
(let ((s (gensym))) (list (boundp s) (set s 5) (symbol-value s) (boundp s) (eq (makunbound s) s) (boundp s))) => (nil 5 5 t t nil)
(symbol-value (make-symbol "UNBOUND")) => :error unbound-variable
(handler-case (symbol-value 'unbound-here) (unbound-variable (c) (cell-error-name c))) => unbound-here
(set 'pi 3) => :error error
(set nil 1) => :error error
(list (symbol-value :key) (symbol-value nil) (symbol-value t)) => (:key nil t)
(let ((s (gensym))) (setf (symbol-function s) (lambda (x) (1+ x))) (list (funcall s 1) (fboundp s) (eq (fmakunbound s) s) (fboundp s))) => (2 t t nil)
(symbol-function 'no-such-function-here) => :error undefined-function
(handler-case (symbol-function 'no-such-function-here) (undefined-function (c) (cell-error-name c))) => no-such-function-here
(fboundp 3) => :error type-error
(defvar *special-here* 1)
(let ((*special-here* 2)) (list (symbol-value '*special-here*) (progn (setf (symbol-value '*special-here*) 3) *special-here*))) => (2 3)
*special-here* => 1
(list (string 'a) (symbol-name (intern "lower")) (eq 'foo 'FOO) (eq '|foo| 'foo)) => ("A" "lower" t nil)
