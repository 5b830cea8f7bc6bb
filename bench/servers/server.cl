;;; An echo server of lines with a process for each connection; the port is the first thing it prints.

(defun serve (connection)
  (with-open-stream (s connection)
    (handler-case
        (loop
          (let ((line (read-line s nil)))
            (unless line (return))
            (write-line line s)
            (force-output s)))
      (socket-error ()))))                                ; the peer reset the connection

(let ((listener (make-socket :connect :passive :local-host "127.0.0.1" :backlog 1024)))
  (format t "~d~%" (local-port listener))
  (force-output)
  (loop
    (mp:process-run-function "echo" #'serve (accept-connection listener))))
