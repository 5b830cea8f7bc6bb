;;; The socket library, on loopback with ports that the system chooses.

;; addresses
(socket:dotted-to-ipaddr "192.132.95.84") => 3229900628
(socket:dotted-to-ipaddr "23.3") => 385875971
(socket:dotted-to-ipaddr "128.1.3") => 2147549187
(socket:dotted-to-ipaddr "127.1") => 2130706433
(socket:dotted-to-ipaddr "127.0.01") => 2130706433
(socket:dotted-to-ipaddr "1.x") => :error error
(socket:dotted-to-ipaddr "1.x" :errorp nil) => nil
(socket:dotted-to-ipaddr "1.2.3.256" :errorp nil) => nil
(socket:dotted-to-ipaddr "1.2.65536" :errorp nil) => nil
(socket:dotted-to-ipaddr "1.2.3.4.5" :errorp nil) => nil
(socket:dotted-to-ipaddr 3) => :error type-error
(socket:ipaddr-to-dotted 2130706433) => "127.0.0.1"
(socket:ipaddr-to-dotted 2130706433 :values t) => 127 0 0 1
(socket:ipaddr-to-dotted -1) => :error type-error
(list (socket:ipaddrp 3) (socket:ipaddrp -1) (socket:ipaddrp (expt 2 32)) (socket:ipaddrp "127.1")) => (t nil nil nil)
(list (socket:dotted-address-p "127.1") (socket:dotted-address-p "localhost") (socket:dotted-address-p 1)) => (t nil nil)
(list (socket:ipaddr-equalp "127.1" 2130706433) (socket:ipaddr-equalp 1 2)) => (t nil)
(socket:ipv6-address-p (socket:dotted-to-ipaddr "::1")) => t
(mapcar (lambda (x) (socket:ipaddr-to-dotted (socket:dotted-to-ipaddr x))) '("2001:5c0:0:2::24" "fe80::209:5bff:fe8e:61c1%2" "::" "::ffff:192.168.0.1")) => ("2001:5c0:0:2::24" "fe80::209:5bff:fe8e:61c1%2" "::" "::ffff:192.168.0.1")
(list (socket:ipaddr-equalp "fe80::1%1" "fe80::1%2") (socket:ipaddr-equalp "fe80::1%1" "fe80::1%2" :compare-scope-id t)) => (t nil)
(socket:lookup-hostname "127.1") => 2130706433
(socket:lookup-hostname 17) => 17
(socket:lookup-hostname "localhost") => 2130706433
(socket:lookup-hostname #(127 0 0 1)) => :error error
(socket:lookup-hostname "no-such-host.invalid") => :error error
(socket:ipaddr-to-hostname "127.0.0.1") => "localhost"
(list (socket:lookup-port "chargen" "tcp") (socket:lookup-port 80 "tcp")) => (19 80)
(socket:lookup-port "no-such-service" "tcp") => :error error

;; classes
(subtypep 'socket:socket-stream-internet-active 'socket:socket) => t t
(subtypep 'socket:socket-stream-internet-active 'stream) => t t
(subtypep 'socket:socket-stream-internet-active 'excl:socket-simple-stream) => t t
(subtypep 'socket:socket-stream-internet-passive 'stream) => nil t

;; a connection
(defvar *p* (socket:make-socket :connect :passive :local-host "127.0.0.1"))
(list (streamp *p*) (typep *p* 'socket:socket) (typep *p* 'socket:socket-stream-internet-passive)) => (nil t t)
(list (socket:socket-type *p*) (socket:socket-connect *p*) (socket:socket-address-family *p*) (socket:socket-format *p*) (socket:ipv6 *p*)) => (:stream :passive :internet :multivalent nil)
(socket:accept-connection *p* :wait nil) => nil
(mp:wait-for-input-available *p* :timeout 0.02) => nil
(defvar *a* (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port *p*)))
(equal (mp:wait-for-input-available (list *p* *a*) :timeout 60) (list *p*)) => t
(defvar *b* (socket:accept-connection *p*))
(list (streamp *a*) (typep *b* 'socket:socket-stream-internet-active) (input-stream-p *a*) (output-stream-p *a*) (open-stream-p *a*)) => (t t t t t)
(list (eql (socket:local-port *a*) (socket:remote-port *b*)) (eql (socket:remote-port *a*) (socket:local-port *p*)) (socket:remote-host *a*) (socket:local-host *b*)) => (t t 2130706433 2130706433)
(let ((socket:*print-hostname-in-stream* nil) (s (prin1-to-string *a*))) (search "stream socket connected from " s)) => 14
(integerp (socket:socket-os-fd *a*)) => t
(progn (write-line "hello" *a*) (force-output *a*) (read-line *b*)) => "hello" nil
(listen *b*) => nil
(read-char-no-hang *b*) => nil
(progn (write-string "xyz" *b*) (force-output *b*) (mp:wait-for-input-available *a* :timeout 60) (list (listen *a*) (peek-char nil *a*) (read-char *a*) (progn (unread-char #\x *a*) (read-char *a*)))) => (t #\x #\x #\x)
(list (read-byte *a*) (read-char *a*)) => (121 #\z)
(progn (write-byte 200 *a*) (write-char #\A *a*) (write-byte 10 *a*) (force-output *a*) (list (read-byte *b*) (read-line *b*))) => (200 "A")
(let ((v (make-array 4 :element-type '(unsigned-byte 8) :initial-contents '(1 2 3 4))) (w (make-array 4 :element-type '(unsigned-byte 8)))) (write-sequence v *a*) (force-output *a*) (list (read-sequence w *b*) (coerce w 'list))) => (4 (1 2 3 4))
(let ((s (make-array 5 :element-type 'character))) (write-string "äöü€z" *a*) (force-output *a*) (list (read-sequence s *b*) s)) => (5 "äöü€z")
(progn (print '(a "b" 3) *a*) (force-output *a*) (read *b*)) => (a "b" 3)
(progn (setf (stream-external-format *a*) :latin1 (stream-external-format *b*) :latin1) (write-line "ä" *a*) (force-output *a*) (map 'list #'char-code (read-line *b*))) => (32 228)
(socket:shutdown *a*) => :error error
(progn (socket:shutdown *a* :direction :output) (list (read-char *b* nil :eof) (progn (write-line "answer" *b*) (force-output *b*) (read-line *a*)))) => (:eof "answer")
(read-char *b*) => :error end-of-file
(list (close *b*) (read-char *a* nil :eof) (close *a*) (close *a*)) => (t :eof t nil)
(read-char *a*) => :error excl:stream-closed-error
(write-char #\a *a*) => :error excl:stream-closed-error
(list (close *p*) (open-stream-p *p*)) => (t nil)
(socket:accept-connection *p*) => :error excl:stream-closed-error
(socket:accept-connection *a*) => :error type-error

;; errors
(defun problem (function) (handler-case (funcall function) (excl:socket-error (c) (list (excl:stream-error-identifier c) (excl:stream-error-code c)))))
(defvar *elsewhere* (socket:make-socket :connect :passive :local-host "127.0.0.2"))
(problem (lambda () (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port *elsewhere*)))) => (:connection-refused 111)
(close *elsewhere*) => t
(let ((p (socket:make-socket :connect :passive))) (unwind-protect (problem (lambda () (socket:make-socket :connect :passive :local-port (socket:local-port p)))) (close p))) => (:address-in-use 98)
(problem (lambda () (socket:make-socket :connect :passive :local-host "192.0.2.1"))) => (:address-not-available 99)
(handler-case (socket:make-socket :connect :passive :local-host "192.0.2.1") (error (c) (princ-to-string c))) => "\"Local socket address not available\" (errno 99) occurred while creating a passive socket on 192.0.2.1 port \"(any)\" ."
(handler-case (socket:make-socket :remote-host "localhost" :remote-port 1) (error (c) (princ-to-string c))) => "\"Connection refused\" (errno 111) occurred while creating a local socket and connecting to a remote host localhost on port 1."
(handler-case (socket:make-socket :remote-host "localhost" :remote-port 1) (error (c) (excl:stream-error-action c))) => "creating a local socket and connecting to a remote host localhost on port 1"
(socket:make-socket :remote-host "localhost") => :error program-error
(socket:make-socket :type :foo) => :error error
(socket:make-socket :remote-host "localhost" :remote-port 70000) => :error type-error
(typep (handler-case (socket:make-socket :remote-host "localhost" :remote-port 1) (error (c) c)) 'excl:errno-stream-error) => t
(restart-case (handler-bind ((excl:socket-error (lambda (c) (declare (ignore c)) (invoke-restart 'again)))) (socket:make-socket :remote-host "localhost" :remote-port 1)) (again () :again)) => :again

;; pairs for the rest
(defun connect-pair () (let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1")) (a (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p)))) (multiple-value-prog1 (values a (socket:accept-connection p)) (close p))))
(defmacro with-pair ((a b) &body body) `(multiple-value-bind (,a ,b) (connect-pair) (unwind-protect (progn ,@body) (close ,a :abort t) (close ,b :abort t))))

;; time-outs and interrupts: the operation is left, the stream stays usable
(with-pair (a b) (socket:socket-control a :read-timeout 0.05) (list (problem (lambda () (read-char a))) (progn (write-char #\x b) (force-output b) (read-char a)))) => ((:read-timeout nil) #\x)
(with-pair (a b) (setf (excl:stream-input-timeout a) 1) (excl:stream-input-timeout a)) => 1
(with-pair (a b) (socket:socket-control a :write-timeout 0.05) (problem (lambda () (dotimes (i 10000) (write-string (make-array 10000 :element-type 'character) a))))) => (:write-timeout nil)
(with-pair (a b) (list (sys:with-timeout (0.05 :late) (read-char a)) (progn (write-char #\x b) (force-output b) (read-char a)))) => (:late #\x)
(let ((p (socket:make-socket :connect :passive))) (unwind-protect (list (sys:with-timeout (0.05 :late) (socket:accept-connection p)) (socket:accept-connection p :wait nil)) (close p))) => (:late nil)
(socket:with-pending-connect (sys:with-timeout (1 :late) (values 1 2))) => 1 2
(defun in-process (function) (let ((p (mp:process-run-function "io" function))) (mp:process-wait-with-timeout "b" 60 (lambda () (plusp (length (mp:process-whostate p))))) p))
(with-pair (a b) (let* ((got nil) (log nil) (p (in-process (lambda () (setq got (read-line a)))))) (list (mp:process-whostate p) (progn (mp:process-interrupt p (lambda () (push :i log))) (mp:process-wait-with-timeout "w" 60 (lambda () log))) (progn (write-line "text" b) (force-output b) (mp:process-join p :timeout 60)) got))) => ("waiting for input" t ("text") "text")
(with-pair (a b) (let* ((log nil) (p (in-process (lambda () (unwind-protect (read-char a) (push :cleanup log)))))) (mp:process-kill p :wait t) (list log (open-stream-p a)))) => ((:cleanup) t)
(with-pair (a b) (let* ((got nil) (p (in-process (lambda () (setq got (handler-case (read-char a) (stream-error (c) (type-of c)))))))) (mp:process-interrupt p 'close a) (mp:process-join p :timeout 60) got)) => excl:stream-closed-error
(with-pair (a b) (let* ((got nil) (p (in-process (lambda () (setq got (handler-case (read-char a) (stream-error (c) (type-of c)))))))) (close a) (mp:process-join p :timeout 60) got)) => excl:stream-closed-error
(with-pair (a b) (let* ((got nil) (p (in-process (lambda () (setq got (catch 'dead-partner (read-char a))))))) (mp:process-interrupt p (lambda () (throw 'dead-partner t))) (mp:process-join p :timeout 60) (list got (open-stream-p a)))) => (t t)
(with-pair (a b) (let* ((got nil) (p (in-process (lambda () (setq got (catch 'dead-partner (read-char a))))))) (mp:process-run-function p #'(lambda () (throw 'dead-partner t))) (mp:process-join p :timeout 60) (list got (open-stream-p a)))) => (t t)
(let* ((s (socket:make-socket :connect :passive)) (got nil) (p (in-process (lambda () (setq got (handler-case (socket:accept-connection s) (stream-error (c) (type-of c)))))))) (close s) (mp:process-join p :timeout 60) got) => excl:stream-closed-error
(with-pair (a b) (progn (close b) (handler-case (dotimes (i 20000) (write-line "x" a) (force-output a) (sleep 0.001)) (excl:socket-error (c) (list :socket-error c)) (excl:errno-stream-error (c) (and (member (excl:stream-error-code c) '(32 104)) t))))) => t

;; chunking
(with-pair (a b) (socket:socket-control a :output-chunking t) (write-string "TEST" a) (socket:socket-control a :output-chunking-eof t) (close a) (let ((v (make-array 20 :element-type '(unsigned-byte 8)))) (coerce (subseq v 0 (read-sequence v b)) 'list))) => (52 13 10 84 69 83 84 13 10 48 13 10 13 10)
(defun send (s &rest lines) (dolist (x lines) (write-string x s) (write-char #\Return s) (write-char #\Newline s)) (force-output s))
(with-pair (a b) (send a "5" "hello" "6;ext=1" " world" "0" "Trailer: x" "" "rest") (socket:socket-control b :input-chunking t) (let ((log nil)) (list (handler-bind ((excl::socket-chunking-end-of-file (lambda (c) (push (eq b (first (simple-condition-format-arguments c))) log)))) (read-line b)) log (read-char b nil :eof) (progn (socket:socket-control b :input-chunking nil) (subseq (read-line b) 0 4))))) => ("hello world" (T) :EOF "rest")
(with-pair (a b) (send a "3" "abc" "0" "" "2" "de" "0" "") (socket:socket-control b :input-chunking t) (let ((s (make-array 10 :element-type 'character))) (list (read-sequence s b) (subseq s 0 3) (progn (socket:socket-control b :input-chunking t) (read-line b))))) => (3 "abc" "de")
(with-pair (a b) (send a "3" "abc" "0" "") (socket:socket-control b :input-chunking t) (handler-case (progn (read-line b) :no) (excl::socket-chunking-end-of-file () :signalled))) => :signalled
(with-pair (a b) (send a "3" "abc" "0" "") (socket:socket-control b :input-chunking t) (handler-case (read-line b) (error (c) c))) => "abc" t
(with-pair (a b) (send a "zz" "abc") (socket:socket-control b :input-chunking t) (read-line b)) => :error stream-error
(with-pair (a b) (socket:socket-control a :output-chunking t) (socket:socket-control b :input-chunking t) (dotimes (i 100) (format a "line ~d~%" i) (when (zerop (mod i 7)) (force-output a))) (socket:socket-control a :output-chunking-eof t) (let ((n 0)) (do ((l (read-line b nil) (read-line b nil))) ((null l) n) (incf n)))) => 100

;; counters
(with-pair (a b) (write-string "12345" a) (force-output a) (read-char b) (list (excl::socket-bytes-written a) (excl::socket-bytes-read b) (excl::socket-bytes-read b 0) (excl::socket-bytes-read b))) => (5 5 0 0)
(with-pair (a b) (list (socket:set-socket-options a :nodelay t :keepalive t :tcp-keepalive-idle-time 10 :receive-buffer-size 10000) (socket:set-socket-options a))) => (nil nil)
(with-pair (a b) (socket:set-socket-options a :foo 1)) => :error program-error
(with-pair (a b) (list (socket:shutdown a :direction :input) (socket:shutdown a :direction :output) (open-stream-p a) (close a))) => (nil nil nil nil)
(with-pair (a b) (equal (mp:wait-for-io-available nil (list a) :timeout 5) (list (cons a :out)))) => t

;; datagrams
(defvar *u* (socket:make-socket :type :datagram :local-host "127.0.0.1"))
(defvar *v* (socket:make-socket :type :datagram))
(list (socket:socket-type *u*) (streamp *u*) (typep *u* 'socket:socket-datagram-internet-active)) => (:datagram nil t)
(socket:send-to *v* "foo-the-bar" 11 :remote-host "127.0.0.1" :remote-port (socket:local-port *u*)) => 11
(multiple-value-bind (data size host port) (socket:receive-from *u* 100 :extract t) (list data size host (eql port (socket:local-port *v*)))) => ("foo-the-bar" 11 2130706433 t)
(let ((w (socket:make-socket :type :datagram :remote-host "127.0.0.1" :remote-port (socket:local-port *u*))) (buffer (make-array 5 :element-type '(unsigned-byte 8) :initial-element 9))) (socket:send-to w (coerce '(1 2 3) '(vector (unsigned-byte 8))) 2) (prog1 (list (socket:remote-host w) (multiple-value-bind (b n) (socket:receive-from *u* 5 :buffer buffer) (list (eq b buffer) n (coerce b 'list)))) (close w))) => (2130706433 (t 2 (1 2 9 9 9)))
(socket:send-to *v* "x" 1) => :error error
(sys:with-timeout (0.05 :late) (socket:receive-from *u* 10)) => :late
(progn (socket:send-to *v* "" 0 :remote-host "127.0.0.1" :remote-port (socket:local-port *u*)) (multiple-value-bind (d n) (socket:receive-from *u* 10 :extract t) (list d n))) => ("" 0)
(list (close *u*) (close *v*)) => (t t)

;; local sockets
(defvar *file* (format nil "/tmp/acl-socket-~36r" (random (expt 10 15) (make-random-state t))))
(let* ((p (socket:make-socket :connect :passive :address-family :file :local-filename *file*)) (a (socket:make-socket :address-family :file :remote-filename *file*)) (b (socket:accept-connection p))) (write-line "hi" a) (force-output a) (prog1 (list (read-line b) (equal (socket:remote-filename a) *file*) (equal (socket:local-filename p) *file*) (socket:socket-address-family a) (typep a 'socket:socket-stream-file-active)) (mapc #'close (list a b p)))) => ("hi" t t :file t)
(socket:make-socket :address-family :file :remote-filename *file*) => :error excl:socket-error
(ignore-errors (delete-file *file*))

;; a read in bulk widens the receive window; a single octet is heard of at once afterwards
(let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1")) (c (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p))) (s (socket:accept-connection p)) (v (make-array 65536 :element-type '(unsigned-byte 8)))) (write-sequence v s) (force-output s) (unwind-protect (list (read-sequence v c) (progn (write-byte 7 s) (force-output s) (mp:wait-for-input-available c :timeout 10) (and (listen c) (read-byte c)))) (close c) (close s) (close p))) => (65536 7)

;; a server that has been stopped is gone at once, and says nothing: another process waits in accept-connection, or begins to
(defun stop-a-server () (let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1")) (port (socket:local-port p)) (server (mp:process-run-function "server" (lambda () (handler-case (loop (close (socket:accept-connection p))) (error (c) (setf *served* c))))))) (close (socket:make-socket :remote-host "127.0.0.1" :remote-port port)) (mp:process-kill server) (close p) (handler-case (socket:make-socket :remote-host "127.0.0.1" :remote-port port) (socket-error (c) (stream-error-identifier c)))))
(defvar *served* nil)
(list (remove-duplicates (loop repeat 20 collect (stop-a-server))) *served*) => ((:connection-refused) nil)
