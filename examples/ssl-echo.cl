;;;; An echo over SSL: a server and a client in one Lisp, with a certificate made for the occasion.
;;;; (make certificate, or acl cert -d examples/ssl localhost, makes one that stays.)

(require :ssl)

(defun scratch-directory ()
  (concatenate 'string (sys:make-temp-file-name "acl-lesson") "/"))

(defun echo (stream)
  "Send the lines of STREAM back until the other side closes it."
  (unwind-protect
      (do ((line (read-line stream nil) (read-line stream nil)))
          ((null line))
        (write-line line stream)
        (force-output stream))
    (close stream)))

(let* ((directory (scratch-directory))
       (certificate (excl::make-certificate '("localhost" "127.0.0.1") directory))
       (authority (concatenate 'string directory "ca.pem"))
       (passive (socket:make-socket :connect :passive :local-host "127.0.0.1"))
       (server (mp:process-run-function "ssl echo"
                 (lambda ()                 ; the other end needs a process of its own: a handshake takes two
                   (echo (socket:make-ssl-server-stream (socket:accept-connection passive)
                                                        :certificate certificate)))))
       (client (socket:make-ssl-client-stream
                (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port passive))
                :ca-file authority :server-name "localhost" :verify-host t)))
  (dolist (line '("Hello?" "Is anybody there?"))
    (write-line line client)
    (force-output client)                   ; the first of these does the handshake
    (format t "echo: ~a~%" (read-line client)))
  (format t "protocol: ~a~%" (excl::ssl-protocol client))
  (format t "the server is: ~s~%" (socket:x509-certificate-subject (socket:get-ssl-peer-certificate client)))
  (close client)
  (mp:process-join server)
  (close passive)
  (excl:delete-directory-and-files directory))
