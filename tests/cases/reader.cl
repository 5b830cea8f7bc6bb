;;; The reader, packages, symbols.

(list 'a :b '|c d| 'e\f) => (a :b |c d| |Ef|)
(list 1 -2 +3 4. 1/2 -6/4 1.5 1e3 1d0 .5 -1.5s2) => (1 -2 3 4 1/2 -3/2 1.5 1000.0 1.0d0 0.5 -150.0)
(list #b101 #o17 #xFF #3r12 #c(1 2) #x-f/3) => (5 15 255 5 #c(1 2) -5)
(list #(1 2) #3(a) #*1011 #4*1 #2a((1 2) (3 4)) #0a5) => (#(1 2) #(a a a) #*1011 #*1111 #2a((1 2) (3 4)) #0a5)
(list "a\"b" #\a #\( #'car) => ("a\"b" #\a #\( #.#'car)
(list #| one #| two |# |# 1 ; three
      2) => (1 2)
(list #+(or) 1 #-(or) 2 #+(and) 3 #+(not (and)) 4) => (2 3)
(multiple-value-list (read-from-string "abc def")) => (abc 4)
(multiple-value-list (read-from-string "abc def" t nil :preserve-whitespace t)) => (abc 3)
(multiple-value-list (read-from-string "(a b) c" t nil :start 1 :end 4)) => (a 3)
(read-from-string "" nil :end) => :end 0
(read-from-string "(a") => :error end-of-file
(read-from-string ")") => :error reader-error
(read-from-string "(a . b c)") => :error reader-error
(read-from-string "1e400") => :error reader-error
(read-from-string "no-such-package:foo") => :error reader-error
(let ((*read-eval* nil)) (read-from-string "#.(+ 1 2)")) => :error reader-error
#.(+ 1 2) => 3

;; Case
(defun read-in-case (case &rest texts)
  (let ((*readtable* (copy-readtable nil)))
    (setf (readtable-case *readtable*) case)
    (mapcar (lambda (text) (symbol-name (read-from-string text))) texts)))
(read-in-case :upcase "abC" "a\\bc") => ("ABC" "AbC")
(read-in-case :downcase "abC" "A|B|C") => ("abc" "aBc")
(read-in-case :preserve "abC") => ("abC")
(read-in-case :invert "abc" "ABC" "abC" "a|B|c") => ("ABC" "abc" "abC" "ABC")
(setf (readtable-case (copy-readtable)) :none) => :error type-error

;; Bases
(let ((*read-base* 16)) (mapcar #'read-from-string '("ff" "10." "a/b" "1e1"))) => (255 10 10/11 481)
(let ((*read-default-float-format* 'double-float)) (read-from-string "1.5")) => 1.5d0 3

;; Readtables
(let ((*readtable* (copy-readtable)))
  (set-macro-character #\] (get-macro-character #\)))
  (set-macro-character #\[ (lambda (s c) (declare (ignore c)) (cons 'br (read-delimited-list #\] s t))))
  (values (read-from-string "(1 [2 3 foo] 4)"))) => (1 (br 2 3 foo) 4)
(let ((*readtable* (copy-readtable)))
  (set-dispatch-macro-character #\# #\! (lambda (s c n) (list c n (read s t nil t))))
  (values (read-from-string "#12!foo"))) => (#\! 12 foo)
(let ((*readtable* (copy-readtable)))
  (set-macro-character #\% (lambda (s c) (declare (ignore s c)) (values)) t)
  (list (read-from-string "(a % b)") (read-from-string "a%b"))) => ((a b) a%b)
(let ((*readtable* (copy-readtable)))
  (set-syntax-from-char #\' #\a)
  (symbol-name (read-from-string "don't"))) => "DON'T"
(multiple-value-list (get-macro-character #\a)) => (nil nil)
(second (multiple-value-list (get-macro-character #\#))) => t
(set-dispatch-macro-character #\! #\a 'car) => :error error
(multiple-value-list (funcall (get-macro-character #\;) (make-string-input-stream "abc") #\;)) => nil

;; Labels
(let ((x (read-from-string "#1=(a . #1#)"))) (eq x (cdr x))) => t
(let ((x (read-from-string "#1=#(a #1#)"))) (eq x (aref x 1))) => t
(let ((x (read-from-string "(#1=(a) #1#)"))) (eq (first x) (second x))) => t

;; Backquote
(let ((x 1) (y '(2 3))) `(a ,x ,@y)) => (a 1 2 3)
(let ((x 1) (y '(2 3))) `(a ,@y . ,x)) => (a 2 3 . 1)
(let ((x 1) (y '(2 3))) `#(,x ,@y)) => #(1 2 3)
(let ((x 1)) `(1 (2 ,x) . 3)) => (1 (2 1) . 3)
(let ((x '(1))) `(,@x)) => (1)
(let ((x '(a b))) (eval ``(list ,@',x ,',(car x)))) => (list a b a)
(eval (let ((ls '((list 1 2) (list 3 4)))) ``(x ,@,@ls y ,,@ls))) => (x 1 2 3 4 y (1 2) (3 4))
(let ((x '())) (list (eval ``(a ,,@x b ,@,@x c)) (eval ``#(a ,,@x b)) (eval ``(,,@x)) (eval ``((1 ,,@x) . 2)))) => ((a b c) #(a b) nil ((1) . 2))
'`(a ,b ,@c ,.d) => `(a ,b ,@c ,.d)
`,(+ 1 2) => 3
(read-from-string ",a") => :error reader-error
(read-from-string "`(a . ,@b)") => `(a . ,@b) 10

;; Suppression
(let ((*read-suppress* t)) (multiple-value-list (read-from-string "#garbage"))) => (nil 8)
(let ((*read-suppress* t)) (multiple-value-list (read-from-string "(no:such ... #1r3 . . x)"))) => (nil 24)

;; Packages
(defpackage :rt-a (:use :cl) (:export "X" "Y") (:nicknames :rt-aa) (:documentation "Tests"))
(defpackage :rt-b (:use :cl :rt-a) (:shadow "CAR") (:import-from :rt-a "X") (:local-nicknames (:n :rt-a)))
(list (package-name :rt-aa) (package-nicknames :rt-a)) => ("RT-A" ("RT-AA"))
(multiple-value-list (find-symbol "X" :rt-b)) => (rt-a:x :internal)
(multiple-value-list (find-symbol "Y" :rt-b)) => (rt-a:y :inherited)
(multiple-value-list (find-symbol "NONE" :rt-b)) => (nil nil)
(eq 'rt-b::car 'car) => nil
(let ((*package* (find-package :rt-b))) (eq (find-package :n) (find-package :rt-a))) => t
(find-package :n) => nil
(read-from-string "rt-a:z") => :error reader-error
(progn (intern "P" :rt-b) (export (intern "P" :rt-a) :rt-a)) => :error package-error
(import (make-symbol "P") :rt-b) => :error package-error
(handler-bind ((package-error (lambda (c) (continue c))))
  (export (intern "P" :rt-a) :rt-a)) => t
(eq (find-symbol "P" :rt-a) (find-symbol "P" :rt-b)) => t
(delete-package :rt-a) => :error package-error
(list (delete-package :rt-b) (delete-package :rt-a) (find-package :rt-a)) => (t t nil)
(make-package :cl) => :error package-error
(in-package :no-such-package) => :error package-error
(eval '(defpackage :rt-c (:size 1) (:size 2))) => :error program-error
(eval '(defpackage :rt-c (:shadow "A") (:intern "A"))) => :error program-error
(defun cl:car (x) x) => :error package-error
(let ((n 0)) (do-external-symbols (s :cl n) (incf n))) => 978
(macrolet ((m () '(with-package-iterator (next :cl :external) (multiple-value-list (next)))))
  (list (first (m)) (third (m)))) => (t :external)
(list (find-symbol "NIL" :cl) (symbol-package nil)) => (nil #.(find-package :cl))

;; Symbols
(list (symbol-name 'a) (symbol-name nil) (symbol-name :k)) => ("A" "NIL" "K")
(progn (setf (get 'rt-s 'a) 1 (get 'rt-s 'b) 2) (list (get 'rt-s 'a) (get 'rt-s 'c 3) (symbol-plist 'rt-s))) => (1 3 (b 2 a 1))
(list (remprop 'rt-s 'a) (remprop 'rt-s 'a) (symbol-plist 'rt-s)) => (t nil (b 2))
(multiple-value-list (get-properties '(a 1 b 2) '(b c))) => (b 2 (b 2))
(getf '(a 1 b) 'b) => :error type-error
(let ((*gensym-counter* 7)) (list (symbol-name (gensym)) (symbol-name (gensym "X")) *gensym-counter*)) => ("G7" "X8" 9)
(symbol-name (gensym 3)) => "G3"
(gensym 'a) => :error type-error
(progn (set 'rt-v 5) (list (boundp 'rt-v) (symbol-value 'rt-v) (makunbound 'rt-v) (boundp 'rt-v))) => (t 5 rt-v nil)
(symbol-value 'rt-v) => :error unbound-variable
(set nil 1) => :error program-error
(symbol-function 'rt-none) => :error undefined-function
(fboundp '(setf rt-none)) => nil
(fboundp 1) => :error type-error
(list (special-operator-p 'if) (special-operator-p 'car) (keywordp :a) (keywordp 'a) (symbolp nil)) => (t nil t nil t)
(let ((s (copy-symbol 'rt-s t))) (list (symbol-name s) (symbol-package s) (symbol-plist s))) => ("RT-S" nil (b 2))
(list (read-from-string "; c" nil :eof) (funcall (get-macro-character #\;) (make-string-input-stream "x") #\;)) => (:eof nil)
(list #+(version>= 8 2) 1 #+(version>= 11) 2 #+(version= 10 1) 3 #-(version>= 9 0 :alpha 44) 4 #+(and allegro (not foo)) 5) => (1 3 5)
(list (excl:featurep :allegro) (excl:featurep '(:version>= 10 1)) (excl:featurep '(:version>= 10 2))) => (t t nil)
(list '::type ':|a b| '::|c| (eq ::x :x)) => (:type :|a b| :|c| t)
(read-from-string ":::x") => :error reader-error
;; a package's prefix before a form, as in Allegro
(defpackage :prefixes (:use :cl) (:export #:noop))
(values (read-from-string "(prefixes: noop 3)")) => (prefixes:noop 3)
(values (read-from-string "prefixes::(a car (b))")) => (prefixes::a car (prefixes::b))
(values (read-from-string "(1 #+no-such-feature none::(a b) 2)")) => (1 2)
(read-from-string "prefixes:") => :error reader-error
(read-from-string "no-such-package:(a)") => :error reader-error
(read-from-string "(cl:)") => :error reader-error
