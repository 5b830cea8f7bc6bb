(defun bench (n) (let ((s 0) (items (list 1 "abc" 'sym 2.5d0 #\a (list 1 2) (vector 1 2)))) (dotimes (i n s)
  (dolist (x items) (incf s (typecase x (integer 1) (string 2) (symbol 3) (float 4) (character 5) (cons 6) (vector 7) (t 8)))))))
