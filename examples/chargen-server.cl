;;;; A character generator (RFC 864) and a client that looks at its first lines.

(defun serve-characters (passive)
  "Send every client lines of printable characters until it goes away."
  (do () (nil)
    (let ((client (socket:accept-connection passive)))
      (mp:process-run-function
       "chargen session"
       (lambda ()
         (unwind-protect
             (handler-case
                 (do ((start 0 (mod (1+ start) 95))) (nil)
                   (dotimes (i 72)
                     (write-char (code-char (+ 32 (mod (+ start i) 95))) client))
                   (terpri client))
               (stream-error () nil))        ; the client has gone
           (close client :abort t)))))))

(let* ((passive (socket:make-socket :connect :passive :local-host "127.0.0.1"))
       (server (mp:process-run-function "chargen server" #'serve-characters passive))
       (client (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port passive))))
  (dotimes (i 3)
    (write-line (read-line client)))
  (close client)
  (mp:process-kill server :wait t)
  (close passive)
  (write-line "done"))
