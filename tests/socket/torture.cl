;;; Two conversations, one over TCP and one in datagrams, in a process where one call of the system fails; see torture.py.

(setq socket:*print-hostname-in-stream* nil)

(defun outcome (function)
  "Call FUNCTION; return what it returns, or type and code of the condition it signals."
  (sys:with-timeout (60 :hangs)
    (handler-case (funcall function)
      (stream-error (c) (list (type-of c) (excl:stream-error-identifier c) (excl:stream-error-code c))))))

(defun serve (p)
  "Echo the lines of each connection; a fault ends that one."
  (loop while (open-stream-p p)
        do (handler-case
               (let ((s (accept-connection p)))
                 (unwind-protect
                     (loop for line = (read-line s nil) while line do (write-line line s) (force-output s))
                   (close s :abort t)))
             (stream-error () nil))))

(defun talk ()
  "Ask a server three times; return the answers."
  (let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1"))
         (server (mp:process-run-function "server" #'serve p))
         (s nil))
    (unwind-protect
        (progn
          (setq s (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p)))
          (socket:set-socket-options s :keepalive t)
          (prog1 (loop for line in '("one" "two" "three")
                       do (write-line line s) (force-output s)
                       collect (read-line s))
            (socket:shutdown s :direction :output)
            (assert (null (read-line s nil)))))
      (when s (ignore-errors (close s)) (close s :abort t))
      (close p)
      (mp:process-kill server :wait t))))

(defun packets ()
  "Send two packets; return what came."
  (let ((u nil) (v nil))
    (unwind-protect
        (progn
          (setq u (socket:make-socket :type :datagram :local-host "127.0.0.1")
                v (socket:make-socket :type :datagram :remote-host "127.0.0.1" :remote-port (socket:local-port u)))
          (loop for x in '("one" "two")
                do (socket:send-to v x 3)
                collect (socket:receive-from u 10 :extract t)))
      (when u (close u))
      (when v (close v)))))

(talk)
(packets)  ; now everything is loaded and looked up, and the descriptors that stay are open
(let ((before (testing:open-descriptors)))
  (user::torture-begins)
  (format t "~&tcp ~s~%packets ~s~%" (outcome #'talk) (outcome #'packets))
  (finish-output)
  (user::torture-ends)
  (format t "again ~s ~s~%" (outcome #'talk) (outcome #'packets))
  (format t "left ~d~%" (- (testing:open-descriptors) before))
  (finish-output))
