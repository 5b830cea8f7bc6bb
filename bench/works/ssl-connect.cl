(require :ssl)

(defvar *context* (acl-socket:make-ssl-client-context :ca-file (sys:getenv "BENCH_CA")))

(defun bench (port n)
  (let ((sum 0))
    (dotimes (i n sum)
      (let ((s (acl-socket:make-ssl-client-stream
                (acl-socket:make-socket :remote-host "127.0.0.1" :remote-port port)
                :context *context* :server-name "localhost" :verify-host t)))
        (write-line "send 1" s)
        (force-output s)
        (read-byte s)
        (incf sum)
        (close s :abort t)))))
