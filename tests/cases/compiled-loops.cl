;;; Loops that look once, before the first turn, at arrays whose variables do not change: what may change all the same

(defun sum-of (v) (let ((s 0)) (dotimes (i (length v) s) (incf s (aref v i))))) => sum-of
(list (sum-of #(1 2 3)) (sum-of (make-array 3 :element-type '(unsigned-byte 8) :initial-contents '(1 2 3))) (sum-of #*101)) => (6 6 2)
(list (sum-of (make-array 5 :initial-element 2 :fill-pointer 3)) (sum-of (make-array 3 :displaced-to #(1 2 3 4) :displaced-index-offset 1))) => (6 9)
(defun place-of (f) (handler-case (funcall f) (type-error (c) (list (type-error-datum c) (type-error-expected-type c))))) => place-of
(place-of (lambda () (sum-of "abc"))) => (#\a number)
(place-of (lambda () (sum-of (quote (1 2))))) => ((1 2) array)
(defun past (v n) (do ((i 0 (1+ i)) (s 0 (+ s (aref v i)))) ((= i n) s))) => past
(list (place-of (lambda () (past #(1 2) 3))) (place-of (lambda () (past #*11 3)))) => ((2 (integer 0 (2))) (2 (integer 0 (2))))
(place-of (lambda () (past (make-array 2 :fill-pointer 1 :initial-element 1) 3))) => (2 (integer 0 (2)))
(place-of (lambda () (past 'no-array 0))) => 0
(place-of (lambda () (past 'no-array 1))) => (no-array array)
(place-of (lambda () (loop for i from 1 downto -1 sum (svref (vector 1 2) i)))) => (-1 (integer 0 (2)))
(let ((v (vector 1 2))) (place-of (lambda () (loop for i in '(0 1.0) sum (aref v i))))) => (1.0 (integer 0 (2)))

; arrays that change under the loop
(let ((v (make-array 2 :adjustable t :initial-element 1)) (s 0)) (dotimes (i 4 s) (when (= i 2) (adjust-array v 4 :initial-element 5)) (incf s (aref v i)))) => 12
(let ((v (make-array 1 :adjustable t :fill-pointer t :initial-element 0))) (dotimes (i 4 v) (vector-push-extend (1+ (aref v i)) v))) => #(0 1 2 3 4)
(let ((m (make-array '(2 2) :adjustable t :initial-element 1)) (s 0))
  (dotimes (i 3 s) (when (= i 2) (adjust-array m '(3 5) :initial-element 7)) (dotimes (j 2) (incf s (aref m i j))))) => 18
(let ((m (make-array '(2 2) :adjustable t :initial-element 1)))
  (place-of (lambda () (dotimes (i 2) (adjust-array m (list 2 (- 2 i))) (setf (aref m i 1) 5))))) => (1 (integer 0 (1)))
(let ((s (make-string 3 :initial-element #\a))) (dotimes (i 3 s) (setf (char s i) (if (char= (char s i) #\a) (code-char (+ 98 i)) #\?)))) => "bcd"

; variables that are bound again in each turn of an outer loop, captured, or assigned
(let ((s 0)) (dolist (row '(#(1 2) #(10 20)) s) (dotimes (i 2) (incf s (aref row i))))) => 33
(loop for row across #(#(1 2) "ab" #*01) collect (loop for i below 2 collect (aref row i))) => ((1 2) (#\a #\b) (0 1))
(let ((v (vector 1 2 3)) (s 0)) (dotimes (i 3 s) (incf s (aref v i)) (setq v (vector 10 20 30)))) => 51
(let ((v (vector 1 2 3))) (flet ((change () (setq v "xyz"))) (loop for i below 3 collect (aref v i) do (change)))) => (1 #\y #\z)
(let ((v (vector 1 2))) (mapcar #'funcall (loop for i below 2 collect (let ((i i)) (lambda () (loop repeat 1 sum (aref v i))))))) => (1 2)
(let ((fs (loop for v in (list (vector 1) (vector 2)) collect (let ((v v)) (lambda () (dotimes (i 1 v) (incf (aref v i)))))))) (mapcar #'funcall fs)) => (#(2) #(3))
(let ((v nil)) (dotimes (i 2 v) (when v (dotimes (j 1) (incf (aref v j)))) (unless v (setq v (vector 1))))) => #(2)
(defun either (v) (dotimes (i 2 :end) (if (stringp v) (return (char v i)) (when (simple-vector-p v) (return (svref v i)))))) => either
(list (either "ab") (either #(1 2)) (either 5)) => (#\a 1 :end)
(let ((v (vector 3 1 2))) (tagbody again (dotimes (i 2) (when (> (aref v i) (aref v (1+ i))) (rotatef (aref v i) (aref v (1+ i))) (go again)))) v) => #(1 2 3)
(let ((v (vector 0 0)) (i 0)) (tagbody next (setf (aref v i) (+ 5 i)) (incf i) (when (< i 2) (go next))) v) => #(5 6)

; stores
(defun fill-up (v x) (dotimes (i (length v) v) (setf (aref v i) x))) => fill-up
(list (fill-up (vector 1 2) 'a) (fill-up (make-array 2 :element-type 'bit) 1) (fill-up (make-string 2) #\z) (fill-up (make-array 2 :fill-pointer 1) 4)) => (#(a a) #*11 "zz" #(4))
(place-of (lambda () (fill-up (make-array 2 :element-type '(unsigned-byte 8)) 256))) => (256 (unsigned-byte 8))
(place-of (lambda () (fill-up (make-array 2 :element-type 'bit) 2))) => (2 bit)
(place-of (lambda () (fill-up (make-string 2) 5))) => (5 character)
(place-of (lambda () (let ((v (vector 1))) (dotimes (i 2) (setf (svref v i) i))))) => (1 (integer 0 (1)))
(let ((v (vector 1 2)) (order nil)) (dotimes (i 2) (incf (aref (progn (push :v order) v) (progn (push :i order) i)) (progn (push :d order) 10))) (list v (reverse order))) => (#(11 12) (:v :i :d :v :i :d))
(let ((v (vector 1 2 3))) (list (loop for i below 3 sum (decf (aref v i) i)) v)) => (3 #(1 1 1))
(let ((x 1)) (let ((y x)) (setq x 2) (list x y))) => (2 1)
(macrolet ((twice (f) (let ((g (gensym))) `(let ((,g ,f)) (list ,g ,g))))) (let ((x 1)) (list (twice x) (twice 5) (twice nil) (twice (setq x 3)) (twice x)))) => ((1 1) (5 5) (nil nil) (3 3) (3 3))
(macrolet ((keep (f) (let ((g (gensym))) `(let ((,g ,f)) (lambda () ,g))))) (mapcar #'funcall (loop for x in '(1 2) collect (keep x)))) => (1 2)
(defun counted (&rest xs) (macrolet ((again (f) (let ((g (gensym))) `(let ((,g ,f)) (list (car ,g) (length ,g)))))) (again xs))) => counted
(counted 1 2 3) => (1 3)

; an operator that is written in with fewer of its arguments than the call has
(let ((v (make-array 1 :adjustable t :fill-pointer 0))) (dolist (x '(a b c) v) (vector-push-extend x v (array-dimension v 0)))) => #(a b c)
