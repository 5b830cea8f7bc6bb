;;; CPython compiles no more than 20 nested blocks in a function: deeper nests go on in inner functions.

(defmacro nest (n wrap inner) (let ((form inner)) (dotimes (i n form) (setf form (subst form '_ wrap)))))
(let ((k 0)) (nest 30 (dotimes (i 1) _) (incf k)) k) => 1
(let ((k 0)) (nest 30 (dolist (x '(1)) _) (incf k)) k) => 1
(let ((k 0)) (nest 30 (do ((i 0 (1+ i))) ((= i 1)) _) (incf k)) k) => 1
(let ((k 0)) (nest 30 (loop repeat 1 do _) (incf k)) k) => 1
(nest 30 (block b (list (return-from b _))) 7) => 7
(let ((k 0)) (nest 30 (tagbody top _ (when (< k 2) (incf k) (go top))) (incf k)) k) => 3
(block out (nest 25 (dotimes (i 2) _) (return-from out :left))) => :left
(let ((n 0)) (block out (nest 25 (unwind-protect _ (incf n)) (return-from out nil))) n) => 25
(let ((n 0)) (nest 12 (unwind-protect (dotimes (i 1) (block nil _)) (incf n)) (incf n)) n) => 13
(let ((k 0)) (nest 30 (catch 'x _) (throw 'x (incf k))) k) => 1
(nest 30 (handler-case _ (warning () 1)) 5) => 5
(let ((fs nil)) (nest 20 (dotimes (i 1) _) (dotimes (j 3) (push (lambda () j) fs))) (length fs)) => 3
(let ((k 0)) (tagbody a (incf k) (if (< k 3) (go a)) b (incf k) (if (< k 6) (go a)) c (incf k) (if (< k 9) (go b)) d (if (< k 12) (go a))) k) => 12
(funcall (nest 30 (dotimes (i 1 (lambda () 3)) _) nil)) => 3
(multiple-value-list (nest 30 (block b (return-from b _)) (values 1 2))) => (1 2)
