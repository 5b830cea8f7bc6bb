;;;; A certificate that its authority has taken back: only who looks at the list of revoked certificates notices.

(require :ssl)

(defun serve-handshakes (passive certificate)
  (loop
    (let ((stream (socket:make-ssl-server-stream (socket:accept-connection passive) :certificate certificate)))
      (ignore-errors (socket:ssl-do-handshake stream) (read-line stream nil))
      (close stream :abort t))))

(defun try (title port &rest arguments)
  (let ((stream (apply #'socket:make-ssl-client-stream
                       (socket:make-socket :remote-host "127.0.0.1" :remote-port port) arguments)))
    (format t "~&~a: ~a" title
            (handler-case (progn (socket:ssl-do-handshake stream) "accepted")
              (excl::ssl-error () "refused")))
    (multiple-value-bind (code text) (socket:get-ssl-verify-result stream)
      (format t " (~d, ~a)~%" code text))
    (close stream)))

(let* ((directory (concatenate 'string (sys:make-temp-file-name "acl-lesson") "/"))
       (certificate (excl::make-certificate "localhost" directory))
       (authority (concatenate 'string directory "ca.pem"))
       (passive (socket:make-socket :connect :passive :local-host "127.0.0.1"))
       (server (mp:process-run-function "server" #'serve-handshakes passive certificate))
       (port (socket:local-port passive))
       (list nil))
  (try "No list, nobody looks" port :ca-file authority)
  (try "We look, but have no list" port :ca-file authority :crl-check t)
  (setf list (excl::revoke-certificate nil directory))
  (try "An empty list" port :ca-file authority :crl-check t :crl-file list)
  (setf list (excl::revoke-certificate certificate directory))
  (try "It is on the list" port :ca-file authority :crl-check t :crl-file list)
  (try "It is on the list, but nobody looks" port :ca-file authority)
  (mp:process-kill server :wait t)
  (close passive)
  (excl:delete-directory-and-files directory))
