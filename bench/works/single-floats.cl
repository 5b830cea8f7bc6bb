(defun bench (n) (let ((s 0.0)) (dotimes (i n s) (setf s (+ (* s 0.5) 1.25)))))
