(defun sum-all (&rest xs) (let ((s 0)) (dolist (x xs s) (incf s x))))
(defun opt (a &optional (b 2) c) (if c (+ a b c) (+ a b)))
(defun bench (n) (let ((s 0)) (dotimes (i n s) (incf s (sum-all i 1 2 3)) (incf s (opt i)) (incf s (opt i 3 4)) (incf s (apply #'+ i (list 1 2 3))) (incf s (apply #'sum-all (list 1 2))))))
