(require :ssl)

(defvar *client* (acl-socket:make-ssl-client-context :ca-file (sys:getenv "BENCH_CA")))
(defvar *server* (acl-socket:make-ssl-server-context :certificate (sys:getenv "BENCH_PEM")))

(defun bench (port n)
  "The peer connects N times."
  (let* ((p (acl-socket:make-socket :connect :passive :local-host "127.0.0.1" :backlog 50))
         (c (acl-socket:make-ssl-client-stream
             (acl-socket:make-socket :remote-host "127.0.0.1" :remote-port port) :context *client*))
         (sum 0))
    (format c "connect ~d ~d~%" (acl-socket:local-port p) n)
    (force-output c)
    (dotimes (i n)
      (let ((s (acl-socket:make-ssl-server-stream (acl-socket:accept-connection p) :context *server*)))
        (read-byte s)
        (write-byte 7 s)
        (force-output s)
        (incf sum)
        (close s :abort t)))
    (close c :abort t)
    (close p)
    sum))
