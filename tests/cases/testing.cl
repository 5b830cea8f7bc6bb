;;; What acl.testing offers to Lisp.

(defvar *server* (socket:make-socket :connect :passive :local-host "127.0.0.1"))
(defvar *echo* (mp:process-run-function "echo" (lambda () (loop (let ((s (accept-connection *server*))) (ignore-errors (loop for c = (read-char s nil) while c do (write-char c s) (force-output s))) (ignore-errors (close s)))))))
(defun try (proxy) (let ((s (socket:make-socket :remote-host "127.0.0.1" :remote-port (testing:fault-proxy-port proxy)))) (unwind-protect (handler-case (progn (format s "hello~%") (force-output s) (or (read-line s nil) :eof)) (socket-error (c) (stream-error-identifier c)) (errno-stream-error () :write-failed)) (ignore-errors (close s :abort t)))))
(testing:with-fault-proxy (p :remote-port (socket:local-port *server*)) (list (try p) (try p) (testing:fault-proxy-accepted p))) => ("hello" "hello" 2)
(testing:with-fault-proxy (p :remote-port (socket:local-port *server*) :slice 1 :delay 0.01 :rate 10000) (try p)) => "hello"
(testing:with-fault-proxy (p :remote-port (socket:local-port *server*) :cut-after 3 :direction :to-client) (multiple-value-list (try p))) => ("hel")
(testing:with-fault-proxy (p :remote-port (socket:local-port *server*) :cut-after 3 :cut :rst) (try p)) => :connection-reset
(testing:with-fault-proxy (p :remote-port (socket:local-port *server*) :refuse t) (handler-case (try p) (socket-error (c) (stream-error-identifier c)))) => :connection-refused
(testing:with-fault-proxy (p :remote-port (socket:local-port *server*) :stall-after 2) (sys:with-timeout (0.1 :hangs) (try p))) => :hangs
(let ((p (testing:make-fault-proxy :remote-port (socket:local-port *server*)))) (testing:set-faults p :cut-after 0) (prog1 (try p) (testing:close-fault-proxy p))) => :eof
(testing:make-fault-proxy) => :error type-error
(testing:make-fault-proxy :remote-port 1 :cut :sometimes) => :error type-error
(testing:fault-proxy-port 3) => :error type-error
(progn (mp:process-kill *echo* :wait t) (close *server*)) => t

(testing:with-no-leaks () (values 1 2)) => 1 2
(let (s) (unwind-protect (testing:with-no-leaks (:descriptors 1) (setq s (socket:make-socket :connect :passive)) 3) (close s))) => 3
(plusp (testing:open-descriptors)) => t
(plusp (testing:live-threads)) => t

;; a stream that keeps the contract
(testing:check-stream (lambda () (let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1")) (a (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p))) (b (accept-connection p))) (close p) (values a b)))) => nil
(testing:check-stream (lambda () 3)) => :error error
