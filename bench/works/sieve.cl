(defun bench (n)
  (let ((sieve (make-array (1+ n) :element-type 'bit :initial-element 1)) (count 0))
    (loop for i from 2 to n
          when (= 1 (sbit sieve i))
            do (incf count)
               (loop for j from (* i i) to n by i do (setf (sbit sieve j) 0)))
    count))
