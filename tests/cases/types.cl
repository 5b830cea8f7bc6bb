;;; typep
(typep 1 'integer) => t
(typep 1.0 'single-float) => t
(typep 5 '(integer 0 5)) => t
(typep 5 '(integer 0 (5))) => nil
(typep 1/2 '(real 0 1)) => t
(typep '(1 . a) '(cons integer symbol)) => t
(typep "abc" '(string 3)) => t
(typep "abc" '(array character (*))) => t
(typep (vector 1 2) '(vector t 2)) => t
(typep nil '(or null integer)) => t
(typep 3 '(and integer (not (eql 3)))) => nil
(typep 3 '(satisfies oddp)) => t
(typep #c(1 2) '(complex rational)) => t
(typep #c(1.0 2.0) '(complex rational)) => nil
(typep 'a '(member a b)) => t
(typep 3 '(mod 4)) => t
(typep -1 '(unsigned-byte 8)) => nil
(typep #'car 'function) => t
(typep 1 (find-class 'integer)) => t
(typep 1 'no-such-type) => :error error
(deftype small (&optional (n 10)) `(integer 0 ,n))
(typep 5 'small) => t
(typep 11 'small) => nil
(typep 11 '(small 12)) => t
(deftype dims (&optional x) `(array t ,x))
(typep (make-array '(2 3)) 'dims) => t
;;; subtypep
(subtypep '(integer 0 5) '(integer 0 10)) => t t
(subtypep '(integer 0 10) '(integer 0 5)) => nil t
(subtypep 'integer '(or (integer * 0) (integer 1))) => t t
(subtypep '(integer 1 5) '(member 1 2 3 4 5)) => t t
(subtypep '(member 1 a) '(or integer symbol)) => t t
(subtypep 'ratio '(and rational (not integer))) => t t
(subtypep '(and rational (not integer)) 'ratio) => t t
(subtypep '(eql 0.0) '(float 0.0 0.0)) => t t
(subtypep '(float 0.0 0.0) '(member 0.0 -0.0 0.0d0 -0.0d0)) => t t
(subtypep '(single-float (0.0) (1.0)) '(single-float 0.0 1.0)) => t t
(subtypep '(single-float 0.0 1.0) '(single-float (0.0) (1.0))) => nil t
(subtypep 'number '(or real complex)) => t t
(subtypep 'list '(or null cons)) => t t
(subtypep '(not cons) 'atom) => t t
(subtypep 'atom '(not cons)) => t t
(subtypep '(cons integer) '(cons number)) => t t
(subtypep '(cons (or integer symbol) t) '(or (cons integer) (cons symbol))) => t t
(subtypep '(cons nil t) nil) => t t
(subtypep 'string 'vector) => t t
(subtypep (quote (base-string 3)) (quote (array character (3)))) => t t
(subtypep '(string 3) '(array character (3))) => nil t
(subtypep '(array t (2 3)) '(array t 2)) => t t
(subtypep '(array t 2) '(array t (2 *))) => nil t
(subtypep 'vector 'sequence) => t t
(subtypep 'simple-vector '(simple-array t (*))) => t t
(subtypep '(array integer) '(array number)) => t t
(subtypep 'bit-vector 'string) => nil t
(subtypep 'keyword 'symbol) => t t
(subtypep 'boolean 'symbol) => t t
(subtypep '(satisfies foo) 'integer) => nil nil
(subtypep '(and integer (satisfies foo)) 'integer) => t t
(subtypep 'type-error 'error) => t t
(subtypep 'error 'type-error) => nil t
(subtypep '(and condition stream) nil) => t t
(subtypep 'file-stream 'stream) => t t
(subtypep '(and symbol cons) nil) => t t
(subtypep t nil) => nil t
(subtypep nil t) => t t
(subtypep 'no-such-type 'integer) => nil nil
(subtypep '(function (t) t) 'function) => t t
(subtypep 'base-char 'character) => t t
(subtypep '(integer (0) (1)) nil) => t t
(subtypep '(rational (0) (1)) nil) => nil t
(subtypep '(complex single-float) 'complex) => t t
(subtypep '(or (integer 0 5) (rational 5 9)) '(rational 0 9)) => t t
(subtypep 'standard-generic-function 'function) => t t
(subtypep '(real 0 1) '(or (rational 0 1) (float 0 1))) => t t
;;; type-of, coerce
(type-of 1) => bit
(type-of 5) => fixnum
(type-of 'a) => symbol
(type-of "abc") => (simple-string 3)
(type-of (make-array '(2 2))) => (simple-array t (2 2))
(type-of #c(1 2)) => (complex rational)
(coerce 1 'float) => 1.0
(coerce 1/2 'double-float) => 0.5d0
(coerce 1 'complex) => 1
(coerce 1.0 'complex) => #c(1.0 0.0)
(coerce 1 '(complex single-float)) => #c(1.0 0.0)
(coerce "a" 'character) => #\a
(coerce '(1 2) 'vector) => #(1 2)
(coerce "abc" 'list) => (#\a #\b #\c)
(coerce '(#\a) 'string) => "a"
(funcall (coerce 'car 'function) '(1)) => 1
(funcall (coerce '(lambda (x) (* 2 x)) 'function) 4) => 8
(coerce 'a 'float) => :error type-error
(coerce 1.5 'integer) => :error type-error

;; What two classes have in common is open: a common subclass may come.
(defclass independent-1 () ())
(defclass independent-2 () ())
(subtypep '(and independent-1 independent-2) nil) => nil nil
(subtypep 'independent-1 'independent-2) => nil t
(subtypep 'stream 'standard-object) => t t
(type-of #\a) => standard-char
(typep array-rank-limit '(integer 8)) => t

;; bounds that are no reals
(handler-case (subtypep 'number '(real complex)) (type-error (c) (list (type-error-datum c) (type-error-expected-type c)))) => (complex real)
(handler-case (make-array 2 :element-type '(integer 0 a)) (type-error (c) (list (type-error-datum c) (type-error-expected-type c)))) => (a real)
(subtypep '(float 0 x) 'float) => :error type-error

; excl:normalize-type
(deftype small-number () '(integer 0 (10)))
(mapcar #'excl:normalize-type '(small-number (or fixnum bignum) (vector float) (simple-bit-vector 10) bit (unsigned-byte 8) (array t 2) (or small-number null) (integer (0) 5) string symbol))
  => ((integer 0 9) (integer * *) (array (float * *) (*)) (simple-array (integer 0 1) (10)) (integer 0 1) (integer 0 255) (array t (* *)) (or (integer 0 9) null) (integer 1 5) (array character (*)) symbol)
(list (equal (excl:normalize-type 'fixnum) (list 'integer most-negative-fixnum most-positive-fixnum)) (excl:normalize-type '(no type) :default :none)) => (t :none)
(excl:normalize-type 'no-such-type-at-all :loud t) => :error simple-error
