;;;; What a client sees of a server's certificate, and why it may not like it.

(require :ssl)

(defun serve-handshakes (passive certificate)
  "Shake hands with one client after the other; those who do not like our certificate leave."
  (loop
    (let ((stream (socket:make-ssl-server-stream (socket:accept-connection passive) :certificate certificate)))
      (ignore-errors (socket:ssl-do-handshake stream) (read-line stream nil))
      (close stream :abort t))))

(defun try (title port &rest arguments)
  "Shake hands with the server at PORT and tell how its certificate verified."
  (let ((stream (apply #'socket:make-ssl-client-stream
                       (socket:make-socket :remote-host "127.0.0.1" :remote-port port) arguments)))
    (format t "~&~a~%" title)
    (handler-case (progn (socket:ssl-do-handshake stream) (format t "  accepted~%"))
      (excl::ssl-error (condition)
        (format t "  refused: ~a~%" condition)))
    (multiple-value-bind (code text) (socket:get-ssl-verify-result stream)
      (format t "  verify result: ~d, ~a~%" code text))
    (dolist (certificate (socket:get-ssl-peer-certificate-chain stream))
      (format t "  certificate of ~a, signed by ~a~%"
              (cdr (assoc "CN" (socket:x509-certificate-subject certificate) :test #'string=))
              (cdr (assoc "CN" (socket:x509-certificate-issuer certificate) :test #'string=))))
    (close stream)))

(let* ((directory (concatenate 'string (sys:make-temp-file-name "acl-lesson") "/"))
       (certificate (excl::make-certificate "localhost" directory))
       (authority (concatenate 'string directory "ca.pem"))
       (passive (socket:make-socket :connect :passive :local-host "127.0.0.1"))
       (server (mp:process-run-function "server" #'serve-handshakes passive certificate))
       (port (socket:local-port passive)))
  (try "Nobody we trust has signed it:" port)
  (try "We trust the authority:" port :ca-file authority)
  (try "... and the name is right:" port :ca-file authority :server-name "localhost" :verify-host t)
  (try "... but we wanted somebody else:" port :ca-file authority :verify-host "bank.example")
  (try "We do not care:" port :verify nil)
  (mp:process-kill server :wait t)
  (close passive)
  (excl:delete-directory-and-files directory))
