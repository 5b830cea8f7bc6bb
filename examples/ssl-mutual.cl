;;;; Both sides show a certificate: the server lets in whom its authority knows.

(require :ssl)

(defun common-name (certificate)
  (cdr (assoc "CN" (socket:x509-certificate-subject certificate) :test #'string=)))

(defun greet (passive certificate authority journal)
  "Greet each client by the name in its certificate; note in JOURNAL who came."
  (loop
    (let ((stream (socket:make-ssl-server-stream (socket:accept-connection passive) :certificate certificate
                                                 :verify :required :ca-file authority)))
      (handler-case
          (let ((name (common-name (socket:get-ssl-peer-certificate stream))))
            (format stream "Welcome, ~a.~%" name)
            (close stream)
            (mp:enqueue journal name))
        (error (condition)
          (close stream :abort t)
          (mp:enqueue journal (stream-error-identifier condition)))))))

(let* ((directory (concatenate 'string (sys:make-temp-file-name "acl-lesson") "/"))
       (strangers (concatenate 'string directory "strangers/"))
       (server-certificate (excl::make-certificate "localhost" directory))
       (alice (excl::make-certificate "Alice" directory :client t :file "alice.pem"))
       (mallory (excl::make-certificate "Mallory" strangers :client t))   ; another authority signs this one
       (authority (concatenate 'string directory "ca.pem"))
       (journal (make-instance 'mp:queue))
       (passive (socket:make-socket :connect :passive :local-host "127.0.0.1"))
       (server (mp:process-run-function "greeter" #'greet passive server-certificate authority journal)))
  (dolist (certificate (list alice mallory nil))
    (let ((client (socket:make-ssl-client-stream
                   (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port passive))
                   :ca-file authority :server-name "localhost" :verify-host t :certificate certificate)))
      ;; With TLS 1.3 the client is done before the server has looked at its certificate: what the server thinks
      ;; of it comes with the first read.
      (handler-case (format t "client: ~a~%" (read-line client))
        (error (condition) (format t "client: ~(~a~)~%" (stream-error-identifier condition))))
      (format t "server: ~a~%" (mp:dequeue journal :wait t))
      (close client :abort t)))
  (mp:process-kill server :wait t)
  (close passive)
  (excl:delete-directory-and-files directory))
