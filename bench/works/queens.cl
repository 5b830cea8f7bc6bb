(defun queens (board row n)
  (if (= row n) 1
      (let ((count 0))
        (dotimes (col n count)
          (unless (loop for (r . c) in board thereis (or (= c col) (= (abs (- c col)) (- row r))))
            (incf count (queens (cons (cons row col) board) (1+ row) n)))))))
(defun bench (n) (queens nil 0 n))
