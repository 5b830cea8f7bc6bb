;;; Every blocking operation, and every way out of it.  Driven by matrix.py.
;;;
;;; An operation is made anew for each round: BLOCK blocks, FINISH lets it end, with VALUE; CLOSEABLE is what can be
;;; closed under it, CLEAN gives everything back.  TIMED is the operation with a limit in seconds: it returns LATE.
;;; ONCE says that it cannot be done again in another process; WAYS are the only ways out if not all are.

(defvar *operations* (make-hash-table :test 'equal))

(defmacro defoperation (name bindings &key block finish closeable clean (value t) timed late once ways)
  `(setf (gethash ,name *operations*)
         (lambda ()
           (let* ,bindings
             (list :block (lambda () ,block) :finish (lambda () ,finish) :clean (lambda () ,clean) :value ',value
                   :closeable ,(if closeable `(lambda () ,closeable) nil)
                   :once ,once :ways ',ways :timed ,(if timed `(lambda (seconds) ,timed) nil) :late ',late)))))

(defun listener (&optional (backlog 5))
  (socket:make-socket :connect :passive :local-host "127.0.0.1" :backlog backlog))

(defun client (p) (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p)))

(defun pair ()
  "A connection: both ends."
  (let* ((p (listener)) (a (client p)) (b (accept-connection p)))
    (close p)
    (cons a b)))

(defun narrow-pair ()
  "A connection that soon is full."
  (let ((c (pair)))
    (socket:set-socket-options (car c) :send-buffer-size 60000)
    (socket:set-socket-options (cdr c) :receive-buffer-size 60000)
    c))

(defun await (what test)
  (or (mp:process-wait-with-timeout "until" 60 test) (error "Waited in vain: ~a" what)))

(defun send (stream text) (write-string text stream) (force-output stream))

