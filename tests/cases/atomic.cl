;;; Atomic operations, variables that cannot be bound, objects with a lock.

(excl:defvar-nonbindable *count* 0 "A counter.") => *count*
(list *count* (documentation '*count* 'variable)) => (0 "A counter.")
(progn (excl:defvar-nonbindable *count* 5) *count*) => 0
(let ((*count* 1)) *count*) => :error program-error
(lambda (*count*) 1) => :error program-error
(excl:defvar-unbound *nothing*) => *nothing*
(boundp '*nothing*) => nil
(progn (setq *nothing* 1) *nothing*) => 1

(list (excl:incf-atomic *count*) (excl:incf-atomic *count* 10) (excl:decf-atomic *count*) (excl:decf-atomic *count* 5) *count*) => (1 11 10 5 5)
(let ((c (list 1 2))) (list (excl:incf-atomic (car c)) (excl:decf-atomic (second c) 3) c)) => (2 -1 (2 -1))
(let ((v (vector nil 2))) (list (excl:push-atomic 7 (svref v 0)) (excl:push-atomic 8 (svref v 0)) (excl:pop-atomic (svref v 0)) v)) => ((7) (8 7) 8 #((7) 2))
(let ((v (vector nil))) (excl:pop-atomic (svref v 0))) => nil
(defstruct counted (n 0) (items nil))
(let ((s (make-counted))) (list (excl:incf-atomic (counted-n s)) (excl:push-atomic 1 (counted-items s)) s)) => (1 (1) #s(counted :n 1 :items (1)))
(defclass thing () ((n :initform 0 :accessor thing-n)))
(let ((o (make-instance 'thing))) (list (excl:incf-atomic (slot-value o 'n)) (excl:incf-atomic (thing-n o) 2) (thing-n o))) => (1 3 3)
(excl:incf-atomic (symbol-value '*count*)) => 6
(let ((i 0) (v (vector 1 2 3))) (list (excl:incf-atomic (svref v (incf i)) (* i 10)) v i)) => (12 #(1 12 3) 1)
(let ((v (vector :a))) (list (if (excl:atomic-conditional-setf (svref v 0) :b :a) :yes :no) (if (excl:atomic-conditional-setf (svref v 0) :c :a) :yes :no) v)) => (:yes :no #(:b))
(let ((v (vector 3))) (list (excl:update-atomic (x (svref v 0)) (* x x)) v)) => (9 #(9))
(let* ((v (vector 1)) (tries 0)) (excl:update-atomic (x (svref v 0)) (when (= (incf tries) 1) (setf (svref v 0) 100)) (1+ x)) (list v tries)) => (#(101) 2)
(let ((x 0)) (excl:incf-atomic x)) => :error program-error
(let ((h (make-hash-table))) (excl:incf-atomic (gethash 1 h 0))) => :error program-error
(excl:incf-atomic) => :error program-error
(length (multiple-value-list (excl:get-atomic-modify-expansion '(car x)))) => 6
(multiple-value-bind (temps vals new old store read) (excl:get-atomic-modify-expansion '(car (list 1))) (let ((form `(let* (,@(mapcar #'list temps vals) (,old ,read) (,new 5)) (list ,store ,read)))) (eval form))) => (t 5)
(excl:fast-and-clean 1 2) => 2
(excl::.atomically 3) => 3

;; many processes at once
(defun many (n function) (let ((ps nil)) (dotimes (i n) (push (mp:process-run-function "many" function) ps)) (dolist (p ps t) (assert (nth-value 1 (mp:process-join p :timeout 60))))))
(progn (setq *count* 0) (many 8 (lambda () (dotimes (i 500) (excl:incf-atomic *count*)))) *count*) => 4000
(let ((c (list nil))) (many 4 (lambda () (dotimes (i 200) (excl:push-atomic i (car c))))) (list (length (car c)) (reduce #'+ (car c)))) => (800 79600)
(let ((c (list 0))) (many 4 (lambda () (dotimes (i 100) (excl:update-atomic (x (car c)) (mp:process-allow-schedule) (1+ x))))) c) => (400)
(let ((c (list (let ((l nil)) (dotimes (i 400 l) (push i l))))) (sum 0) (l (mp:make-process-lock))) (many 4 (lambda () (dotimes (i 100) (let ((x (excl:pop-atomic (car c)))) (mp:with-process-lock (l) (incf sum x)))))) (list c sum)) => ((nil) 79800)
;; interrupts wait
(let ((log nil)) (excl:fast-and-clean (mp:process-interrupt mp:*current-process* (lambda () (push :interrupt log))) (push :body log)) log) => (:interrupt :body)

;; lockable objects and structures
(defclass account (excl:lockable-object) ((n :initform 0 :accessor account-n)))
(let ((a (make-instance 'account))) (excl:with-locked-object (a) (excl:with-locked-object (a :non-smp :without-scheduling) (values 1 2)))) => 1 2
(let ((a (make-instance 'account))) (many 4 (lambda () (dotimes (i 50) (excl:with-locked-object (a) (let ((n (account-n a))) (mp:process-allow-schedule) (setf (account-n a) (1+ n))))))) (account-n a)) => 200
(excl:with-locked-object ((make-instance 'thing)) 1) => :error type-error
(excl:with-locked-object ((make-instance 'thing) :typecheck nil) 1) => 1
(defstruct (box (:include excl:synchronizing-structure)) (n 0))
(typep (make-box) 'excl:synchronizing-structure) => t
(let ((b (make-box :n 7))) (list (box-n b) (excl:with-locked-structure (b :non-smp :without-scheduling) (excl:with-locked-object (b :type :struct) (incf (box-n b)))))) => (7 8)
(excl:with-locked-structure ((make-counted)) 1) => :error type-error
(let* ((b (make-box)) (g (mp:make-gate nil)) (p (mp:process-run-function "holder" (lambda () (excl:with-locked-structure (b) (mp:open-gate g) (sleep 100)))))) (mp:process-wait "held" #'mp:gate-open-p g) (list (excl:with-locked-structure (b :block nil) 1) (progn (mp:process-kill p :wait t) (excl:with-locked-structure (b :block nil) 2)))) => (nil 2)

;; locks as structures, locked streams
(let ((l (excl::make-basic-lock :name "plain"))) (list (excl:with-locked-structure (l) (excl:with-locked-structure (l :block nil) 1)) (typep l 'structure-object))) => (1 t)
(let ((c (list 0)) (l (excl::make-basic-lock))) (many 4 (lambda () (dotimes (i 100) (excl:with-locked-structure (l) (let ((n (car c))) (mp:process-allow-schedule) (setf (car c) (1+ n))))))) c) => (400)
(with-output-to-string (s) (many 3 (lambda () (dotimes (i 20) (excl::with-locked-stream (s :block t :non-smp :without-scheduling) (write-char #\( s) (mp:process-allow-schedule) (write-char #\) s))))) (assert (equal (get-output-stream-string s) (apply #'concatenate 'string (make-list 60 :initial-element "()"))))) => ""
(let ((log nil)) (excl::atomically (mp:process-interrupt mp:*current-process* (lambda () (push :interrupt log))) (push :body log)) log) => (:interrupt :body)
