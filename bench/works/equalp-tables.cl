(defun bench (n) (let ((h (make-hash-table :test 'equalp)) (sum 0) (keys (vector "Abc" "abC" "Foo" #\a #\A 1 1.0)))
  (dotimes (i n) (incf (gethash (aref keys (mod i 7)) h 0)))
  (maphash (lambda (k v) (declare (ignore k)) (incf sum v)) h) sum))
