(defun lines (s) (substitute #\| #\Newline s))
; Numbers
(princ-to-string 1.0) => "1.0"
(list 0.1 1.5d0 1.0e10 1.0d-10 123456.7 1.0e7 0.001 1.0e-4 -0.0) => (0.1 1.5d0 1.0e+10 1.0d-10 123456.7 1.0e+7 0.001 1.0e-4 -0.0)
(let ((*read-default-float-format* 'double-float)) (prin1-to-string (list 1.0f0 1.0d0))) => "(1.0f0 1.0)"
(let ((*print-base* 16) (*print-radix* t)) (prin1-to-string '(255 1/16))) => "(#xFF #x1/10)"
(let ((*print-radix* t)) (prin1-to-string '(255 1/3))) => "(255. #10r1/3)"
(write-to-string 35 :base 36) => "Z"
(= (read-from-string (concatenate 'string "#7r" (write-to-string (1- (expt 10 400)) :base 7))) (1- (expt 10 400))) => T
; Symbols
(prin1-to-string '(|a| |1| |1+| |.| |a b| || |FOO:BAR| a.b |+1|)) => "(|a| |1| 1+ |.| |a b| || |FOO:BAR| A.B |+1|)"
(prin1-to-string '(:key car excl::hidden #:gen)) => "(:KEY CAR EXCL::HIDDEN #:GEN)"
(let ((*print-case* :downcase)) (prin1-to-string '(foo |Foo| :bar))) => "(foo |Foo| :bar)"
(let ((*print-case* :capitalize)) (princ-to-string 'foo-bar2x)) => "Foo-Bar2x"
(write-to-string 'face :base 16) => "|FACE|"
(let ((*print-gensym* nil)) (prin1-to-string '#:g)) => "G"
(prin1-to-string nil) => "NIL"
; Strings, characters
(prin1-to-string "a\"b\\c") => "\"a\\\"b\\\\c\""
(prin1-to-string '(#\a #\( #\;)) => "(#\\a #\\( #\\;)"
(princ-to-string '("a" #\b c)) => "(a b C)"
; Lists
(prin1-to-string '(1 . 2)) => "(1 . 2)"
(prin1-to-string '(quote a)) => "'A"
(prin1-to-string '(function (quote a b))) => "#'(QUOTE A B)"
(prin1-to-string '(quote . a)) => "(QUOTE . A)"
(prin1-to-string '`(a ,b ,@c (d . ,e) ,.f)) => "`(A ,B ,@C (D . ,E) ,.F)"
(write-to-string '(1 2 3 4) :length 2) => "(1 2 ...)"
(write-to-string '(1 (2 (3 (4)))) :level 2) => "(1 (2 #))"
(write-to-string '(1 2 . 3) :length 2) => "(1 2 . 3)"
; Arrays
(prin1-to-string #(1 a "x")) => "#(1 A \"x\")"
(prin1-to-string #*0110) => "#*0110"
(prin1-to-string (make-array '(2 2) :initial-contents '((1 2) (3 4)))) => "#2A((1 2) (3 4))"
(prin1-to-string (make-array nil :initial-element 5)) => "#0A5"
(prin1-to-string (make-array 3 :fill-pointer 2 :initial-contents '(1 2 3))) => "#(1 2)"
; Circles
(let ((x (list 1 2))) (setf (cddr x) x) (write-to-string x :circle t :pretty nil)) => "#1=(1 2 . #1#)"
(let ((x (list 1 2))) (setf (cddr x) x) (write-to-string x :circle t :pretty t)) => "#1=(1 2 . #1#)"
(let ((x (list 1))) (write-to-string (list x x (cons 0 x)) :circle t)) => "(#1=(1) #1# (0 . #1#))"
(let ((x (vector nil))) (setf (aref x 0) x) (write-to-string x :circle t)) => "#1=#(#1#)"
; Unreadable objects
(let ((*print-readably* t)) (prin1-to-string #'car)) => :error print-not-readable
(print-unreadable-object ("x" nil)) => nil
(with-output-to-string (s) (print-unreadable-object (1 s :type t) (write-string "x" s))) => "#<FIXNUM x>"
(prin1-to-string (find-package :keyword)) => "#<The KEYWORD package>"
; The functions
(lines (with-output-to-string (*standard-output*) (prin1 "a") (princ "a") (print "a") (write 'b) (terpri))) => "\"a\"a|\"a\" B|"
(lines (with-output-to-string (s) (pprint '(a b) s))) => "|(A B)"
(write 1 :foo 2) => :error program-error
; Pretty printing
(lines (write-to-string '(defun foo (x y) (let ((a (bar x)) (b (baz y))) (if (null a) (list a b) (append a b)))) :right-margin 40 :miser-width nil)) => "(DEFUN FOO (X Y)|  (LET ((A (BAR X)) (B (BAZ Y)))|    (IF (NULL A)|        (LIST A B)|        (APPEND A B))))"
(lines (write-to-string '(cond ((null x) (print 1)) ((consp x) (print (car x))) (t (error "nothing"))) :right-margin 40 :miser-width nil)) => "(COND ((NULL X) (PRINT 1))|      ((CONSP X) (PRINT (CAR X)))|      (T (ERROR \"nothing\")))"
(lines (write-to-string '(setq alpha 1 beta 2 gamma (list 1 2 3)) :right-margin 20 :miser-width nil)) => "(SETQ ALPHA 1|      BETA 2|      GAMMA|        (LIST 1|              2|              3))"
(lines (write-to-string '(100 200 300 400 500 600) :right-margin 17 :miser-width nil)) => "(100 200 300 400| 500 600)"
(write-to-string '(100 200 300 400 500 600) :right-margin 17 :miser-width nil :lines 1) => "(100 200 300 ..)"
(lines (with-output-to-string (s) (let ((*print-right-margin* 10) (*print-miser-width* nil)) (pprint-fill s '(1 2 3 4 5 6 7))))) => "(1 2 3 4| 5 6 7)"
(with-output-to-string (s) (pprint-tabular s '(a bb c) nil nil 4)) => "A   BB  C"
(defun show (stream list) (pprint-logical-block (stream list :prefix "[" :suffix "]") (loop (pprint-exit-if-list-exhausted) (write (pprint-pop) :stream stream) (pprint-exit-if-list-exhausted) (write-char #\Space stream) (pprint-newline :fill stream))))
(with-output-to-string (s) (show s '(1 2 3))) => "[1 2 3]"
(with-output-to-string (s) (let ((*print-length* 2)) (show s '(1 2 3)))) => "[1 2 ...]"
(with-output-to-string (s) (show s '(1 2 . 3))) => "[1 2 . 3]"
(let ((*print-pprint-dispatch* (copy-pprint-dispatch nil))) (set-pprint-dispatch '(cons (eql show)) #'show) (write-to-string '(1 (show 2)))) => "(1 [SHOW 2])"
(pprint-logical-block (*standard-output* nil :prefix nil)) => :error type-error
(pprint-newline :sideways) => :error type-error
(pprint-pop) => :error error
; Readable and standard syntax
(defstruct printed a)
(let ((*print-readably* t)) (list (princ-to-string #\a) (princ-to-string "a\"b") (princ-to-string '("x" :y)))) => ("a" "a\"b" "(x Y)")
(let ((*print-escape* nil)) (write-to-string (make-printed :a 'x))) => "#S(PRINTED :A X)"
(list #\Space #\Newline (code-char 28)) => (#\space #\newline #\fs)
(with-standard-io-syntax (let ((*print-readably* nil)) (prin1-to-string '(#\Space #\Newline #\Rubout #\x)))) => "(#\\  #\\Newline #\\Rubout #\\x)"
(loop for i below 300 for c = (code-char i) always (eql c (read-from-string (prin1-to-string c)))) => t
(defun reread (x &rest options) (let ((*readtable* (copy-readtable nil))) (read-from-string (let ((*print-readably* t) (*package* (find-package :keyword))) (apply #'write-to-string x options)))))
(loop for case in '(:upcase :downcase :preserve :invert)
      always (let ((text (let ((*readtable* (copy-readtable nil))) (setf (readtable-case *readtable*) case) (let ((*print-readably* t)) (prin1-to-string '(foo |foo| |Foo| |f1|))))))
               (equal (read-from-string text) '(foo |foo| |Foo| |f1|)))) => t
(loop for type in '(t bit character (unsigned-byte 8) (signed-byte 32) single-float double-float)
      always (loop for sizes in '(() (3) (0) (2 3) (0 3) (3 0) (2 0 2))
                   always (let* ((a (make-array sizes :element-type type :initial-element (case type (character #\a) (single-float 1.0) (double-float 1d0) (t 1)))) (b (reread a)))
                            (and (equalp a b) (equal (array-dimensions a) (array-dimensions b)) (equal (array-element-type a) (array-element-type b)))))) => t
(let ((*read-eval* nil) (*print-readably* t)) (prin1-to-string (make-array '(0 3)))) => :error print-not-readable
(prin1-to-string (make-array '(0 3))) => "#2A()"
(copy-pprint-dispatch 3) => :error type-error
(handler-case (copy-pprint-dispatch 3) (type-error (c) (typep *print-pprint-dispatch* (type-error-expected-type c)))) => t
; Errors while printing
(defclass broken () ())
(defmethod print-object ((x broken) stream) (write-string "[" stream) (car 1))
(subseq (write-to-string (list 1 (make-instance 'broken)) :pretty nil) 0 26) => "(1 [#<Printer Error, obj=#"
(handler-case (prin1-to-string (make-instance 'broken)) (type-error () :handled)) => :handled
(let ((excl:*enclose-printer-errors* nil)) (prin1-to-string (make-instance 'broken))) => :error type-error
(defmethod print-object ((x broken) stream) (print-unreadable-object (x stream) (write-string "ok" stream)))
(let ((*print-readably* t)) (prin1-to-string (make-instance 'broken))) => :error print-not-readable

;; a tab before a newline does not count as text; a newline in a text breaks the next fill newline
(defun columns (width tabsize) (let ((*print-right-margin* width) (*print-pretty* t) (*print-miser-width* nil)) (substitute #\/ #\Newline (with-output-to-string (s) (pprint-tabular s '(alpha beta gamma delta) t nil tabsize)))))
(columns 16 8)  => "(ALPHA   BETA/ GAMMA   DELTA)"
(columns 13 6)  => "(ALPHA BETA/ GAMMA DELTA)"
(columns 40 8)  => "(ALPHA   BETA    GAMMA   DELTA)"
(let ((*print-right-margin* 20) (*print-pretty* t) (*print-miser-width* nil)) (substitute #\/ #\Newline (with-output-to-string (s) (pprint-fill s (list 1 (format nil "a~%b") 2 3) nil)))) => "1 \"a/b\"/2 3"

;; the cleanup forms of an unwind-protect stand as a body does
(substitute #\/ #\newline (let ((*print-right-margin* 70) (*print-case* :downcase)) (write-to-string '(unwind-protect (progn (do-something-with long-argument) (do-something-more x)) (close-thing x) (another)) :pretty t))) => "(unwind-protect (progn/                  (do-something-with long-argument)/                  (do-something-more x))/  (close-thing x)/  (another))"

;; A dispatch table with the name of a type that is not there (yet) does not keep objects from being printed.
(let ((*print-pprint-dispatch* (copy-pprint-dispatch)) (*print-pretty* t))
  (set-pprint-dispatch 'type-to-come (lambda (s x) (format s "<~a>" x)) 1)
  (list (prin1-to-string '(a 1)) (progn (eval '(deftype type-to-come () '(integer 1 1))) (prin1-to-string '(a 1))))) => ("(A 1)" "(A <1>)")
(set-pprint-dispatch 5 #'print) => :error error
(set-pprint-dispatch '(no-such-type 5) #'print) => :error error

; *print-lines*: room for " .." is kept only where more may follow
(defun in-lines (lines margin list)
  (let ((*print-pretty* t) (*print-right-margin* margin) (*print-lines* lines) (*print-miser-width* nil))
    (substitute #\| #\Newline (with-output-to-string (s)
      (pprint-logical-block (s list :prefix "(" :suffix ")")
        (loop (pprint-exit-if-list-exhausted) (write (pprint-pop) :stream s) (pprint-exit-if-list-exhausted) (write-char #\Space s) (pprint-newline :fill s))))))) => in-lines
(in-lines 2 12 '(alpha beta gamma de)) => "(ALPHA BETA| GAMMA DE)"
(in-lines 2 12 '(alpha beta gamma delt x)) => "(ALPHA BETA| GAMMA ..)"
(in-lines 1 12 '(alpha beta)) => "(ALPHA BETA)"
(in-lines 1 12 '(alpha beta c)) => "(ALPHA ..)"
(in-lines 1 12 '(alpha (b) c d e)) => "(ALPHA ..)"
