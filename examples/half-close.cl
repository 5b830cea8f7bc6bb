;;;; Half-close: the client says that its question is complete, and still receives the answer.

(defun answer (passive)
  "Count the lines of one client up to its end of file, and tell it the number."
  (let ((client (socket:accept-connection passive)) (lines 0))
    (unwind-protect
        (progn
          (do ((line (read-line client nil) (read-line client nil)))
              ((null line))
            (incf lines))
          (format client "You sent ~r line~:p.~%" lines))
      (close client))))

(let* ((passive (socket:make-socket :connect :passive :local-host "127.0.0.1"))
       (server (mp:process-run-function "line counter" #'answer passive))
       (client (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port passive))))
  (format client "are~%you~%ok?~%")
  (force-output client)                      ; shutdown does not send what is buffered
  (socket:shutdown client :direction :output)
  (write-line (read-line client))
  (format t "then ~s~%" (read-line client nil :end-of-file))
  (close client)
  (mp:process-join server)
  (close passive))
