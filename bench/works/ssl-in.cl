(require :ssl)

(defvar *context* (acl-socket:make-ssl-client-context :ca-file (sys:getenv "BENCH_CA")))

(defun bench (port n)
  (with-open-stream (s (acl-socket:make-ssl-client-stream
                        (acl-socket:make-socket :remote-host "127.0.0.1" :remote-port port)
                        :context *context* :server-name "localhost" :verify-host t))
    (let ((block (make-array 65536 :element-type '(unsigned-byte 8)))
          (sum 0))
      (format s "send ~d~%" (* n 65536))
      (force-output s)
      (loop
        (let ((end (read-sequence block s)))
          (when (zerop end) (return sum))
          (incf sum end))))))
