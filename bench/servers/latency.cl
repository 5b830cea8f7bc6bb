;;; How long a process blocked in each kind of wait takes to notice an interrupt, a kill, a time-out: prints medians in ms.
;;; Python defines the function NOW, the time in seconds, and the variable *CROWD*, how many other processes there are.

(defvar *rounds* 30)
(defvar *listener* (make-socket :connect :passive :local-host "127.0.0.1"))
(defvar *client* (make-socket :remote-host "127.0.0.1" :remote-port (local-port *listener*)))
(defvar *quiet* (accept-connection *listener*))
(defvar *gate* (mp:make-gate nil))

(defun median (times)
  (* 1000 (elt (sort times #'<) (floor (length times) 2))))

(defun blocked (wait)
  "Return a process that is blocked in WAIT."
  (let ((p (mp:process-run-function "blocked" wait)))
    (mp:process-wait "it blocks" (lambda () (plusp (length (mp:process-whostate p)))))
    p))

(defun interrupt-time (wait)
  (let ((p (blocked wait)) (start (now)) (noticed nil) (done (mp:make-gate nil)))
    (mp:process-interrupt p (lambda () (setq noticed (now)) (mp:open-gate done)))
    (mp:process-wait-with-timeout "noticed" 60 #'mp:gate-open-p done)
    (mp:process-kill p :wait t)
    (- noticed start)))

(defun kill-time (wait)
  (let ((p (blocked wait)) (start (now)))
    (mp:process-kill p :wait t)
    (- (now) start)))

(defun timeout-time (wait)
  (let ((start (now)))
    (sys:with-timeout (0.02 nil) (funcall wait))
    (- (now) start 0.02)))

(defvar *waits*
  (list (cons "read" (lambda () (read-char *quiet*)))
        (cons "accept" (lambda () (accept-connection *listener*)))
        (cons "gate" (lambda () (mp:process-wait "a gate" #'mp:gate-open-p *gate*)))
        (cons "sleep" (lambda () (sleep 100)))))

(dotimes (i *crowd*)
  (mp:process-run-function "one of many" (lambda () (mp:process-wait "a gate" #'mp:gate-open-p *gate*))))

(loop for (name . wait) in *waits*
      do (loop for (way . time) in (list (cons "interrupt" #'interrupt-time) (cons "kill" #'kill-time)
                                         (cons "time-out" #'timeout-time))
               do (format t "~a ~a ~,3f~%" name way
                          (median (loop repeat *rounds* collect (funcall time wait))))
                  (force-output)))
