;;; Arguments and values of the operators on processes that the other files do not come to; see tests/documented.py.

(defun until (test) (or (mp:process-wait-with-timeout "until" 60 test) (error "Waited in vain.")))
(defun start (function &rest keys) (let ((p (mp:process-run-function (append keys (list :name "p")) function))) (until (lambda () (plusp (length (mp:process-whostate p))))) p))
(defmacro with-process ((p &optional (function '#'idle) &rest keys) &body body) `(let ((,p (start ,function ,@keys))) (unwind-protect (progn ,@body) (mp:process-kill ,p :wait t))))
(defun idle () (mp:process-wait "idle" (lambda () nil)))
(defun await (p) (nth-value 1 (mp:process-join p :timeout 60)))

;; making processes
(let ((p (mp:make-process :quantum 3 :priority 2 :resume-hook 'list :suspend-hook 'vector :stack-allocation 100000 :message-interrupt-function 'car))) (list (mp:process-quantum p) (mp:process-priority p) (mp:process-resume-hook p) (mp:process-suspend-hook p) (mp:process-message-interrupt-function p) (mp:process-name p) (mp:process-state p))) => (3 2 list vector car "Anonymous" "inactive")
(let* ((log nil) (p (mp:make-process :run-reasons '(:a) :arrest-reasons '(:b) :run-immediately t))) (mp:process-preset p (lambda () (push :ran log))) (list (mp:process-active-p p) (mp:process-run-reasons p) (mp:process-arrest-reasons p) log (progn (mp:process-revoke-arrest-reason p :b) (await p)) log)) => (nil (:a) (:b) nil t (:ran))
(let* ((n 0) (p (mp:make-process :reset-action t :class 'mp:process))) (mp:process-preset p (lambda () (incf n) (when (> n 2) (mp:process-kill mp:*current-process*)))) (mp:process-enable p) (list (mp:process-reset-action p) (await p) n)) => (t t 3)
(let* ((n 0) (p (mp:process-run-restartable-function (list :name "again") (lambda () (when (= (incf n) 3) (mp:process-kill mp:*current-process*)))))) (list (await p) n)) => (t 3)
(let* ((n 0) (p (mp:process-run-restartable-function "again" (lambda (by) (when (> (incf n by) 9) (mp:process-kill mp:*current-process*))) 5))) (list (await p) n)) => (t 10)
(let ((p (make-instance 'mp:process :name "made"))) (mp:process-preset p (lambda () 5)) (list (mp:process-name p) (mp:process-run-reasons p) (mp:process-alive-p p) (progn (mp:process-enable p) (mp:process-join p :timeout 60)))) => ("made" nil t (5))
(defclass own-process (mp:process) ((mark :initarg :mark :initform 7 :reader mark)))
(let ((p (mp:make-process :name "own" :class 'own-process))) (list (mark p) (mp:process-name p) (mark (make-instance 'own-process :mark 3)))) => (7 "own" 3)
(make-instance 'own-process :name 3) => :error type-error
(loop for class in '(mp:gate mp:barrier mp:condition-variable mp:sharable-lock) always (handler-case (progn (make-instance class) nil) (simple-error () t))) => t
(defvar *called* nil)
(defun note (x) (setq *called* x))
(progn (await (mp:process-run-function "symbol" 'note 7)) *called*) => 7
(mp:process-initial-form (mp:process-preset (mp:make-process) 'note 1 2)) => (note 1 2)
(mp:process-initial-bindings (mp:make-process :initial-bindings '((*called* . 3)))) => ((*called* . 3))

;; what can be asked and set
(with-process (p) (list (mp:process-alive-p p) (mp:process-runnable-p p) (mp:process-active-p p) (mp:process-whostate p) (mp:process-state p) (functionp (mp:process-wait-function p)) (mp:process-wait-args p))) => (t nil t "idle" "waiting" t nil)
(with-process (p (lambda () (mp:process-wait "args" (lambda (a b) (= a b)) 1 2))) (mp:process-wait-args p)) => (1 2)
(with-process (p) (list (integerp (mp:process-sequence p)) (integerp (mp:process-os-id p)) (and (mp:process-thread p) t) (integerp (mp:process-cpu-msec-used p)) (integerp (mp:process-cpu-msec-used-delta p)) (integerp (mp:process-times-resumed p)) (integerp (mp:process-times-resumed-delta p)))) => (t t t t t t t)
(with-process (p) (list (setf (mp:process-quantum p) 5) (mp:process-quantum p) (setf (mp:process-resume-hook p) 'list) (mp:process-resume-hook p) (setf (mp:process-suspend-hook p) 'vector) (mp:process-suspend-hook p) (setf (mp:profile-process-p p) t) (mp:profile-process-p p) (setf (mp:process-message-interrupt-function p) 'car) (mp:process-message-interrupt-function p))) => (5 5 list list vector vector t t car car)
(with-process (p) (list (mp:process-keeps-lisp-alive-p p) (setf (mp:process-keeps-lisp-alive-p p) nil) (mp:process-keeps-lisp-alive-p p) (mp:process-interruptible-p p))) => (t nil nil t)
(with-process (p) (setf (mp:process-arrest-reasons p) '(:x :y)) (let ((arrested (mp:process-active-p p))) (setf (mp:process-arrest-reasons p) nil) (list arrested (mp:process-active-p p)))) => (nil t)
(with-process (p) (setf (mp:process-run-reasons p) nil) (let ((stopped (mp:process-active-p p))) (setf (mp:process-run-reasons p) '(:again)) (list stopped (mp:process-active-p p) (mp:process-run-reasons p)))) => (nil t (:again))
(with-process (p) (mp:process-disable p) (list (mp:process-active-p p) (mp:process-run-reasons p) (progn (mp:process-enable p) (mp:process-run-reasons p)))) => (nil nil (:enable))
(progn (setf (mp:process-whostate mp:*current-process*) "thinking") (prog1 (mp:process-whostate mp:*current-process*) (setf (mp:process-whostate mp:*current-process*) ""))) => "thinking"
(list (mp:process-p 3) (mp:process-runnable-p mp:*current-process*)) => (nil t)
(with-process (p #'idle :name "unmistakable name") (list (eq p (mp:process-name-to-process "unmistakable name")) (eq p (mp:process-name-to-process "unmist" :abbrev t)) (mp:process-name-to-process "unmist" :error nil) (mp:find-process "unmist"))) => (t t nil nil)
(mp:process-name-to-process "unmist" :error t) => :error error
(list (mp:start-customs) (mp:start-customs "Customs") (excl:use-background-streams)) => (nil nil nil)
(handler-case (setq mp:*current-process* 3) (error (c) (princ-to-string c))) => "SYSTEM:*CURRENT-PROCESS* cannot be set."
(let ((got nil)) (await (mp:process-run-function "sets it" (lambda () (setq got (handler-case (setq sys:*current-process* 3) (error () :refused)))))) got) => :refused
(let ((n (mp:process-times-resumed mp:*current-process*))) (mp:process-times-resumed-delta mp:*current-process*) (sleep 0.001) (mp:process-wait-with-timeout "w" 0.001 (lambda () nil)) (list (- (mp:process-times-resumed mp:*current-process*) n) (mp:process-times-resumed-delta mp:*current-process*) (mp:process-times-resumed-delta mp:*current-process*))) => (2 2 0)
(let ((got nil)) (sys:funcall-after-idle-timeout 0.05 (lambda (x) (setq got (list x (mp:process-name mp:*current-process*)))) 7) (let ((end (+ (get-internal-real-time) (/ internal-time-units-per-second 5)))) (loop until (> (get-internal-real-time) end))) (let ((while-busy got)) (sleep 0.2) (loop until got do (sleep 0.2)) (list while-busy got))) => (nil (7 "Idle timeout"))
(let* ((got nil) (cancel (sys:funcall-after-idle-timeout 0.1 (lambda () (setq got t))))) (list (funcall cancel) (funcall cancel) (progn (sleep 0.3) got) (mp:find-process "Idle timeout"))) => (nil nil nil nil)
(sys:funcall-after-idle-timeout 'x #'list) => :error type-error
(list (mp:start-scheduler) (sys:scheduler-running-p) (mp:capture-console-interrupts nil) (mp:capture-console-interrupts t)) => (nil t nil nil)

;; leaving
(let* ((n 0) (p (start (lambda () (incf n) (idle))))) (mp:process-reset p :unless-current) (until (lambda () (= n 2))) (mp:process-reset p t) (until (lambda () (= n 3))) (mp:process-reset p nil t) (list (await p) n)) => (t 3)
;; the initial process has no function of its own
(let ((first (find "Initial Lisp Listener" mp:*all-processes* :key #'mp:process-name :test #'search))) (handler-case (mp:process-preset first 'note) (error (c) (and (search "is the initial process; it cannot be given a function" (substitute #\space #\newline (princ-to-string c))) t)))) => t
(list (mp:process-reset mp:*current-process*) (mp:process-reset mp:*current-process* :unless-current)) => (nil nil)
(let* ((n 0) (p (mp:process-run-function "self" (lambda () (when (= (incf n) 1) (mp:process-reset mp:*current-process* t) (setq n 100)))))) (list (await p) n)) => (t 2)
(let* ((log nil) (p (start (lambda () (unwind-protect (idle) (push :cleanup log)))))) (mp:process-terminate p) (list (await p) log)) => (t (:cleanup))
(let ((got nil)) (await (mp:process-run-function "no listener" (lambda () (setq got (handler-case (mp:exit-from-initial-listener) (error (c) (and (search "is not the initial listener" (princ-to-string c)) t))))))) got) => t
(with-process (p) (mp:process-allow-schedule p)) => nil
(let ((p (start (lambda () (mp:process-sleep 1000 "my sleep"))))) (prog1 (mp:process-whostate p) (mp:process-kill p :wait t))) => "my sleep"
(mp:process-wait-with-timeout "at once" nil (lambda () t)) => t

;; gates, queues
(mp:gate-open-p (mp:make-gate t)) => t
(let ((q (make-instance 'mp:queue))) (mp:enqueue q 1) (list (mp:queue-empty-p q) (mp:dequeue q :wait nil) (mp:queue-empty-p q))) => (nil 1 t)
(mp:dequeue (make-instance 'mp:queue) :wait nil) => :error error
(let ((q (make-instance 'mp:queue))) (list (mp:queue-length q) (progn (mp:enqueue q 1) (mp:enqueue q 2) (mp:queue-length q)) (mp:dequeue q) (mp:queue-length q))) => (0 2 1 1)
(mp:queue-length 3) => :error type-error
;; a class that keeps one item itself
(defclass single (mp:queue) ((item :initform nil)))
(defmethod mp:enqueue ((q single) item) (with-slots (mp::count (i item)) q (setf i item mp::count 1)) t)
(defmethod mp:dequeue ((q single) &key wait empty-queue-result whostate) (declare (ignore whostate wait)) (with-slots (mp::count (i item)) q (if (zerop mp::count) empty-queue-result (progn (setf mp::count 0) i))))
(let ((q (make-instance 'single :name "one"))) (list (mp:dequeue q :empty-queue-result :none) (mp:enqueue q 5) (mp:queue-length q) (mp:dequeue q) (mp:queue-length q))) => (:none t 1 5 0)

;; locks
(let ((l (mp:make-process-lock :name "mine"))) (list (mp:process-lock-p l) (mp:process-lock-p 3) (mp:process-lock-name l) (mp:process-lock l mp:*current-process* "whostate" nil) (mp:process-unlock l mp:*current-process*))) => (t nil "mine" t t)
(let ((l (mp:make-process-lock :locker :me :waiting t))) (list (mp:process-lock-locker l) (mp:process-lock l nil "Lock" 0) (mp:process-unlock l :me) (mp:process-lock-locker l))) => (:me nil t nil)
(let ((l (mp:make-process-lock))) (mp:process-lock l :one) (list (mp:process-unlock l :another nil) (mp:process-lock-locker l))) => (nil :one)
(let* ((l (mp:make-process-lock)) (p (progn (mp:process-lock l) (start (lambda () (mp:with-process-lock (l :whostate "my lock" :norecursive nil :timeout nil) 1)))))) (prog1 (mp:process-whostate p) (mp:process-unlock l) (await p))) => "my lock"

;; barriers
(handler-case (mp:make-barrier 0) (type-error (c) (list (type-error-datum c) (type-error-expected-type c)))) => (0 (or (eql t) (integer 1)))
(handler-case (mp:make-sharable-lock :max-shared 0) (type-error (c) (type-error-expected-type c))) => (integer 1)
(let* ((b (mp:make-barrier 3 :discount-on-abort nil :discount-on-timeout nil :disable-on-unblock nil)) (got nil) (p (start (lambda () (setq got (mp:barrier-wait b :timeout nil :pass-through nil :discount-on-abort nil :discount-on-timeout nil :disable-on-unblock nil)))))) (list (mp:barrier-wait b :timeout 0.01 :discount-on-timeout t) (mp:barrier-wait b :timeout 0 :discount-on-timeout t) (mp:barrier-wait b :pass-through t) (mp:barrier-wait b :disable-on-unblock t) (await p) got (mp:barrier-wait b))) => (:timeout :timeout :passed-through :unblocked t t nil)
(let* ((b (mp:make-barrier 2)) (p (start (lambda () (mp:barrier-wait b :discount-on-abort t))))) (mp:process-kill p :wait t) (list (mp:barrier-wait b :timeout 0) (mp:barrier-pass-through b))) => (:timeout :unblocked)
(let* ((b (mp:make-barrier 2)) (p (start (lambda () (mp:barrier-wait b))))) (mp:barrier-disable b t) (list (await p) (mp:barrier-wait b))) => (t nil)
(let* ((b (mp:make-barrier 2)) (got :none) (p (start (lambda () (setq got (mp:barrier-wait b)))))) (mp:barrier-disable b nil) (list (await p) got)) => (t t)

;; waiting for descriptors
(let* ((s (socket:make-socket :connect :passive :local-host "127.0.0.1")) (fd (socket:socket-os-fd s)) (a (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port s)))) (prog1 (list (equal (mp:wait-for-io-available fd nil :whostate "my wait" :timeout 60) (list (cons fd :in))) (equal (mp:wait-for-io-available nil a :timeout 60) (list (cons a :out)))) (close a) (close s))) => (t t)

;; the rest of SYS and EXCL
(sys:without-scheduling (values 1 2)) => 1 2
(sys:with-virtual-timeout (:process 1000 :late) (values 1 2)) => 1 2
(sys:with-virtual-timeout (:thread 0.01 :late) (loop)) => :late
(sys:with-virtual-timeout (:real 1 :late) 1) => :error type-error
(excl:defvar-unbound *unbound-here* "documented") => *unbound-here*
(documentation '*unbound-here* 'variable) => "documented"
(defclass lockable (excl:lockable-object) ())
(let ((x (make-instance 'lockable))) (excl:with-locked-object (x :block t :type :clos :non-smp :without-scheduling :typecheck t) 1)) => 1
(let ((x (make-instance 'lockable))) (excl:with-locked-object (x :block nil) 2)) => 2
(defstruct (lockable-structure (:include excl:synchronizing-structure)) a)
(let ((x (make-lockable-structure :a 5))) (excl:with-locked-structure (x :block t :non-smp :without-interrupts :typecheck t) (lockable-structure-a x))) => 5
(macrolet ((places (&environment env) (length (multiple-value-list (excl:get-atomic-modify-expansion '(car x) env))))) (places)) => 6

;; waiting for input by a function of the program, or of the system
(defmacro with-pair ((a b) &body body) `(let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1")) (,a (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p))) (,b (accept-connection p))) (close p) (unwind-protect (progn ,@body) (close ,a :abort t) (close ,b :abort t))))
(with-pair (a b) (let ((p (mp:process-run-function "listens" (lambda () (mp:process-wait "my input" #'excl:stream-listen b) (setq *called* (read-char b)))))) (until (lambda () (equal (mp:process-whostate p) "my input"))) (write-char #\x a) (force-output a) (list (await p) *called*))) => (t #\x)
(with-pair (a b) (list (mp:process-wait-with-timeout "input" 0.01 #'excl:stream-listen b) (mp:process-wait-with-timeout "input" 0.01 #'listen b) (progn (close a) (mp:process-wait-with-timeout "the end is no character" 0.01 #'listen b)))) => (nil nil nil)
(let ((s (make-string-input-stream "x"))) (equal (mp:wait-for-input-available (list s)) (list s))) => t
(let ((s (make-string-input-stream ""))) (equal (mp:wait-for-input-available s :timeout 60) (list s))) => t
(mp:wait-for-input-available 'x) => :error type-error
(let ((s (make-string-input-stream "x")) (n 0)) (list (equal (mp:wait-for-input-available s :wait-function (lambda (x) (and (eq x s) (> (incf n) 3))) :whostate "counting") (list s)) (mp:wait-for-input-available s :wait-function (lambda (x) (declare (ignore x)) nil) :timeout 0.01))) => (t nil)
(with-pair (a b) (let ((n 0)) (write-char #\x a) (force-output a) (list (equal (mp:wait-for-input-available b :wait-function (lambda (x) (declare (ignore x)) (> (incf n) 3))) (list b)) (read-char b)))) => (t #\x)
(with-pair (a b) (let ((n 0)) (write-char #\x a) (force-output a) (equal (mp:wait-for-io-available b nil :input-wait-function (lambda (x) (declare (ignore x)) (> (incf n) 3))) (list (cons b :in))))) => t
