;;; Processes, their waits, locks, gates, queues, time-outs.

(mp:process-p mp:*current-process*) => t
(mp:process-name mp:*current-process*) => "Initial Lisp Listener"
(eq mp:*current-process* sys:*current-process*) => t
(mp:process-active-p mp:*current-process*) => t

;; with-timeout
(sys:with-timeout (10 :late) (values 1 2)) => 1 2
(sys:with-timeout (0.05 (values :late 2)) (sleep 100)) => :late 2
(mp:with-timeout (0.05 :late) (block nil (tagbody a (go a)))) => :late
(mp:with-timeout (0 :late) (error "not evaluated")) => :late
(mp:with-timeout (-1 :late) (error "not evaluated")) => :late
(mp:with-timeout (100 :outer) (mp:with-timeout (0.05 :inner) (sleep 100))) => :inner
(mp:with-timeout (0.05 :outer) (mp:with-timeout (100 :inner) (sleep 100))) => :outer
(let ((x nil)) (mp:with-timeout (0.05 nil) (unwind-protect (sleep 100) (push :cleanup x))) x) => (:cleanup)
(block b (mp:with-timeout (10 :late) (return-from b :left))) => :left
(mp:with-timeout ('a 1) 2) => :error type-error
(mp:with-timeout (1/20 :late) (mp:process-wait "never" (lambda () nil))) => :late

;; waits
(mp:process-wait "true" (lambda (x) x) 1) => nil
(mp:process-wait-with-timeout "never" 0.02 (lambda () nil)) => nil
(mp:process-wait-with-timeout "true" 1 (lambda () t)) => t
(mp:process-wait-with-timeout "true" -1 (lambda () nil)) => nil
(mp:process-sleep 0.01) => nil
(sleep -1) => :error type-error
(sleep 'a) => :error type-error
(mp:process-allow-schedule) => nil
(mp:wait-for-input-available nil) => nil

;; making processes
(defun run (function &rest args) (let* ((out nil) (p (mp:process-run-function "test" (lambda () (setq out (multiple-value-list (apply function args))))))) (mp:process-join p :timeout 60) out))
(run #'+ 1 2) => (3)
(run (lambda () (mp:process-name mp:*current-process*))) => ("test")
(defvar *special* :global)
(let ((*special* :mine)) (run (lambda () *special*))) => (:global)
(let ((got nil)) (mp:process-join (mp:process-run-function (list :name "b" :initial-bindings '((*special* . (list 1 2)) (*print-base* . 2))) (lambda () (setq got (list *special* *print-base*))))) got) => ((1 2) 2)
(mp:process-join (mp:process-run-function "bad" (lambda () (ignore-errors (error "x")) (values 1 2))) :timeout 60) => (1 2) t
(let ((p (mp:make-process :name "not yet" :initial-bindings nil))) (prog1 (list (mp:process-name p) (mp:process-active-p p) (mp:process-run-reasons p) (and (member p mp:*all-processes*) t)) (mp:process-kill p) (assert (not (member p mp:*all-processes*))))) => ("not yet" nil nil t)
(let* ((n 0) (p (mp:make-process))) (mp:process-preset p (lambda (x) (setq n x)) 7) (mp:process-allow-schedule) (assert (eql n 0)) (mp:process-enable p) (mp:process-join p) n) => 7
(let ((p (mp:process-run-function "p" #'sleep 100))) (setf (getf (mp:process-property-list p) 'x) 1) (setf (mp:process-name p) "q" (mp:process-priority p) 3) (prog1 (list (getf (mp:process-property-list p) 'x) (mp:process-name p) (mp:process-priority p) (mp:process-quantum p) (mp:process-initial-bindings p)) (mp:process-kill p :wait t))) => (1 "q" 3 2 nil)
(progn (mp:process-run-function) nil) => :error program-error
(defclass my-process (mp:process) ((tag :initform :mine :accessor tag)))
(let ((p (mp:process-run-function (list :name "m" :class 'my-process) #'sleep 100))) (prog1 (list (tag p) (mp:process-name p) (typep p 'mp:process)) (mp:process-kill p))) => (:mine "m" t)
(let* ((log nil) (p (mp:make-process :name "x"))) (push (list (lambda (x) (push x log)) :exit) (mp:process-exit-actions p)) (mp:process-preset p (lambda () (push :body log))) (mp:process-enable p) (mp:process-join p) log) => (:exit :body)

;; kill, interrupt, reset, arrest
(defun blocked (p) (mp:process-wait-with-timeout "b" 60 (lambda () (plusp (length (mp:process-whostate p))))) p)
(mp:process-join (let ((p (blocked (mp:process-run-function "killed" (lambda () (sleep 100)))))) (mp:process-kill p) p) :timeout 60) => nil t
(let ((p (blocked (mp:process-run-function "slow" (lambda () (sleep 100)))))) (multiple-value-prog1 (mp:process-join p :timeout 0.01) (mp:process-kill p))) => nil nil
(defun several (n make) (let ((all nil)) (dotimes (i n all) (push (funcall make) all))))
(let* ((log nil) (p (blocked (mp:process-run-function "k" (lambda () (unwind-protect (sleep 100) (push :cleanup log))))))) (mp:process-kill p :wait t) (list log (mp:process-alive-p p) (mp:process-kill p))) => ((:cleanup) nil nil)
(let* ((log nil) (p (blocked (mp:process-run-function "i" (lambda () (sleep 100) (push :end log)))))) (dotimes (i 3) (mp:process-interrupt p (lambda (x) (push x log)) i)) (mp:process-wait-with-timeout "w" 60 (lambda () (= (length log) 3))) (mp:process-kill p :wait t) (sort log #'<)) => (0 1 2)
(let* ((got nil) (p (blocked (mp:process-run-function "t" (lambda () (setq got (catch 'out (sleep 100)))))))) (mp:process-interrupt p (lambda () (throw 'out :thrown))) (mp:process-join p :timeout 60) got) => :thrown
(let ((x nil)) (mp:process-interrupt mp:*current-process* (lambda () (setq x 1))) x) => 1
(let* ((n 0) (p (blocked (mp:process-run-function "r" (lambda () (incf n) (sleep 100)))))) (mp:process-reset p) (mp:process-wait-with-timeout "w" 60 (lambda () (= n 2))) (mp:process-kill p :wait t) n) => 2
(let* ((log nil) (p (blocked (mp:process-run-function "ps" (lambda () (sleep 100)))))) (mp:process-preset p (lambda (x) (push x log)) :new) (mp:process-join p :timeout 60) log) => (:new)
(let* ((n 0) (p (mp:process-run-function "busy" (lambda () (do () (nil) (incf n)))))) (mp:process-wait-with-timeout "w" 60 (lambda () (plusp n))) (mp:process-add-arrest-reason p :why) (mp:process-wait-with-timeout "held" 60 (lambda () (equal (mp:process-whostate p) "held"))) (let ((a n)) (sleep 0.1) (let ((stopped (= a n))) (mp:process-revoke-arrest-reason p :why) (mp:process-wait-with-timeout "w" 60 (lambda () (> n a))) (mp:process-kill p :wait t) (list stopped (> n a))))) => (t t)
(let* ((log nil) (p (mp:make-process :name "worker"))) (mp:process-preset p (lambda () (do () (nil) (let ((r (mp:process-run-reasons mp:*current-process*))) (push (car r) log) (mp:process-revoke-run-reason mp:*current-process* (car r)))))) (dolist (r '(:a :b)) (mp:process-add-run-reason p r) (mp:process-wait-with-timeout "w" 60 (lambda () (eq (car log) r)))) (mp:process-kill p :wait t) (reverse log)) => (:a :b)
(let ((log nil)) (excl:without-interrupts (mp:process-interrupt mp:*current-process* (lambda () (push :interrupt log))) (push :body log)) log) => (:interrupt :body)
(let ((log nil)) (excl:with-delayed-interrupts (excl:with-delayed-interrupts (mp:process-interrupt mp:*current-process* (lambda () (push 3 log)))) (push 2 log)) log) => (3 2)
(multiple-value-list (mp:symeval-in-process '*special* mp:*current-process*)) => (:global nil)
(let ((*special* 1)) (multiple-value-list (mp:symeval-in-process '*special* mp:*current-process*))) => (1 t)
(let ((*special* 1)) (sys:global-symbol-value '*special*)) => :global
(let ((*special* 1)) (setf (sys:global-symbol-value '*special*) :other) (list *special* (sys:global-symbol-value '*special*) (setf (sys:global-symbol-value '*special*) :global))) => (1 :other :global)

;; gates
(let ((g (mp:make-gate nil))) (list (mp:gate-open-p g) (progn (mp:open-gate g) (mp:gate-open-p g)) (progn (mp:close-gate g) (mp:gate-open-p g)))) => (nil t nil)
(let* ((g (mp:make-gate nil)) (n 0) (ps (several 3 (lambda () (mp:process-run-function "g" (lambda () (mp:process-wait "gate" #'mp:gate-open-p g) (incf n))))))) (mapc #'blocked ps) (mp:open-gate g) (dolist (p ps) (mp:process-join p :timeout 60)) n) => 3
(mp:process-wait-with-timeout "gate" 0.02 #'mp:gate-open-p (mp:make-gate nil)) => nil
(mp:gate-open-p 3) => :error type-error
(let ((g (mp:make-gate nil))) (list (mp:put-semaphore g) (mp:put-semaphore g) (mp:gate-open-p g) (mp:get-semaphore g) (mp:get-semaphore g) (mp:gate-open-p g))) => (1 2 t 1 0 nil)

;; queues
(let ((q (make-instance 'mp:queue))) (list (mp:queue-empty-p q) (mp:enqueue q 1) (mp:enqueue q 2) (mp:queue-empty-p q) (mp:dequeue q) (mp:dequeue q))) => (t 1 2 nil 1 2)
(mp:dequeue (make-instance 'mp:queue)) => :error error
(mp:dequeue (make-instance 'mp:queue) :wait 0 :empty-queue-result :none) => :none
(mp:dequeue (make-instance 'mp:queue) :wait 0.02 :empty-queue-result :none) => :none
(let* ((q (make-instance 'mp:queue)) (got nil) (p (blocked (mp:process-run-function "d" (lambda () (dotimes (i 3) (push (mp:dequeue q :wait t) got))))))) (dotimes (i 3) (mp:enqueue q i)) (mp:process-join p :timeout 60) (reverse got)) => (0 1 2)
(defclass counted-queue (mp:queue) ((count :initform 0 :accessor queue-count)))
(defmethod mp:enqueue :after ((q counted-queue) item) (declare (ignore item)) (incf (queue-count q)))
(let ((q (make-instance 'counted-queue))) (mp:enqueue q :x) (list (mp:dequeue q) (queue-count q))) => (:x 1)
(mp:enqueue 3 4) => :error type-error

;; locks
(let ((l (mp:make-process-lock :name "l"))) (list (mp:process-lock-locker l) (mp:process-lock l) (eq (mp:process-lock-locker l) mp:*current-process*) (mp:process-lock l 1 "w" 0) (mp:process-unlock l) (mp:process-lock-locker l))) => (nil t t nil t nil)
(mp:process-unlock (mp:make-process-lock)) => :error error
(let ((l (mp:make-process-lock))) (mp:with-process-lock (l) (mp:with-process-lock (l :seized s) (values s 2)))) => t 2
(let ((l (mp:make-process-lock))) (mp:with-process-lock (l :seized s) s)) => nil
(let ((l (mp:make-process-lock))) (mp:with-process-lock (l) (mp:with-process-lock (l :norecursive t) 1))) => :error error
(let ((l (mp:make-process-lock))) (list (catch 'x (mp:with-process-lock (l) (throw 'x 1))) (mp:process-lock-locker l))) => (1 nil)
(let* ((l (mp:make-process-lock)) (p (mp:process-run-function "h" (lambda () (mp:with-process-lock (l) (sleep 100)))))) (mp:process-wait-with-timeout "w" 60 (lambda () (mp:process-lock-locker l))) (prog1 (list (mp:with-process-lock (l :timeout 0) 1) (mp:with-process-lock (l :timeout 0.02) 1)) (mp:process-kill p :wait t) (assert (null (mp:process-lock-locker l))))) => (nil nil)
(let* ((l (mp:make-process-lock)) (n 0) (ps (several 4 (lambda () (mp:process-run-function "inc" (lambda () (dotimes (i 200) (mp:with-process-lock (l) (let ((x n)) (mp:process-allow-schedule) (setq n (1+ x))))))))))) (dolist (p ps) (mp:process-join p :timeout 60)) n) => 800
(let* ((l (mp:make-process-lock)) (p (progn (mp:process-lock l) (blocked (mp:process-run-function "w" (lambda () (mp:with-process-lock (l) 1))))))) (list (mp:process-whostate p) (progn (mp:process-kill p :wait t) (mp:process-unlock l)) (mp:process-lock-locker l))) => ("Lock" t nil)

;; condition variables, barriers, sharable locks
(let* ((cv (mp:make-condition-variable)) (l (mp:make-process-lock)) (ready nil) (got nil) (p (blocked (mp:process-run-function "cv" (lambda () (mp:with-process-lock (l) (do () (ready) (mp:condition-variable-wait cv l)) (setq got (eq (mp:process-lock-locker l) mp:*current-process*)))))))) (mp:with-process-lock (l) (setq ready t) (mp:condition-variable-signal cv)) (mp:process-join p :timeout 60) (list got (mp:process-lock-locker l))) => (t nil)
(let ((l (mp:make-process-lock))) (mp:with-process-lock (l) (mp:condition-variable-wait (mp:make-condition-variable) l :timeout 0.02))) => nil
(mp:condition-variable-wait (mp:make-condition-variable) (mp:make-process-lock)) => :error error
(let* ((b (mp:make-barrier 3)) (log nil) (ps (several 2 (lambda () (mp:process-run-function "b" (lambda () (push (mp:barrier-wait b) log))))))) (mapc #'blocked ps) (let ((mine (mp:barrier-wait b))) (dolist (p ps) (mp:process-join p :timeout 60)) (list mine log))) => (:unblocked (t t))
(mp:barrier-wait (mp:make-barrier 2) :timeout 0.02) => :timeout
(mp:barrier-pass-through (mp:make-barrier 2)) => :passed-through
(let ((l (mp:make-sharable-lock))) (list (mp:with-shared-lock (l) (mp:with-shared-lock (l) 1)) (mp:with-exclusive-lock (l) 2) (mp:sharable-lock-lock l :shared) (mp:sharable-lock-unlock l :shared))) => (1 2 t :unlocked)
(let* ((l (mp:make-sharable-lock)) (p (blocked (mp:process-run-function "s" (lambda () (mp:with-exclusive-lock (l) (sleep 100))))))) (prog1 (mp:with-shared-lock (l :timeout 0.02) 1) (mp:process-kill p :wait t) (assert (eql 2 (mp:with-shared-lock (l) 2))))) => nil
(mp:sharable-lock-unlock (mp:make-sharable-lock) :shared) => :error error

;; sharable locks in detail
(mp:sharable-lock-unlock (mp:make-sharable-lock) :exclusive) => :error mp:sharable-lock-error
(mp:sharable-lock-lock (mp:make-sharable-lock) :both) => :error error
(mp:make-sharable-lock :max-shared 0) => :error type-error
(let ((l (mp:make-sharable-lock :name "l" :yield-rate 3 :safe-p t :auto-unlock-p t))) (list (mp:sharable-lock-lock l :exclusive) (mp:sharable-lock-lock l :exclusive) (mp:sharable-lock-unlock l :exclusive) (mp:sharable-lock-unlock l :exclusive))) => (t t :recursive :unlocked)
(let ((l (mp:make-sharable-lock :recursive-p nil))) (mp:with-exclusive-lock (l) (mp:with-shared-lock (l) 1))) => :error mp:sharable-lock-error
(let* ((l (mp:make-sharable-lock :max-shared 2)) (ps (several 2 (lambda () (mp:process-run-function "s" (lambda () (mp:with-shared-lock (l) (sleep 100)))))))) (mapc #'blocked ps) (prog1 (list (mp:with-shared-lock (l :timeout 0.02) 1) (mp:with-exclusive-lock (l :timeout 0.02) 1) (progn (mp:process-kill (car ps) :wait t) (mp:sharable-lock-lock l :shared)) (mp:sharable-lock-unlock l :shared)) (mp:process-kill (cadr ps) :wait t))) => (nil nil t nil)
(let ((l (mp:make-sharable-lock)) (cv (mp:make-condition-variable :name "c"))) (mp:with-exclusive-lock (l) (list (mp:condition-variable-wait cv l :timeout 0.01) (mp:condition-variable-wait cv nil :timeout 0) (mp:condition-variable-wait cv nil :timeout -1)))) => (nil nil nil)

;; barriers in detail
(mp:make-barrier 0) => :error type-error
(let ((called nil)) (list (mp:barrier-wait (mp:make-barrier 1 :name "b" :callback (lambda (b) (push (type-of b) called)))) called)) => (:unblocked (mp:barrier))
(let ((called nil)) (list (mp:barrier-wait (mp:make-barrier 1) :callback (lambda (b) (declare (ignore b)) (push 1 called))) called)) => (:unblocked (1))
(let ((b (mp:make-barrier 1 :disable-on-unblock t))) (list (mp:barrier-wait b) (mp:barrier-wait b))) => (:unblocked nil)
(let ((b (mp:make-barrier 2))) (mp:barrier-disable b) (mp:barrier-wait b)) => nil
(let ((b (mp:make-barrier 2 :discount-on-timeout t))) (list (mp:barrier-wait b :timeout 0.01) (mp:barrier-wait b :timeout 0.01))) => (:timeout :timeout)
(let ((b (mp:make-barrier 2))) (list (mp:barrier-wait b :timeout 0.01) (mp:barrier-wait b :timeout 0.01))) => (:timeout :unblocked)
(let* ((b (mp:make-barrier t)) (got nil) (p (blocked (mp:process-run-function "b" (lambda () (push (mp:barrier-wait b) got)))))) (mp:barrier-unblock b) (mp:process-join p :timeout 60) got) => (t)
(let* ((b (mp:make-barrier 2)) (p (blocked (mp:process-run-function "b" (lambda () (mp:barrier-wait b)))))) (mp:barrier-unblock b :kill-waiting t :disable t :reset-count 3) (list (nth-value 1 (mp:process-join p :timeout 60)) (mp:barrier-wait b))) => (t nil)
(let* ((b (mp:make-barrier 2 :discount-on-abort t)) (p (blocked (mp:process-run-function "b" (lambda () (mp:barrier-wait b)))))) (mp:process-kill p :wait t) (mp:barrier-wait b :timeout 0.01)) => :timeout

;; condition variables: one, all
(let* ((cv (mp:make-condition-variable)) (n 0) (ps (several 3 (lambda () (mp:process-run-function "cv" (lambda () (when (mp:condition-variable-wait cv nil) (incf n)))))))) (mapc #'blocked ps) (mp:condition-variable-signal cv) (mp:process-wait-with-timeout "one" 60 (lambda () (= n 1))) (mp:condition-variable-broadcast cv) (dolist (p ps) (mp:process-join p :timeout 60)) n) => 3
(let* ((cv (mp:make-condition-variable)) (woken nil) (a (blocked (mp:process-run-function "a" (lambda () (mp:condition-variable-wait cv nil) (push :a woken))))) (b (blocked (mp:process-run-function "b" (lambda () (mp:condition-variable-wait cv nil) (push :b woken)))))) (mp:process-interrupt a (lambda () (mp:condition-variable-signal cv) (mp:process-kill mp:*current-process*))) (mp:process-join a :timeout 60) (mp:process-join b :timeout 60) woken) => (:b)

;; queues
(mp:dequeue (make-instance 'mp:queue :name "x") :wait 0 :whostate "w") => nil
(let* ((q (make-instance 'mp:queue)) (p (blocked (mp:process-run-function "d" (lambda () (mp:dequeue q :wait t :whostate "my queue")))))) (prog1 (mp:process-whostate p) (mp:process-kill p :wait t))) => "my queue"

;; pools
(defun ran (pool &rest arguments) (let ((got nil)) (multiple-value-bind (how item) (apply #'mp:process-pool-run pool :report-end (lambda (item values condition) (setq got (list item values (type-of condition)))) arguments) (mp:process-wait-with-timeout "end" 60 (lambda () got)) (list* how (eq item (first got)) (rest got)))))
(ran (mp:make-process-pool :active-limit 2) :function #'floor :arguments '(7 2)) => (:created t (3 1) null)
(ran (mp:make-process-pool) :function (lambda () (error 'program-error))) => (:created t nil program-error)
(eq (mp:ensure-default-process-pool) (mp:ensure-default-process-pool)) => t
(second (cdr (ran nil :function (lambda () (mp:process-name mp:*current-process*))))) => ("Default process pool worker")
(let ((pool (mp:make-process-pool))) (ran pool :function #'list) (mp:process-wait-with-timeout "idle" 60 (lambda () (search "re-used: 1" (mp:query-process-pool pool :stream nil)))) (first (ran pool :function #'list))) => :started
(defun full () (let ((pool (mp:make-process-pool :active-limit 1)) (gate (mp:make-gate nil))) (mp:process-pool-run pool :function (lambda () (mp:process-wait "gate" #'mp:gate-open-p gate))) (values pool gate)))
(multiple-value-bind (pool gate) (full) (setf (mp:process-pool-work-limit pool) 1) (prog1 (loop repeat 3 collect (mp:process-pool-run pool :function #'list) collect (mp:process-pool-run pool :function #'list :queue-p nil)) (mp:open-gate gate))) => (:queued nil nil nil nil nil)
(multiple-value-bind (pool gate) (full) (let ((item (nth-value 1 (mp:process-pool-run pool :function #'+ :arguments '(1 2) :name "sum" :data :mine :queue-p nil)))) (mp:open-gate gate) (mp:process-wait-with-timeout "idle" 60 (lambda () (search "re-used: 1" (mp:query-process-pool pool :stream nil)))) (list (mp:process-pool-work-item-active-p item) (ran pool :work item) (mp:process-pool-work-item-name item) (mp:process-pool-work-item-data item) (mp:process-pool-work-item-arguments item)))) => (nil (:started t (3) null) "sum" :mine (1 2))
(let* ((log nil) (pool (mp:make-process-pool :report-start (lambda (item) (push (mp:process-pool-work-item-data item) log)) :report-end (lambda (item values condition) (push (list (mp:process-pool-work-item-data item) values condition) log))))) (mp:process-pool-run pool :function #'values :arguments '(1 2) :data :d) (mp:process-wait-with-timeout "end" 60 (lambda () (cdr log))) log) => ((:d (1 2) nil) :d)
(let ((pool (mp:make-process-pool :active-limit 3)) (sum 0) (l (mp:make-process-lock)) (left 200)) (dotimes (i 200) (mp:process-pool-run pool :function (lambda (i) (mp:with-process-lock (l) (incf sum i))) :arguments (list i) :report-end (lambda (x v c) (declare (ignore x v c)) (mp:with-process-lock (l) (decf left))))) (mp:process-wait-with-timeout "all" 60 (lambda () (zerop left))) sum) => 19900
(let ((pool (mp:make-process-pool :idle-timeout 0.05))) (ran pool :function #'list) (mp:process-wait-with-timeout "gone" 60 (lambda () (let ((shown (mp:query-process-pool pool :stream nil))) (and (search "re-used: 0" shown) (search "Active processes running: 0" shown))))) (first (ran pool :function #'list))) => :created
(let ((pool (mp:make-process-pool :prime 2))) (prog1 (list (count #\2 (mp:query-process-pool pool :stream nil)) (first (ran pool :function #'list))))) => (1 :started)
(let ((pool (mp:make-process-pool :active-limit 1)) (go (mp:make-gate nil)) (done nil)) (mp:process-pool-run pool :function (lambda () (mp:process-wait "go" #'mp:gate-open-p go) (mp:process-kill mp:*current-process*))) (mp:process-pool-run pool :function (lambda () (setq done t))) (mp:open-gate go) (mp:process-wait-with-timeout "done" 60 (lambda () done)) done) => t
(let ((pool (mp:make-process-pool :name "p" :active-limit 3 :idle-limit 2 :idle-timeout 7 :report-start 'list :report-end 'vector))) (list (mp:process-pool-name pool) (mp:process-pool-active-limit pool) (mp:process-pool-idle-limit pool) (mp:process-pool-idle-timeout pool) (mp:process-pool-work-limit pool) (mp:process-pool-report-start pool) (mp:process-pool-report-end pool) (setf (mp:process-pool-name pool) 0) (setf (mp:process-pool-active-limit pool) 1) (setf (mp:process-pool-idle-limit pool) 2) (setf (mp:process-pool-idle-timeout pool) 3) (setf (mp:process-pool-work-limit pool) 4) (setf (mp:process-pool-report-start pool) 5) (setf (mp:process-pool-report-end pool) 6) (mp:process-pool-name pool) (mp:process-pool-active-limit pool) (mp:process-pool-idle-limit pool) (mp:process-pool-idle-timeout pool) (mp:process-pool-work-limit pool) (mp:process-pool-report-start pool) (mp:process-pool-report-end pool))) => ("p" 3 2 7 nil list vector 0 1 2 3 4 5 6 0 1 2 3 4 5 6)
(let ((item (mp:make-process-pool-work-item :name "w" :function 'list :arguments '(1) :data :d :report-start 's :report-end 'e))) (list (mp:process-pool-work-item-name item) (mp:process-pool-work-item-function item) (mp:process-pool-work-item-arguments item) (mp:process-pool-work-item-data item) (mp:process-pool-work-item-report-start item) (mp:process-pool-work-item-report-end item) (eq item (mp:make-process-pool-work-item :work item :name "n")) (mp:process-pool-work-item-name item) (mp:process-pool-work-item-data item) (setf (mp:process-pool-work-item-name item) 0) (setf (mp:process-pool-work-item-function item) 1) (setf (mp:process-pool-work-item-arguments item) 2) (setf (mp:process-pool-work-item-data item) 3) (setf (mp:process-pool-work-item-report-start item) 4) (setf (mp:process-pool-work-item-report-end item) 5) (mp:process-pool-work-item-name item) (mp:process-pool-work-item-function item) (mp:process-pool-work-item-arguments item) (mp:process-pool-work-item-data item) (mp:process-pool-work-item-report-start item) (mp:process-pool-work-item-report-end item))) => ("w" list (1) :d s e t "n" :d 0 1 2 3 4 5 0 1 2 3 4 5)
(let ((started nil) (ended nil)) (mp:ensure-default-process-pool) (mp:process-pool-run nil :function #'list :report-start (lambda (item) (setq started item)) :report-end (lambda (item v c) (declare (ignore v c)) (setq ended item))) (mp:process-wait-with-timeout "end" 60 (lambda () ended)) (eq started ended)) => t
(let ((pool (mp:make-process-pool :prime t :idle-limit 2))) (prog1 (first (ran pool :function #'list)) (mp:query-process-pool pool :stream (make-broadcast-stream)))) => :started
(let ((*standard-output* (make-string-output-stream))) (mp:ensure-default-process-pool) (list (mp:query-process-pool nil) (not (null (search "Default process pool" (get-output-stream-string *standard-output*)))))) => (nil t)
(mp:process-pool-run 3 :function #'+) => :error type-error
(mp:make-process-pool :active-limit 0) => :error type-error
;; Franz's pages of 10.1
(let ((x (mp:make-process-pool :name "p"))) (list (typep x 'mp:process-pool) (type-of (make-instance 'mp:process-pool)) (subseq (princ-to-string x) 0 32))) => (t mp:process-pool "#<MULTIPROCESSING:PROCESS-POOL @")
(list (progn (mp:ensure-default-process-pool) (mp:discard-process-pool nil)) (mp:ensure-default-process-pool :if-does-not-exist nil)) => (nil nil)
(handler-case (mp:process-pool-run nil :function 'list) (error (c) (princ-to-string c))) => "There is no default process pool."
(mp:ensure-default-process-pool :if-does-not-exist :error) => :error simple-error
(let ((x (mp:ensure-default-process-pool :active-limit 3))) (list (eq x (mp:ensure-default-process-pool :active-limit 4 :if-exists nil)) (mp:process-pool-active-limit x) (mp:process-pool-name x))) => (t 4 "Default process pool")
(progn (mp:ensure-default-process-pool) (mp:ensure-default-process-pool :if-exists :error)) => :error simple-error
(mp:ensure-default-process-pool :foo 3) => :error program-error
(let ((x (mp:ensure-default-process-pool :work-limit 3 :process-limit 4 :idle-limit 5 :idle-timeout 6 :report-start 'list :report-end 'vector))) (prog1 (list (mp:process-pool-work-limit x) (mp:process-pool-process-limit x) (mp:process-pool-idle-limit x) (mp:process-pool-idle-timeout x) (mp:process-pool-report-start x) (mp:process-pool-report-end x)) (mp:discard-process-pool nil))) => (3 4 5 6 list vector)
(let ((x (mp:ensure-default-process-pool :active-limit nil :class 'mp:process-pool :process-class 'mp:pool-process :prime 1 :stack-allocation 7))) (prog1 (list (mp:process-pool-idle-count x) (mp:process-pool-stack-allocation x)) (mp:discard-process-pool nil) (mp:ensure-default-process-pool))) => (1 7)
(let ((x (mp:ensure-default-process-pool))) (let ((y (mp:ensure-default-process-pool :if-exists :supersede :forget t :kill t :name "another"))) (let ((z (handler-bind ((error #'continue)) (mp:ensure-default-process-pool :if-exists :cerror)))) (list (eq x y) (eq y z) (eq z (mp:ensure-default-process-pool)) (mp:process-pool-name y))))) => (nil nil t "another")
(let ((pool (mp:make-process-pool :active-limit 7))) (list (eq pool (mp:set-process-pool pool :work-limit 1 :process-limit 2 :idle-limit 0 :idle-timeout 1/2 :name "s" :report-start 'list :report-end 'vector)) (mp:process-pool-active-limit pool) (mp:process-pool-work-limit pool) (mp:process-pool-process-limit pool) (setf (mp:process-pool-process-limit pool) 3) (mp:process-pool-idle-limit pool) (mp:process-pool-idle-timeout pool) (mp:process-pool-name pool) (mp:process-pool-report-start pool) (mp:process-pool-report-end pool) (mp:process-pool-active-limit (mp:set-process-pool pool :active-limit 1)))) => (t 7 1 2 3 0 1/2 "s" list vector 1)
(mp:set-process-pool (mp:make-process-pool) :idle-limit -1) => :error type-error
(mp:set-process-pool (mp:make-process-pool) :idle-timeout "1") => :error type-error
(mp:set-process-pool (mp:make-process-pool) :class 'mp:process-pool) => :error program-error
(eq (mp:ensure-default-process-pool) (mp:set-process-pool nil)) => t
;; what is above a limit of processes waits
(let ((pool (mp:make-process-pool)) (gate (mp:make-gate nil))) (mp:set-process-pool pool :process-limit 1) (prog1 (loop repeat 2 collect (mp:process-pool-run pool :function (lambda () (mp:process-wait "gate" #'mp:gate-open-p gate)))) (mp:open-gate gate))) => (:created :queued)
;; classes of a program
(defclass my-pool (mp:process-pool) ((runs :initform 0 :accessor runs)))
(defclass my-worker (mp:pool-process) ((mark :initform :mine :reader mark)))
(defmethod mp:process-pool-run :before ((pool my-pool) &key &allow-other-keys) (incf (runs pool)))
(let ((pool (mp:make-process-pool :class 'my-pool :process-class (find-class 'my-worker) :stack-allocation 100000))) (list (type-of pool) (ran pool :function (lambda () (mark mp:*current-process*))) (runs pool) (class-name (mp:process-pool-process-class pool)) (mp:process-pool-stack-allocation pool))) => (my-pool (:created t (:mine) null) 1 my-worker 100000)
(ran (mp:make-process-pool) :function (lambda () (type-of mp:*current-process*))) => (:created t (mp:pool-process) null)
(mp:make-process-pool :process-class 'mp:process) => :error simple-error
(mp:make-process-pool :class 'mp:pool-process) => :error simple-error
;; counts
(let ((pool (mp:make-process-pool :active-limit 1)) (gate (mp:make-gate nil))) (flet ((now () (list (mp:process-pool-waiting pool) (mp:process-pool-idle-count pool) (mp:process-pool-active-count pool) (mp:process-pool-new-count pool) (mp:process-pool-reused-count pool) (mp:process-pool-saved-count pool) (mp:process-pool-discarded-count pool) (mp:process-pool-max-active pool) (mp:process-pool-max-work pool)))) (let ((start (now))) (loop repeat 3 do (mp:process-pool-run pool :function (lambda () (mp:process-wait "gate" #'mp:gate-open-p gate)))) (let ((busy (now))) (mp:open-gate gate) (mp:process-wait-with-timeout "idle" 60 (lambda () (= 1 (mp:process-pool-idle-count pool)))) (setf (mp:process-pool-idle-limit pool) 0) (ran pool :function #'list) (mp:process-wait-with-timeout "gone" 60 (lambda () (= 1 (mp:process-pool-discarded-count pool)))) (list start busy (cdddr (now))))))) => ((0 0 0 0 0 0 0 0 0) (2 0 1 1 0 0 0 1 2) (1 3 3 1 1 2))
(let* ((pool (mp:make-process-pool)) (before (get-internal-real-time)) (item (mp:make-process-pool-work-item :function #'floor :arguments '(7 2) :report-end 'list)) (fresh (mp:process-pool-work-item-end-time item))) (mp:process-pool-run pool :work item) (mp:process-wait-with-timeout "end" 60 (lambda () (mp:process-pool-work-item-end-time item))) (list fresh (<= before (mp:process-pool-work-item-queued-time item) (mp:process-pool-work-item-start-time item) (mp:process-pool-work-item-end-time item) (get-internal-real-time)) (mp:process-pool-work-item-values item) (mp:process-pool-work-item-error item))) => (nil t (3 1) nil)
(let ((item (nth-value 1 (mp:process-pool-run (mp:make-process-pool) :function #'car :arguments '(1) :report-end 'list)))) (mp:process-wait-with-timeout "end" 60 (lambda () (mp:process-pool-work-item-end-time item))) (list (mp:process-pool-work-item-values item) (type-of (mp:process-pool-work-item-error item)))) => (nil type-error)
;; the end of a pool
(defun all-dead (pool) (mp:process-wait-with-timeout "all dead" 60 (lambda () (= 0 (mp:process-pool-idle-count pool) (mp:process-pool-active-count pool)))))
(let ((pool (mp:make-process-pool :prime 3))) (list (mp:process-pool-idle-count pool) (mp:discard-process-pool pool) (all-dead pool) (handler-case (mp:process-pool-run pool :function 'list) (error (c) (not (null (search "has been discarded" (princ-to-string c)))))))) => (3 nil t t)
(multiple-value-bind (pool gate) (full) (let ((item (nth-value 1 (mp:process-pool-run pool :function #'list)))) (list (handler-case (mp:discard-process-pool pool) (error () :waiting)) (handler-bind ((error #'continue)) (mp:discard-process-pool pool)) (mp:process-pool-work-item-active-p item) (mp:process-pool-active-count pool) (progn (mp:open-gate gate) (all-dead pool))))) => (:waiting nil nil 1 t)
(let ((pool (full))) (mp:process-pool-run pool :function #'list) (list (mp:discard-process-pool pool :forget t :kill t) (all-dead pool))) => (nil t)

;; for compatibility
(mp:process-progn mp:*current-process* 1 (values 2 3)) => 2 3
(let ((p (blocked (mp:process-run-function "pp" #'sleep 100)))) (prog1 (mp:process-progn p (mp:process-name mp:*current-process*)) (mp:process-kill p :wait t))) => "pp"
(mp:with-message-interrupts-disabled 1 2) => 2
(list mp:*default-message-interrupt-function* (mp:process-message-interrupt-function mp:*current-process*) (mp:process-implementation)) => (nil nil :native-threads)

;; what must happen to a blocked operation
(let* ((q (make-instance 'mp:queue)) (got nil) (p (blocked (mp:process-run-function "a" (lambda () (setq got (mp:dequeue q :wait t))))))) (mp:process-add-arrest-reason p :x) (mp:process-wait-with-timeout "held" 60 (lambda () (equal (mp:process-whostate p) "held"))) (mp:enqueue q 1) (sleep 0.05) (let ((before got)) (mp:process-revoke-arrest-reason p :x) (mp:process-join p :timeout 60) (list before got))) => (nil 1)
(let* ((log nil) (g (mp:make-gate nil)) (p (blocked (mp:process-run-function "d" (lambda () (excl:with-delayed-interrupts (mp:process-wait "g" #'mp:gate-open-p g) (push :body log)) (push :after log)))))) (mp:process-interrupt p (lambda () (push :interrupt log))) (sleep 0.05) (mp:open-gate g) (mp:process-join p :timeout 60) (reverse log)) => (:body :interrupt :after)
(let* ((log nil) (p (mp:make-process :name "inactive"))) (mp:process-preset p (lambda () (push :run log))) (mp:process-interrupt p (lambda () (push :interrupt log))) (mp:process-wait-with-timeout "i" 60 (lambda () log)) (let ((active (mp:process-active-p p))) (mp:process-enable p) (mp:process-join p :timeout 60) (list active (reverse log)))) => (nil (:interrupt :run))
(let* ((got nil) (p (mp:process-run-function "e" (lambda () (handler-case (mp:process-wait "bad" (lambda () (car 1))) (error (c) (setq got (type-of c)))))))) (mp:process-join p :timeout 60) got) => type-error
(let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1")) (got nil) (w (blocked (mp:process-run-function "w" (lambda () (handler-case (accept-connection p) (error (c) (setq got (type-of c))))))))) (close p) (mp:process-join w :timeout 60) got) => excl:stream-closed-error
(let* ((x nil) (p (blocked (mp:process-run-function "n" (lambda () (catch 'inner (sleep 1000)) (push :went-on x)))))) (mp:process-interrupt p (lambda () (mp:process-interrupt mp:*current-process* (lambda () (push :nested x))) (push :outer x) (throw 'inner nil))) (mp:process-join p :timeout 60) (reverse x)) => (:nested :outer :went-on)
(let* ((p (blocked (mp:process-run-function "w" #'sleep 1000)))) (setf (mp:process-interruptible-p p) nil) (let ((ran nil)) (mp:process-interrupt p (lambda () (setq ran t))) (sleep 0.05) (let ((before ran)) (setf (mp:process-interruptible-p p) t) (mp:process-wait-with-timeout "i" 60 (lambda () ran)) (mp:process-kill p :wait t) (list before ran)))) => (nil t)
(mp:process-kill (let ((p (mp:process-run-function "dead" (lambda ())))) (mp:process-join p) p) :wait t) => nil
(multiple-value-list (mp:symeval-in-process '*never-bound-anywhere* mp:*current-process*)) => (nil :unbound)
(list (typep (mp:make-process-lock) 'mp:lock) (typep (mp:make-sharable-lock) 'mp:lock)) => (t t)
