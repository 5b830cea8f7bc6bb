;;; SSL without a connection: loading, arguments, classes, certificates for lessons.

(progn (require :ssl) (find "SSL" *modules* :test #'string-equal)) => "SSL"
(not (null (member :ssl-support *features*)))             => t
(every #'integerp (subseq (excl:openssl-version) 0 3))    => t
(every #'stringp (nthcdr 3 (excl:openssl-version)))       => t
(length (multiple-value-list (excl:openssl-version)))     => 2
excl:*aclssl-name*                                        => "pyOpenSSL"
excl:*ssl-library-names*                                  => :unset
excl:*aclssl-version*                                     => nil
excl:*aclssl-verbose*                                     => nil
excl::*ssl-features*                                      => (:sni)

(values (subtypep 'excl::ssl-error 'stream-error))        => t
(values (subtypep 'excl::ssl-error 'socket-error))        => nil
(values (subtypep 'excl:openssl-load-error 'simple-condition)) => t
(values (subtypep 'excl:aclssl-load-error 'simple-condition))  => t
(values (subtypep 'excl::ssl-server-stream 'stream))      => t
(values (subtypep 'excl::ssl-server-stream 'socket:socket)) => nil

(typep (socket:make-ssl-client-context) 'excl::ssl-context) => t
(socket:make-ssl-server-context)                          => :error simple-error
(socket:make-ssl-server-context :certificate "/proc/nonexistent/server.pem") => :error file-does-not-exist-error
(socket:make-ssl-server-context :certificate 5)           => :error type-error
(socket:make-ssl-server-context :colour :red)             => :error program-error
(socket:make-ssl-client-context :key "x.pem")             => :error simple-error
(socket:make-ssl-client-context :method '(:tlsv1.2 :ftp)) => :error simple-error
(typep (socket:make-ssl-client-context :method nil :verify nil :max-depth nil :ciphers nil :key nil) (quote excl::ssl-context)) => t
(socket:make-ssl-client-stream 5)                         => :error type-error
(socket:make-ssl-client-stream *standard-output*)         => :error type-error
(socket:make-ssl-server-stream)                           => :error program-error
(socket:ssl-do-handshake *standard-output*)               => :error type-error
(socket:get-ssl-peer-certificate 'x)                      => :error type-error
(socket:get-ssl-verify-result nil)                        => :error type-error

(socket:x509-certificate-subject 1)                       => :error type-error
(setf (socket:x509-certificate-version "x") :v1)          => :error type-error
(eq (type-error-expected-type (nth-value 1 (ignore-errors (socket:ssl-do-handshake *standard-output*)))) 'excl::ssl-stream) => t
(make-instance 'excl::ssl-context)                        => :error simple-error
(make-instance 'excl::ssl-client-stream)                  => :error simple-error
(make-instance 'socket:socket-stream-internet-active)     => :error simple-error

(defvar *folder* (concatenate 'string (sys:make-temp-file-name "acl") "/"))
(defvar *server* (excl::make-certificate '("localhost" "::1") *folder*))
(file-namestring *server*)                                => "server.pem"
(typep (socket:make-ssl-server-context :certificate *server*) 'excl::ssl-context) => t
(typep (socket:make-ssl-server-context :certificate (pathname *server*)) 'excl::ssl-context) => t
(file-namestring (excl::make-certificate "Alice" *folder* :client t :key :rsa :days 1/2)) => "client.pem"
(file-namestring (excl::make-certificate "Bob" *folder* :client t :file "bob.pem" :key :ed25519)) => "bob.pem"
(file-namestring (excl::revoke-certificate (list *server*) *folder*)) => "crl.pem"
(length (directory *folder*))                             => 6
(excl::make-certificate 5 *folder*)                       => :error type-error
(excl::make-certificate "x" *folder* :key :dsa)           => :error simple-error
(excl::make-certificate "x" *folder* :days -1)            => :error type-error
(excl::make-certificate "x" *folder* :days 1e9)           => :error type-error
(file-namestring (excl::make-certificate "old" *folder* :days 0 :file "old.pem")) => "old.pem"
(delete-file (concatenate 'string *folder* "old.pem"))    => t
(excl::revoke-certificate "/proc/nonexistent/x.pem" *folder*)  => :error simple-error
(excl:delete-directory-and-files *folder*)                => t
