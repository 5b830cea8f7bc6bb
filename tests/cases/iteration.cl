;;; Iteration without loop keywords (chapter 6).

(do ((i 0 (1+ i)) (l nil (cons i l))) ((= i 3) l)) => (2 1 0)
(do* ((i 0 (1+ i)) (l nil (cons i l))) ((= i 3) l)) => (3 2 1)
(do ((i 0 (1+ i))) ((= i 3))) => nil
(do ((i 0) (j 1 (+ j 1))) ((> j 3) (values i j))) => 0 4
(do ((x '(1 2 3) (cdr x))) ((null x) :end) (when (eql (car x) 2) (return :two))) => :two
(let ((n 0)) (do () ((= n 4) n) (incf n))) => 4
(let (log) (do ((i 0 (1+ i))) ((= i 4) (nreverse log)) (when (= i 2) (go next)) (push i log) next)) => (0 1 3)
(let (fs) (do ((i 0 (1+ i))) ((= i 3)) (push (lambda () i) fs)) (mapcar #'funcall fs)) => (3 3 3)
(let (log) (list (dotimes (i 3 (list i log)) (push i log)) (dotimes (i 0 :none)) (dotimes (i -5 i)))) => ((3 (2 1 0)) :none 0)
(dotimes (i 10) (when (= i 4) (return (* i 10)))) => 40
(let (log) (list (dolist (x '(1 2 3) (list x log)) (push x log)) (dolist (x nil :none)))) => ((nil (3 2 1)) :none)
(dolist (x '(a b c)) (when (eq x 'b) (return x))) => b
(let (log) (dolist (x '(1 2 3 4)) (when (evenp x) (go end)) (push x log) end) log) => (3 1)
(dolist (x 5) x) => :error type-error
(dolist (x '(1 . 2)) x) => :error type-error
(dotimes (i 'a) i) => :error type-error
(let (fs) (dotimes (i 3) (let ((j i)) (push (lambda () j) fs))) (mapcar #'funcall fs)) => (2 1 0)
(let ((n 0)) (loop (when (= (incf n) 5) (return n)))) => 5
(let ((n 0)) (block outer (loop (loop (if (> (incf n) 3) (return-from outer n)))))) => 4
(do ((i 0 (1+ i)) (i 1)) ((= i 3))) => :error program-error
(do i) => :error program-error
(let ((sum 0)) (do ((v #(1 2 3)) (i 0 (1+ i))) ((= i (length v)) sum) (declare (fixnum i)) (incf sum (aref v i)))) => 6
(let ((i 10)) (do ((i 0 (1+ i)) (j i (1+ j))) ((= i 2) j))) => 12
(let ((i 10)) (do* ((i 0 (1+ i)) (j i (1+ j))) ((= i 2) j))) => 2
