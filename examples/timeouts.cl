;;;; Four ways to give up: on a connection, on a read, on a read of a stream with a time-out, from another process.

(let* ((passive (socket:make-socket :connect :passive :local-host "127.0.0.1"))
       (client (socket:with-pending-connect
                 (sys:with-timeout (5 (error "connect failed"))
                   (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port passive)))))
       (server (socket:accept-connection passive)))
  (format t "no second connection: ~s~%"
          (sys:with-timeout (0.1 :timed-out) (socket:accept-connection passive)))
  (format t "nothing to read: ~s~%"
          (sys:with-timeout (0.1 :timed-out) (read-line client)))
  (socket:socket-control client :read-timeout 0.1)
  (handler-case (read-line client)
    (excl:socket-error (problem)
      (format t "the stream's own time-out: ~s~%" (excl:stream-error-identifier problem))))
  (socket:socket-control client :read-timeout nil)
  (let* ((gate (mp:make-gate nil))
         (reader (mp:process-run-function
                  "reader"
                  (lambda ()
                    (format t "the reader gets ~s~%" (catch 'dead-partner (read-line client)))
                    (mp:open-gate gate)))))
    (mp:process-wait "reader" (lambda () (string= (mp:process-whostate reader) "waiting for input")))
    (mp:process-interrupt reader (lambda () (throw 'dead-partner :thrown)))
    (mp:process-wait "gate" #'mp:gate-open-p gate))
  (write-line "still connected" server)
  (force-output server)
  (write-line (read-line client))            ; none of this has harmed the stream
  (mapc #'close (list client server passive)))
