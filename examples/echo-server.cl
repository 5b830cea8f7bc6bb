;;;; An echo server with a process for each connection, and three clients that talk to it in turn.

(defun echo (client)
  "Send the lines of CLIENT back until it closes the connection."
  (unwind-protect
      (do ((line (read-line client nil) (read-line client nil)))
          ((null line))
        (write-line line client)
        (force-output client))
    (close client)))

(defun serve (passive)
  (do () (nil)
    (mp:process-run-function "echo session" #'echo (socket:accept-connection passive))))

(let* ((passive (socket:make-socket :connect :passive :local-host "127.0.0.1"))
       (server (mp:process-run-function "echo server" #'serve passive))
       (clients nil))
  (dolist (name '("first" "second" "third"))
    (push (cons name (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port passive)))
          clients))
  (dolist (client (reverse clients))
    (write-line (car client) (cdr client))
    (force-output (cdr client)))
  (dolist (client clients)                   ; the answers wait for us, in whatever order we ask
    (format t "~a client hears ~s~%" (car client) (read-line (cdr client)))
    (close (cdr client)))
  (mp:process-kill server :wait t)
  (close passive))
