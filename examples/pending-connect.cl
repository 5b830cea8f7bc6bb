;;;; A connect that takes too long: the server's queue is full, so nobody answers the next client, who gives up in time.

(defun connect (port seconds)
  "Connect to PORT; return the stream, or :TOO-LATE if there is no connection within SECONDS."
  (socket:with-pending-connect
    (sys:with-timeout (seconds :too-late)
      (socket:make-socket :remote-host "127.0.0.1" :remote-port port))))

(let* ((passive (socket:make-socket :connect :passive :local-host "127.0.0.1" :backlog 1))
       (port (socket:local-port passive))
       (clients (loop for client = (connect port 0.3) until (eq client :too-late) collect client)))
  (format t "the queue takes some clients: ~s~%" (plusp (length clients)))
  (format t "one more: ~s~%" (connect port 0.1))
  (let ((server (socket:accept-connection passive)))
    (write-line "welcome" server)
    (close server))
  (format t "the first client: ~s~%" (read-line (first clients)))
  (let ((late (connect port 30)))            ; the system tries again while there is time
    (format t "with more time: ~s~%" (socket:socket-connect late))
    (mapc #'close (list* late passive clients))))
