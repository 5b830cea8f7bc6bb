;;; Strings (chapter 16).

(list (stringp "a") (stringp #\a) (stringp (make-array 2 :element-type 'character :fill-pointer 1)) (stringp #(#\a))) => (t nil t nil)
(list (simple-string-p "a") (simple-string-p (make-array 2 :element-type 'character :fill-pointer 1))) => (t nil)
(list (string "a") (string 'a) (string #\a) (string nil) (string :|x|)) => ("a" "A" "a" "NIL" "x")
(let ((s "abc")) (eq s (string s))) => t
(string 3) => :error type-error
(string '(a)) => :error type-error

;; Access

(list (char "abc" 0) (schar "abc" 2)) => (#\a #\c)
(char "abc" 3) => :error type-error
(char "abc" -1) => :error type-error
(char #(#\a) 0) => :error type-error
(char 'abc 0) => :error type-error
(schar (make-array 2 :element-type 'character :fill-pointer 2) 0) => :error type-error
(let ((s (copy-seq "abc"))) (setf (char s 1) #\x (schar s 2) #\y) (list s (char s 1))) => ("axy" #\x)
(let ((s (copy-seq "abc"))) (incf (fill-pointer (make-array 3 :fill-pointer 0))) (list (setf (char s 0) #\z) s)) => (#\z "zbc")
(setf (char (copy-seq "abc") 3) #\a) => :error type-error
(setf (char (copy-seq "abc") 0) 3) => :error type-error
(let ((s (make-array 5 :element-type 'character :initial-contents "hello" :fill-pointer 2))) (setf (char s 4) #\x) (list s (char s 4))) => ("he" #\x)
(let* ((s (copy-seq "abcdef")) (d (make-array 3 :element-type 'character :displaced-to s :displaced-index-offset 2))) (setf (char d 0) #\X) (list s d (char d 2))) => ("abXdef" "Xde" #\e)
(let ((s (make-string 200))) (dotimes (i 200) (setf (char s i) (code-char (+ 32 (mod i 90))))) (list (char s 0) (char s 100) (length s))) => (#\Space #\* 200)

;; Comparison

(list (string= "abc" "abc") (string= "abc" "abC") (string= 'abc "ABC") (string= #\a "a") (string= nil "NIL")) => (t nil t t t)
(string= "xabcx" "abc" :start1 1 :end1 4) => t
(string= "abc" "xabcx" :start2 1 :end2 4) => t
(string= "abc" "abcd" :end2 nil) => nil
(string= "abc" "abc" :start1 4) => :error type-error
(string= "abc" "abc" :start1 2 :end1 1) => :error type-error
(string= "abc" 3) => :error type-error
(string= "abc") => :error program-error
(string= "a" "a" :foo 1) => :error program-error
(string= "a" "a" :start1) => :error program-error
(list (string-equal "Foo" 'foo) (string-equal "foo" "fop") (string-equal "xFOO" "foo" :start1 1)) => (t nil t)
(list (string< "abc" "abd") (string< "abd" "abc") (string< "ab" "abc") (string< "abc" "abc") (string< "abc" "ab")) => (2 nil 2 nil nil)
(list (string> "abd" "abc") (string> "abc" "ab") (string> "abc" "abc") (string> "a" "b")) => (2 2 nil nil)
(list (string<= "abc" "abc") (string<= "abd" "abc") (string>= "abc" "abc") (string>= "a" "b")) => (3 nil 3 nil)
(list (string/= "abc" "abx") (string/= "abc" "abc") (string/= "" "a")) => (2 nil 0)
(list (string< "xxabc" "abd" :start1 2) (string< "abc" "xxabd" :start2 2) (string/= "012abc" "012abx" :start1 3 :start2 3)) => (4 2 5)
(list (string-lessp "ABC" "abd") (string-greaterp "abd" "ABC") (string-not-equal "ABC" "abc") (string-not-equal "abC" "abd")) => (2 2 nil 2)
(list (string-not-lessp "ABC" "abc") (string-not-greaterp "abc" "ABCD")) => (3 3)
(list (string< 'a "B") (string< #\a #\b)) => (0 0)
(let ((f #'string<)) (funcall f "a" "b")) => 0
(let ((s (make-array 5 :element-type 'character :initial-contents "abcde" :fill-pointer 3))) (list (string= s "abc") (string< s "abcd"))) => (t 3)

;; Case

(list (string-upcase "abc Def") (string-downcase "ABC Def") (string-capitalize "hello wORLD 3rd don't")) => ("ABC DEF" "abc def" "Hello World 3rd Don'T")
(list (string-upcase 'a) (string-downcase 'abc) (string-capitalize #\x)) => ("A" "abc" "X")
(list (string-upcase "abcdef" :start 1 :end 3) (string-downcase "ABCDEF" :start 4) (string-capitalize "hello world" :start 2)) => ("aBCdef" "ABCDef" "heLlo World")
(list (string-upcase "straße é") (length (string-upcase "straße"))) => ("STRAßE É" 6)
(let ((s "abc")) (string-upcase s) s) => "abc"
(string-upcase "abc" :start 4) => :error type-error
(string-upcase 3) => :error type-error
(let* ((s (copy-seq "hello world")) (r (nstring-upcase s :end 5))) (list (eq r s) (nstring-capitalize s :start 6) (nstring-downcase s :end 1))) => (t "hELLO World" "hELLO World")
(nstring-upcase 'abc) => :error type-error
(let* ((s (copy-seq "abcdef")) (d (make-array 3 :element-type 'character :displaced-to s :displaced-index-offset 2))) (list (nstring-upcase d :start 1) s)) => ("cDE" "abcDEf")
(let ((s (make-array 5 :element-type 'character :initial-contents "hello" :fill-pointer 3))) (list (nstring-upcase s) (char s 4))) => ("HEL" #\o)

;; Trimming

(list (string-trim " " "  a b  ") (string-left-trim " x" "x a") (string-right-trim '(#\a #\b) "cab")) => ("a b" "a" "c")
(list (string-trim "" " a ") (string-trim #(#\a) 'abba) (string-trim "AB" 'abcba) (string-trim "a" "aaa") (string-trim nil "a")) => (" a " "ABBA" "C" "" "a")
(string-trim '(1) "abc") => :error type-error
(string-trim " " 3) => :error type-error

;; Making

(list (make-string 3 :initial-element #\x) (length (make-string 2)) (make-string 0)) => ("xxx" 2 "")
(make-string 2 :initial-element #\a :element-type 'base-char) => "aa"
(make-string 2 :element-type 'integer) => :error type-error
(make-string 2 :initial-element 1) => :error type-error
(make-string -1) => :error type-error
(make-string 'a) => :error type-error
(typep (make-string 3) 'simple-string) => t

;; NIL is a subtype of CHARACTER, so vectors with that element type are strings (13.2, string).
(let ((s (make-array 0 :element-type nil))) (list (stringp s) (simple-string-p s) (typep s 'base-string) (string-upcase s) (equal s "")))
  => (t t nil "" t)
(let ((s (make-array 3 :element-type nil))) (list (typep s '(string 3)) (equal s s) (equal s (make-array 3 :element-type nil)))) => (t t nil)
(char (make-array 3 :element-type nil) 0) => :error error
(subtypep 'string '(vector character)) => nil t
(subtypep '(vector nil) 'string) => t t
(subtypep 'base-string '(vector base-char)) => t t