(defun idle-process () (mp:process-run-function "idle" #'sleep 1000))

(defvar *chance* (make-random-state t))

(defun file () (format nil "/tmp/acl-matrix-~36r" (random (expt 10 15) *chance*)))

;;; The operations

(defoperation "connect" ((p (listener 0)) (first (client p)) (all (list first)) (acceptor nil)
                         (full (mp:wait-for-input-available p :timeout 60)))
  :block (let ((s (client p))) (push s all) (and full t))
  :finish (setq acceptor (mp:process-run-function "acceptor"
                           (lambda () (ignore-errors (loop (push (accept-connection p) all))))))
  :clean (progn (close p) (when acceptor (mp:process-join acceptor)) (dolist (s all) (close s :abort t))))

(defoperation "accept" ((p (listener)) (all nil))
  :block (progn (push (accept-connection p) all) t)
  :finish (progn (push (client p) all) (push (client p) all))
  :closeable p
  :clean (progn (close p) (dolist (s all) (close s :abort t))))

(defoperation "read-char" ((c (pair)) (a (car c)) (b (cdr c)))
  :block (read-char a) :finish (send b "xxx") :value #\x :closeable a
  :timed (progn (socket:socket-control a :read-timeout seconds)
                (handler-case (read-char a) (socket-error (e) (stream-error-identifier e))))
  :late :read-timeout
  :clean (progn (close a :abort t) (close b :abort t)))

(defoperation "read-line" ((c (pair)) (a (car c)) (b (cdr c)))
  :block (values (read-line a)) :finish (send b (format nil "line~%line~%")) :value "line" :closeable a
  :clean (progn (close a :abort t) (close b :abort t)))

(defoperation "rest-of-line" ((c (pair)) (a (car c)) (b (cdr c)) (first (send b "li")))
  :block (progn first (values (read-line a))) :finish (send b (format nil "ne~%line~%")) :value "line" :closeable a
  :clean (progn (close a :abort t) (close b :abort t)))

(defoperation "rest-of-form" ((c (pair)) (a (car c)) (b (cdr c)) (first (send b "(1 \"t")))
  :block (progn first (read a)) :finish (send b "wo\") (1 \"two\") ") :value (1 "two") :closeable a
  :clean (progn (close a :abort t) (close b :abort t)))

(defoperation "rest-of-octets" ((c (pair)) (a (car c)) (b (cdr c)) (first (send b "ab"))
                                (v (make-array 3 :element-type '(unsigned-byte 8))))
  :block (progn first (read-sequence v a) (map 'string #'code-char v)) :finish (send b "cabc") :value "abc" :closeable a
  :clean (progn (close a :abort t) (close b :abort t)))

(defoperation "read-byte" ((c (pair)) (a (car c)) (b (cdr c)))
  :block (read-byte a) :finish (send b "xxx") :value 120 :closeable a
  :clean (progn (close a :abort t) (close b :abort t)))

(defoperation "read-sequence" ((c (pair)) (a (car c)) (b (cdr c)) (v (make-string 3)))
  :block (progn (read-sequence v a) v) :finish (send b "abcabc") :value "abc" :closeable a
  :clean (progn (close a :abort t) (close b :abort t)))

(defoperation "read-vector" ((c (pair)) (a (car c)) (b (cdr c)) (v (make-array 9 :element-type '(unsigned-byte 8))))
  :block (plusp (excl:read-vector v a)) :finish (send b "abcdefghijkl") :closeable a
  :clean (progn (close a :abort t) (close b :abort t)))

(defoperation "peek-char" ((c (pair)) (a (car c)) (b (cdr c)))
  :block (peek-char nil a) :finish (send b "x") :value #\x :closeable a
  :clean (progn (close a :abort t) (close b :abort t)))

(defoperation "write"
    ((c (narrow-pair)) (a (car c)) (b (cdr c)) (reader nil)
     (data (make-array 800000 :element-type '(unsigned-byte 8) :initial-element 1))
     (sink (make-array 100000 :element-type '(unsigned-byte 8))))
  :block (progn (write-sequence data a) (force-output a) t)
  :finish (setq reader (mp:process-run-function "sink" (lambda () (loop until (zerop (excl:read-vector sink b))))))
  :closeable a
  :timed (progn (socket:socket-control a :write-timeout seconds)
                (handler-case (progn (write-sequence data a) (force-output a))
                  (socket-error (e) (stream-error-identifier e))))
  :late :write-timeout
  :clean (progn (close a :abort t) (when reader (mp:process-join reader)) (close b :abort t)))

(defoperation "receive-from"
    ((s (socket:make-socket :type :datagram :local-host "127.0.0.1")) (x (socket:make-socket :type :datagram)))
  :block (values (socket:receive-from s 10 :extract t))
  :finish (dotimes (i 2) (socket:send-to x "hi" 2 :remote-host "127.0.0.1" :remote-port (socket:local-port s)))
  :value "hi" :closeable s
  :clean (progn (close s) (close x)))

(defoperation "closing"
    ((c (narrow-pair)) (a (car c)) (b (cdr c)) (reader nil) (sink (make-string 10000)))
  :block (progn (when (open-stream-p a) (write-string (make-string 800000 :initial-element #\x) a)) (close a) t)
  :finish (setq reader (mp:process-run-function "sink" (lambda () (loop until (zerop (read-sequence sink b))))))
  :clean (progn (close a :abort t) (when reader (mp:process-join reader)) (close b :abort t)))

(defoperation "local-connect"
    ((file (file))
     (p (socket:make-socket :address-family :file :connect :passive :local-filename file :backlog 0))
     (all (list (socket:make-socket :address-family :file :remote-filename file))) (acceptor nil))
  :block (progn (push (socket:make-socket :address-family :file :remote-filename file) all) t)
  :finish (setq acceptor (mp:process-run-function "acceptor"
                           (lambda () (ignore-errors (loop (push (accept-connection p) all))))))
  :clean (progn (close p) (when acceptor (mp:process-join acceptor))
                (dolist (s all) (close s :abort t)) (delete-file file)))

(defoperation "local-accept"
    ((file (file))
     (p (socket:make-socket :address-family :file :connect :passive :local-filename file)) (all nil))
  :block (progn (push (accept-connection p) all) t)
  :finish (dotimes (i 2) (push (socket:make-socket :address-family :file :remote-filename file) all))
  :closeable p
  :clean (progn (close p) (dolist (s all) (close s :abort t)) (delete-file file)))

(defoperation "dns"
    ((r (testing:make-resolver '(("x.test" "A 1.2.3.4" "drop")))) (server (cons "127.0.0.1" (testing:resolver-port r))))
  :block (values (socket:dns-query "x.test" :nameserver server :repeat 1000 :timeout 1/10))
  :finish (testing:set-resolver-zone r '(("x.test" "A 1.2.3.4")))
  :value 16909060
  :timed (values (socket:dns-query "x.test" :nameserver server :repeat 1 :timeout seconds)) :late nil
  :clean (testing:close-resolver r))

(defoperation "gate" ((g (mp:make-gate nil)))
  :block (progn (mp:process-wait "gate" #'mp:gate-open-p g) t) :finish (mp:open-gate g)
  :timed (mp:process-wait-with-timeout "gate" seconds #'mp:gate-open-p g) :late nil)

(defoperation "queue" ((q (make-instance 'mp:queue)))
  :block (mp:dequeue q :wait t) :finish (progn (mp:enqueue q :item) (mp:enqueue q :item)) :value :item
  :timed (mp:dequeue q :wait seconds :empty-queue-result :none) :late :none)

(defoperation "lock" ((l (mp:make-process-lock)) (holder (mp:process-lock l :me)))
  :block (prog1 (mp:process-lock l) (mp:process-unlock l)) :finish (and holder (mp:process-unlock l :me))
  :timed (mp:process-lock l nil "Lock" seconds) :late nil)

(defoperation "with-process-lock" ((l (mp:make-process-lock)) (holder (mp:process-lock l :me)))
  :block (mp:with-process-lock (l) t) :finish (and holder (mp:process-unlock l :me))
  :timed (mp:with-process-lock (l :timeout seconds) t) :late nil)

(defoperation "sleep" ((seconds 1000) (sleeper nil))
  :block (progn (unwind-protect (catch 'awake (setq sleeper mp:*current-process*) (sleep seconds))
                  (setq sleeper nil))
                t)
  :finish (progn (setq seconds 0.01)
                 (when sleeper (mp:process-interrupt sleeper (lambda () (throw 'awake nil)))))
  :timed (mp:process-sleep seconds) :late nil)

(defoperation "nap" ()
  :block (progn (sleep 0.2) t) :ways (:returns))

(defoperation "process-wait" ((ready nil))
  :block (progn (mp:process-wait "ready" (lambda () ready)) t) :finish (setq ready t)
  :timed (mp:process-wait-with-timeout "ready" seconds (lambda () ready)) :late nil)

(defoperation "join" ((p (idle-process)))
  :block (nth-value 1 (mp:process-join p)) :finish (mp:process-kill p) :clean (mp:process-kill p :wait t)
  :timed (nth-value 1 (mp:process-join p :timeout seconds)) :late nil)

(defoperation "kill-and-wait"
    ((g (mp:make-gate nil)) (inside nil)
     (p (mp:process-run-function "stubborn"
          (lambda () (unwind-protect (progn (setq inside t) (sleep 1000))
                       (mp:process-wait "stubborn" #'mp:gate-open-p g)))))
     (ready (await "stubborn" (lambda () inside))))
  :block (progn (mp:process-kill p :wait t) ready) :finish (mp:open-gate g)
  :clean (progn (mp:open-gate g) (mp:process-kill p :wait t)))

(defoperation "condition-variable" ((cv (mp:make-condition-variable)) (l (mp:make-process-lock)) (ready nil))
  :block (mp:with-process-lock (l) (loop until ready do (mp:condition-variable-wait cv l)) t)
  :finish (mp:with-process-lock (l) (setq ready t) (mp:condition-variable-broadcast cv))
  :timed (mp:condition-variable-wait cv nil :timeout seconds) :late nil)

(defoperation "barrier" ((b (mp:make-barrier t)) (open nil))
  :block (or open (mp:barrier-wait b)) :finish (progn (setq open t) (mp:barrier-unblock b))
  :timed (mp:barrier-wait b :timeout seconds) :late :timeout)

(defoperation "exclusive-lock" ((l (mp:make-sharable-lock)) (g (mp:make-gate nil)) (held nil)
                                (p (mp:process-run-function "holder"
                                     (lambda () (mp:with-shared-lock (l) (setq held t)
                                                  (mp:process-wait "held" #'mp:gate-open-p g)))))
                                (ready (await "held" (lambda () held))))
  :block (mp:with-exclusive-lock (l) ready) :finish (progn (mp:open-gate g) (mp:process-join p))
  :timed (mp:with-exclusive-lock (l :timeout seconds) t) :late nil
  :clean (progn (mp:open-gate g) (mp:process-join p)))

(defoperation "wait-for-input" ((c (pair)) (a (car c)) (b (cdr c)))
  :block (equal (mp:wait-for-input-available (list a)) (list a)) :finish (send b "x")
  :timed (mp:wait-for-input-available a :timeout seconds) :late nil
  :clean (progn (close a :abort t) (close b :abort t)))

(defoperation "wait-for-io" ((c (pair)) (a (car c)) (b (cdr c)))
  :block (equal (mp:wait-for-io-available (list a) nil) (list (cons a :in))) :finish (send b "x")
  :timed (mp:wait-for-io-available a nil :timeout seconds) :late nil
  :clean (progn (close a :abort t) (close b :abort t)))

(defoperation "arrested" ((p (idle-process)))
  :block (progn (mp:process-add-arrest-reason mp:*current-process* :why) t)
  :finish (mp:process-revoke-arrest-reason *cell* :why)
  :once t
  :clean (mp:process-kill p :wait t))

(defoperation "terminal" ((s (user::matrix-terminal)))
  :block (read-char s) :finish (user::matrix-type s (format nil "xx~%")) :value #\x :closeable s
  :clean (progn (close s :abort t) (user::matrix-hang-up s)))

(defoperation "loop" ((ready nil) (n 0))
  :block (progn (loop until ready do (incf n)) t) :finish (setq ready t))

(defun deep (n ready) (if (funcall ready) t (progn (if (zerop (mod n 500)) nil (deep (1- n) ready)) (funcall ready))))

(defoperation "recursion" ((ready nil))
  :block (progn (loop until (deep 499 (lambda () ready))) t) :finish (setq ready t))

;;; The ways out

(defvar *cell* nil "The process of the round.")

(defclass trial () ((result :initform :none :accessor trial-result) (cleanups :initform 0 :accessor trial-cleanups)
                    (condition :initform nil :accessor trial-condition)))

(defun start (block trial)
  "Call BLOCK in a process, and wait until it is blocked there."
  (let ((entered nil))
    (setq *cell*
          (mp:process-run-function "cell"
            (lambda ()
              (setf (trial-result trial)
                    (catch 'out
                      (handler-case
                          (unwind-protect (progn (setq entered t) (funcall block))
                            (incf (trial-cleanups trial)))
                        (error (c) (setf (trial-condition trial) c) :error)))))))
    (await "blocked" (lambda () entered))
    (mp:process-wait-with-timeout "blocked" 0.3 (lambda () (plusp (length (mp:process-whostate *cell*)))))
    *cell*))

(defun check (what expected value)
  (unless (equalp expected value) (error "~a is ~s, expected ~s" what value expected)))

(defun ended (p) (await "the process ends" (lambda () (not (mp:process-alive-p p)))))

(defun usable (operation)
  "After it was left the operation works, in this process."
  (funcall (getf operation :finish))
  (unless (getf operation :once)
    (check "the value afterwards" (getf operation :value)
           (sys:with-timeout (60 :hangs) (funcall (getf operation :block))))))

(defgeneric leave (way operation trial))

(defmethod leave ((way (eql :returns)) operation trial)
  "An interrupt that returns: the operation goes on.  The value is the seconds that the interrupt took to run."
  (let ((p (start (getf operation :block) trial)) (ran 0) (times nil))
    (dotimes (i 3)
      (when (mp:process-alive-p p)
        (let ((start (user::matrix-clock)))
          (mp:process-interrupt p (lambda () (push (- (user::matrix-clock) start) times) (incf ran)))
          (await "the interrupt runs" (lambda () (or (> ran i) (not (mp:process-alive-p p))))))))
    (funcall (getf operation :finish))
    (ended p)
    (check "the value" (getf operation :value) (trial-result trial))
    (check "cleanups" 1 (trial-cleanups trial))
    (reduce #'max times :initial-value 0)))

(defmethod leave ((way (eql :throws)) operation trial)
  (let ((p (start (getf operation :block) trial)))
    (mp:process-interrupt p (lambda () (throw 'out :thrown)))
    (ended p)
    (check "the value" :thrown (trial-result trial))
    (check "cleanups" 1 (trial-cleanups trial))
    (usable operation)
    0))

(defmethod leave ((way (eql :kill)) operation trial)
  (let ((p (start (getf operation :block) trial)))
    (check "process-kill" nil (sys:with-timeout (60 :hangs) (mp:process-kill p :wait t)))
    (check "alive" nil (mp:process-alive-p p))
    (check "the value" :none (trial-result trial))
    (check "cleanups" 1 (trial-cleanups trial))
    (usable operation)
    0))

(defmethod leave ((way (eql :timeout)) operation trial)
  (let ((p (start (lambda () (sys:with-timeout (0.05 :late) (funcall (getf operation :block)))) trial)))
    (ended p)
    (check "the value" :late (trial-result trial))
    (check "cleanups" 1 (trial-cleanups trial))
    (usable operation)
    0))

(defmethod leave ((way (eql :close)) operation trial)
  "What it waits for is closed by an interrupt in the process."
  (let ((p (start (getf operation :block) trial)) (closeable (funcall (getf operation :closeable))))
    (mp:process-interrupt p #'close closeable :abort t)
    (ended p)
    (check "the value" :error (trial-result trial))
    (check "a stream error" t (typep (trial-condition trial) 'stream-error))
    (check "cleanups" 1 (trial-cleanups trial))
    (check "the second close" nil (close closeable))
    0))

(defmethod leave ((way (eql :limit)) operation trial)
  "Its own limit, which interrupts do not prolong."
  (let* ((start (user::matrix-clock)) (ran 0)
         (p (start (lambda () (funcall (getf operation :timed) 0.25)) trial)))
    (loop while (and (mp:process-alive-p p) (< (- (user::matrix-clock) start) 60))
          do (mp:process-interrupt p (lambda () (incf ran))) (sleep 0.005))
    (let ((took (- (user::matrix-clock) start)))
      (unless (<= 0.24 took 60) (error "The limit of 0.25 seconds took ~s, with ~d interrupts" took ran)))
    (ended p)
    (check "the value" (getf operation :late) (trial-result trial))
    0))

(defmethod leave ((way (eql :ctrl-c)) operation trial)
  "SIGINT while the initial process is blocked; matrix.py has it throw to OUT."
  (let* ((main mp:*current-process*) (entered nil) (done nil)
         (typist (mp:process-run-function "typist"
                   (lambda ()
                     (await "entered" (lambda () entered))
                     (mp:process-wait-with-timeout "blocked" 0.3
                                                   (lambda () (or done (plusp (length (mp:process-whostate main))))))
                     (unless done (user::matrix-ctrl-c)))))
         (value (catch 'out
                  (unwind-protect (progn (setq entered t) (funcall (getf operation :block)))
                    (incf (trial-cleanups trial))))))
    (setq done t)
    (check "the value" :ctrl-c value)
    (check "cleanups" 1 (trial-cleanups trial))
    (ended typist)
    (setq *cell* main)
    (usable operation)
    0))

(defun possible (way operation)
  (and (or (null (getf operation :ways)) (member way (getf operation :ways)))
       (case way
         (:close (getf operation :closeable))
         (:limit (getf operation :timed))
         (t t))))

(defun round-of (name way)
  "Do one round of the operation NAME with WAY out; the latency in seconds, :none if there is no such way."
  (let ((operation (funcall (gethash name *operations*))) (latency :none))
    (unwind-protect
        (when (possible way operation)
          (setq latency (leave way operation (make-instance 'trial))))
      (when (member way '(:returns :throws :kill :timeout :close :limit))
        (when (and *cell* (mp:process-alive-p *cell*)) (mp:process-kill *cell*)))
      (setq *cell* nil)
      (funcall (getf operation :clean)))
    latency))
