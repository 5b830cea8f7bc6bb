(require :ssl)

(defvar *context* (acl-socket:make-ssl-client-context :ca-file (sys:getenv "BENCH_CA")))

(defun bench (port n)
  (with-open-stream (s (acl-socket:make-ssl-client-stream
                        (acl-socket:make-socket :remote-host "127.0.0.1" :remote-port port)
                        :context *context* :server-name "localhost" :verify-host t))
    (let ((block (make-array 65536 :element-type '(unsigned-byte 8) :initial-element 7)))
      (format s "take ~d~%" (* n 65536))
      (dotimes (i n) (write-sequence block s))
      (force-output s)
      (length (read-line s)))))
