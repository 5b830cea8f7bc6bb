;;; Interrupts of code that neither waits nor has loops of its own: a recursion without end in time, searches in circular
;;; lists.

(defun deep (n) (if (< n 2) n (+ (deep (- n 1)) (deep (- n 2))))) => deep
(defun circular () (let ((l (list 1 2 3))) (setf (cdr (last l)) l))) => circular
(let ((p (mp:process-run-function "deep" #'deep 100))) (mp:process-kill p) (mp:process-wait-with-timeout "w" 100 (lambda () (not (mp:process-alive-p p)))) (mp:process-alive-p p)) => nil
(let ((p (mp:process-run-function "search" (lambda (l) (find 4 l)) (circular)))) (mp:process-kill p) (mp:process-wait-with-timeout "w" 100 (lambda () (not (mp:process-alive-p p)))) (mp:process-alive-p p)) => nil
(let* ((r nil) (p (mp:process-run-function "mapc" (lambda (l) (setf r (mp:with-timeout (0.05 :late) (mapc (lambda (x) x) l)))) (circular)))) (mp:process-wait-with-timeout "w" 100 (lambda () (not (mp:process-alive-p p)))) r) => :late
(let* ((n 0) (in nil) (r nil) (p (mp:process-run-function "through" (lambda () (catch 'out (setf in t) (deep 100)) (setf r n))))) (mp:process-wait-with-timeout "w" 100 (lambda () in)) (mp:process-interrupt p (lambda () (incf n))) (mp:process-interrupt p (lambda () (incf n) (throw 'out nil))) (mp:process-wait-with-timeout "w" 100 (lambda () (not (mp:process-alive-p p)))) r) => 2
