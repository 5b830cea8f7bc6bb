;;; One socket, many processes: acceptors, readers, writers, and those who only ask.

(setq socket:*print-hostname-in-stream* nil)
(defun listener () (socket:make-socket :connect :passive :local-host "127.0.0.1" :backlog 50))
(defun client (p) (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p)))
(defmacro with-pair ((a b) &body body) `(let* ((p (listener)) (,a (client p)) (,b (accept-connection p))) (close p) (unwind-protect (progn ,@body) (close ,a :abort t) (close ,b :abort t))))
(defun until (test) (or (mp:process-wait-with-timeout "until" 60 test) (error "Waited in vain.")))
(defun processes (n function) (loop for i below n collect (mp:process-run-function (format nil "~d" i) function)))
(defun await (processes) (dolist (p processes t) (or (nth-value 1 (mp:process-join p :timeout 60)) (error "~s does not end." p))))
(defun waiting (processes) (dolist (p processes processes) (until (lambda () (equal (mp:process-whostate p) "waiting for input")))))
(defmacro noting ((place) form) `(excl:push-atomic (handler-case ,form (stream-error (c) (type-of c))) ,place))
(excl:defvar-nonbindable *seen* nil)
(defun seen () (prog1 *seen* (setq *seen* nil)))

;; acceptors: each connection goes to one of them
(let* ((p (listener)) (all (waiting (processes 5 (lambda () (noting (*seen*) (let ((s (accept-connection p))) (prog1 (read-line s) (close s)))))))) (clients (loop for i below 5 for c = (client p) do (format c "~d~%" i) (force-output c) collect c))) (await all) (mapc #'close clients) (close p) (sort (seen) #'string<)) => ("0" "1" "2" "3" "4")
(let* ((p (listener)) (all (waiting (processes 5 (lambda () (noting (*seen*) (accept-connection p))))))) (close p) (await all) (seen)) => (stream-closed-error stream-closed-error stream-closed-error stream-closed-error stream-closed-error)
(let* ((p (listener)) (all (waiting (processes 6 (lambda () (noting (*seen*) (close (accept-connection p)))))))) (dolist (k (subseq all 0 4)) (mp:process-kill k :wait t)) (let ((clients (list (client p) (client p)))) (await all) (mapc #'close clients) (close p) (seen))) => (t t)
(let* ((p (listener)) (all (processes 5 (lambda () (noting (*seen*) (sys:with-timeout (0.02 :late) (accept-connection p))))))) (await all) (list (seen) (let* ((c (client p)) (s (accept-connection p))) (close c) (close s) (close p)))) => ((:late :late :late :late :late) t)
(let* ((p (listener)) (some (processes 3 (lambda () (noting (*seen*) (sys:with-timeout (0.02 :late) (accept-connection p)))))) (all (waiting (processes 2 (lambda () (noting (*seen*) (close (accept-connection p)))))))) (await some) (let ((clients (list (client p) (client p)))) (await all) (mapc #'close clients) (close p) (sort (seen) #'string< :key #'princ-to-string))) => (:late :late :late t t)

;; connections that nobody accepts, or that end at once
(let* ((p (listener)) (c (client p))) (close p) (prog1 (handler-case (read-char c nil :eof) (socket-error (e) (stream-error-identifier e))) (close c :abort t))) => :connection-reset
(let ((p (listener))) (prog1 (loop repeat 30 always (let ((s (client p)) (b (accept-connection p))) (write-line "before the end" b) (close b) (prog1 (and (equal (read-line s) "before the end") (null (read-line s nil))) (close s)))) (close p))) => t
(with-pair (a b) (let ((w (mp:process-run-function "writer" (lambda () (noting (*seen*) (loop (write-string (make-string 10000 :initial-element #\x) a) (force-output a))))))) (until (lambda () (equal (mp:process-whostate w) "waiting for output"))) (close b :abort t) (await (list w)) (seen))) => (errno-stream-error)
(with-pair (a b) (let ((w (mp:process-run-function "writer" (lambda () (write-string (make-string 2000000 :initial-element #\x) a) (force-output a) (socket:shutdown a :direction :output)))) (v (make-string 3000000))) (prog1 (read-sequence v b) (await (list w))))) => 2000000

;; time-outs: over before it begins, and what comes before they are over
(with-pair (a b) (socket:socket-control a :read-timeout 0) (list (handler-case (read-char a) (socket-error (e) (stream-error-identifier e))) (progn (write-char #\x b) (force-output b) (mp:wait-for-input-available a :timeout 60) (read-char a)))) => (:read-timeout #\x)
(with-pair (a b) (socket:socket-control a :read-timeout 1000) (let ((r (mp:process-run-function "reader" (lambda () (noting (*seen*) (read-char a)))))) (waiting (list r)) (write-char #\y b) (force-output b) (await (list r)) (seen))) => (#\y)
(with-pair (a b) (socket:socket-control a :read-timeout 0.02 :write-timeout 0.02) (list (handler-case (read-byte a) (socket-error (e) (stream-error-identifier e))) (handler-case (loop (write-string (make-string 100000) a)) (socket-error (e) (stream-error-identifier e))) (progn (socket:socket-control a :read-timeout nil) (write-char #\z b) (force-output b) (read-char a)))) => (:read-timeout :write-timeout #\z)

;; writers: lines of several processes arrive whole
(with-pair (a b) (let ((all (processes 4 (lambda () (dotimes (i 100) (write-string (format nil "~a~a~%" (mp:process-name mp:*current-process*) (make-string 70 :initial-element #\x)) a) (force-output a))))) (r (mp:process-run-function "reader" (lambda () (loop for line = (read-line b nil) while line do (noting (*seen*) (if (and (= (length line) 71) (digit-char-p (char line 0))) t line))))))) (await all) (close a) (await (list r)) (let ((all (seen))) (list (length all) (remove t all))))) => (400 nil)

;; everything that can be asked, while others read and write
(with-pair (a b) (let* ((go t) (echo (mp:process-run-function "echo" (lambda () (noting (*seen*) (loop for c = (read-char b nil) while c do (write-char c b) (force-output b) finally (return :echoed)))))) (talk (mp:process-run-function "talk" (lambda () (noting (*seen*) (dotimes (i 300 :talked) (write-char #\x a) (force-output a) (read-char a)))))) (all (processes 4 (lambda () (noting (*seen*) (loop while go do (socket:local-host a) (socket:remote-port a) (socket:socket-type a) (princ-to-string a) (socket:set-socket-options a :keepalive t) (socket-os-fd a) (excl::socket-bytes-read a) (open-stream-p a) (listen b) (mp:wait-for-io-available nil a :timeout 60) (mp:process-allow-schedule) finally (return :asked))))))) (await (list talk)) (setq go nil) (await all) (close a) (await (list echo)) (sort (seen) #'string<))) => (:asked :asked :asked :asked :echoed :talked)
