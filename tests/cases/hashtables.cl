;;; Hash tables (chapter 18).

(let ((h (make-hash-table))) (setf (gethash 'a h) 1) (list (gethash 'a h) (gethash 'b h 9))) => (1 9)
(let ((h (make-hash-table))) (setf (gethash 1 h) nil) (multiple-value-list (gethash 1 h 3))) => (nil t)
(multiple-value-list (gethash 1 (make-hash-table) 3)) => (3 nil)
(let ((h (make-hash-table))) (setf (gethash 1 h) 'i (gethash 1.0 h) 's (gethash 1d0 h) 'd) (list (gethash 1 h) (gethash 1.0 h) (gethash 1d0 h))) => (i s d)
(let ((h (make-hash-table))) (setf (gethash "a" h) 1) (gethash "a" h)) => nil nil
(let ((h (make-hash-table :test #'equal))) (setf (gethash "a" h) 1 (gethash #\a h) 2) (list (gethash "a" h) (gethash #\a h))) => (1 2)
(let ((h (make-hash-table :test 'equal))) (setf (gethash (list 1 "x") h) 1) (gethash (list 1 "x") h)) => 1 t
(let ((h (make-hash-table :test 'equalp))) (setf (gethash "a" h) 1 (gethash 2 h) 2) (list (gethash "A" h) (gethash 2.0 h))) => (1 2)
(let ((h (make-hash-table :test 'equalp))) (setf (gethash #(#\a 1) h) 1) (gethash (vector #\A 1.0) h)) => 1 t
(let ((h (make-hash-table))) (setf (gethash 0.0 h) 1) (gethash -0.0 h)) => nil nil
(let ((h (make-hash-table))) (incf (gethash 'x h 5)) (gethash 'x h)) => 6 t
(let ((h (make-hash-table))) (setf (gethash 'a h) 1) (list (remhash 'a h) (remhash 'a h) (hash-table-count h))) => (t nil 0)
(let ((h (make-hash-table)) (s 0)) (dotimes (i 5) (setf (gethash i h) i)) (maphash (lambda (k v) (incf s v) (remhash k h)) h) (list s (hash-table-count h))) => (10 0)
(let ((h (make-hash-table))) (setf (gethash 'a h) 1) (with-hash-table-iterator (next h) (list (multiple-value-list (next)) (multiple-value-list (next))))) => ((t a 1) (nil))
(let ((h (make-hash-table))) (setf (gethash nil h) 1) (gethash nil h)) => 1 t
(hash-table-test (make-hash-table :test #'equal)) => equal
(hash-table-p (make-hash-table)) => t
(hash-table-p 3) => nil
(gethash 1 2) => :error type-error
(setf (gethash 1 2) 3) => :error type-error
(hash-table-count 3) => :error type-error
(make-hash-table :foo 1) => :error program-error
(hash-table-count (clrhash (let ((h (make-hash-table))) (setf (gethash 1 h) 1) h))) => 0
(let ((h (make-hash-table :test (lambda (a b) (= (mod a 10) (mod b 10)))))) (setf (gethash 13 h) 'x) (gethash 3 h)) => x t
(let ((h (make-hash-table :test #'string= :hash-function #'sxhash))) (setf (gethash "a" h) 'x) (gethash "a" h)) => x t
(let ((h (make-hash-table :values nil))) (excl:puthash-key 'a h) (multiple-value-list (gethash 'a h))) => (a t)
(= (sxhash "abc") (sxhash (copy-seq "abc"))) => t
(= (sxhash '(1 (a . "x"))) (sxhash (list 1 (cons 'a "x")))) => t
(typep (sxhash 'a) 'fixnum) => t
(equalp (let ((h (make-hash-table))) (setf (gethash 1 h) "A") h) (let ((h (make-hash-table))) (setf (gethash 1 h) "a") h)) => t

;; SXHASH of a circular list ends.
(let ((a (list 1)) (b (list 1)))
  (setf (cdr a) a (cdr b) b)
  (= (sxhash a) (sxhash b))) => t
(= (sxhash (list "a" 1)) (sxhash (list "a" 1))) => t

;; A table may be a key of itself.
(let ((h (make-hash-table :test 'equalp))) (setf (gethash h h) 1) (list (gethash h h) (hash-table-count h))) => (1 1)
(let ((h (make-hash-table :test 'equalp)) (a (make-hash-table)) (b (make-hash-table))) (setf (gethash 1 a) "x" (gethash 1 b) "X" (gethash a h) :found) (list (gethash b h) (progn (setf (gethash 2 b) 1) (gethash b h)))) => (:found nil)

;; The function that a symbol names as test may be defined later.
(let ((h (make-hash-table :test 'same-later))) (eval '(defun same-later (a b) (= (mod a 10) (mod b 10)))) (setf (gethash 3 h) :three) (gethash 13 h)) => :three t
(let ((h (make-hash-table :test 'equal :values nil))) (list (excl:puthash-key "a" h) (eq (excl:puthash-key (copy-seq "a") h) (values (gethash "a" h))))) => ("a" t)
(= (sxhash "Abc") (sxhash "aBC")) => t
