;;; Sequence functions that the compiler writes as loops: lists, vectors, their ends, and what may not be written in

(defun odd-out (s) (remove-if #'oddp s)) => odd-out
(list (odd-out '(1 2 3)) (odd-out nil) (odd-out #(1 2 3)) (odd-out '(1 3))) => ((2) nil #(2) nil)
(odd-out (make-array 3 :initial-contents '(2 4 5) :fill-pointer 2)) => #(2 4)
(let ((l (list 1 2 4))) (eq (cdr l) (odd-out l))) => t
(remove #\a "banana") => "bnn"
(remove-if-not (lambda (x) (and (symbolp x) (not (eq x 'a)))) '(a b 1 c)) => (b c)
(defun checks (s) (list (some #'evenp s) (every #'evenp s) (notany #'evenp s) (notevery #'evenp s) (position-if #'evenp s)
                        (position-if-not #'evenp s) (count-if #'evenp s) (find-if #'evenp s))) => checks
(list (checks '(1 2 3)) (checks #(2 4)) (checks nil)) => ((t nil nil t 1 0 1 2) (t t nil nil 0 nil 2 2) (nil t t nil nil nil 0 nil))
(some (lambda (x) (and (> x 1) (* x 10))) '(1 2 3)) => 20
(map 'vector #'char-code "ab") => #(97 98)
(map 'list (lambda (x y) (+ x y)) '(1 2 3) #(10 20)) => (11 22)
(mapcar (lambda (x y) (list x y)) '(1 2) '#1=(a . #1#)) => ((1 a) (2 a))
(map 'string #'char-upcase "ab") => "AB"
(let ((sum 0)) (list (mapc (lambda (x) (incf sum x)) '(1 2 3)) (map nil (lambda (x) (incf sum x)) #(4)) sum)) => ((1 2 3) nil 10)
(flet ((twice (x) (* 2 x))) (mapcar #'twice '(1 2))) => (2 4)
(mapcar #'funcall (mapcar (lambda (x) (lambda () x)) '(1 2 3))) => (1 2 3)
(mapcar (lambda (row) (count-if #'evenp row)) '((1 2) #(2 2) nil)) => (1 2 0)
(block nil (mapc (lambda (x) (when (> x 2) (return x))) '(1 2 3 4)) :none) => 3
(mapcar (lambda (x) x) '(1 2 . 3)) => :error type-error
(defun by-car (x s) (list (find x s :key #'car) (position x s :key #'first) (find-if (lambda (e) (= (car e) x)) (remove nil s)))) => by-car
(list (by-car 2 '((1) nil (2 . b) nil (2 . c))) (by-car 2 '((2 . a))) (by-car 3 '(nil))) => (((2 . b) 2 (2 . b)) ((2 . a) 0 (2 . a)) (nil nil nil))
(list (mapcar #'car '((1) nil (2))) (mapcar #'cdr '((1 . a) nil)) (some #'cdr '((1) nil (2 . b)))) => ((1 nil 2) (a nil) b)
(handler-case (by-car 2 '((1) nil 7)) (type-error (c) (list (type-error-datum c) (type-error-expected-type c)))) => (7 list)
(handler-case (by-car 2 '((1) . 7)) (type-error (c) (list (type-error-datum c) (type-error-expected-type c)))) => (7 list)
(handler-case (find-if (lambda (e) (= (car e) 2)) '((1) nil)) (type-error (c) (list (type-error-datum c) (type-error-expected-type c)))) => (nil number)
(handler-case (find-if (lambda (e) (= (car e) 2)) '((a))) (type-error (c) (list (type-error-datum c) (type-error-expected-type c)))) => (a number)
(find-if #'evenp 5) => :error type-error
(find-if #'evenp '(1 a)) => :error type-error
(mapcar #'no-such-function '(1)) => :error undefined-function
(list (find 3.0 '(1 3 3.0)) (find 1 #(1.0 2)) (position 1 #(1.0 1)) (position 'a #(b a)) (count 1 '(1 1 2))) => (3.0 nil 1 1 2)
(list (find 2 '((1 . a) (2 . b)) :key #'car) (position "b" #("a" "b") :test #'equal) (remove 1 '(1 2 1))) => ((2 . b) 1 (2))
(let* ((nan (- excl:*infinity-double* excl:*infinity-double*)) (other (* nan 1))) (position other (list 1 nan))) => 1
(list (sort (list 3 1 2) (lambda (a b) (> a b))) (sort (vector 3 1 2) #'<)) => ((3 2 1) #(1 2 3))
(stable-sort (list '(3 . a) '(1 . b) '(3 . c)) (lambda (a b) (< a b)) :key #'car) => ((1 . b) (3 . a) (3 . c))
(sort (list '(1 . 2) '(0 . 1)) #'< :key #'cdr) => ((0 . 1) (1 . 2))
(list (reduce #'+ '(1 2 3)) (reduce #'- '(1 2 3) :from-end t) (reduce #'list '(1 2) :initial-value 0) (reduce #'+ nil)) => (6 2 ((0 1) 2) 0)
(reduce #'+ '(1 a)) => :error type-error
(let ((r nil)) (dolist (x (mapcar #'1+ '(1 2))) (push (lambda () x) r)) (mapcar #'funcall r)) => (3 2)
(dolist (x (list 1 5 9) :none) (when (> x 3) (return x))) => 5
(let ((l (list 1 2))) (dolist (x (remove-if #'evenp l) x) (setf x 7))) => nil

;; What the compiler knows of integers
(defun sum-of (v n) (let ((s 0)) (dotimes (i n s) (incf s (aref v i))))) => sum-of
(list (sum-of #(1 2 3) 3) (sum-of (make-array 2 :element-type 'bit) 2)) => (6 0)
(handler-case (sum-of (vector 1 2) 5) (type-error (c) (list (type-error-datum c) (type-error-expected-type c)))) => (2 (integer 0 (2)))
(handler-case (aref (vector 1 2) 2) (type-error (c) (list (type-error-datum c) (type-error-expected-type c)))) => (2 (integer 0 (2)))
(let ((a 1) (b 2)) (list (psetq a b b a) a b)) => (nil 2 1)
(let ((fs nil)) (do ((i 0 (1+ i)) (j 10 (- j i))) ((= i 3)) (push (lambda () (list i j)) fs)) (mapcar #'funcall fs)) => ((3 7) (3 7) (3 7))
(do ((i 0 (1+ i))) ((= i 'a))) => :error type-error
(let ((x 1)) (list (eql x 1.0) (eql 0.0 -0.0) (eql (/ 1 2) (/ 1 2)) (eql "a" "a") (eql (expt 2 70) (expt 2 70)))) => (nil nil t nil t)
(let ((out nil)) (list (map nil (lambda (a b) (push (list a b) out)) '(1 2 3) #(4 5)) out)) => (nil ((2 5) (1 4)))
(let ((n 0)) (map nil #'list '(1 2) "ab") (map nil (lambda (a b) (declare (ignore b)) (incf n a)) (list 1 2) (list 3 4)) n) => 3
(map nil (lambda (a b c) (princ (list a b c) (make-broadcast-stream))) '(1) '(2) '(3)) => nil
