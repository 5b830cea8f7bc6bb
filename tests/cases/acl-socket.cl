;;; Package ACL-SOCKET in detail: the combinations of make-socket, every option, the conditions and their texts.

(setq socket:*print-hostname-in-stream* nil) => nil
(defun text (c) (substitute #\space #\newline (princ-to-string c)))
(defmacro report (form) `(handler-case ,form (error (c) (list (type-of c) (text c)))))
(defun listener (&rest keys) (apply #'socket:make-socket :connect :passive :local-host "127.0.0.1" keys))
(defun client (p &rest keys) (apply #'socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p) keys))
(defmacro with-pair ((a b &optional (p 'p)) &body body) `(let* ((,p (listener)) (,a (client ,p)) (,b (accept-connection ,p))) (unwind-protect (progn ,@body) (close ,a :abort t) (close ,b :abort t) (close ,p))))
(defvar *chance* (make-random-state t))
(defun file () (format nil "/tmp/acl-socket-test-~36r" (random (expt 10 15) *chance*)))
(every (lambda (f) (member f *features*)) '(:acl-socket :hiper-socket :ipv6 :multiprocessing)) => t
(list (require :sock) (require :acldns) (require :smputil) (require :process-pool)) => (t t t t)

;; wrong arguments of make-socket
(report (socket:make-socket)) => (program-error "make-socket: an active stream socket needs the argument :remote-host.")
(report (socket:make-socket :remote-host "127.0.0.1")) => (program-error "make-socket: an active stream socket needs the argument :remote-port.")
(report (socket:make-socket :address-family :file)) => (program-error "make-socket: an active file socket needs the argument :remote-filename.")
(report (socket:make-socket :address-family :file :connect :passive)) => (program-error "make-socket: a passive file socket needs the argument :local-filename.")
(report (socket:make-socket :type :foo)) => (simple-error ":FOO is not a valid value of :type for make-socket.")
(report (socket:make-socket :connect :foo)) => (simple-error ":FOO is not a valid value of :connect for make-socket.")
(report (socket:make-socket :address-family :foo)) => (simple-error ":FOO is not a valid value of :address-family for make-socket.")
(report (listener :local-port 70000)) => (type-error "`70000' is not of the expected type `(INTEGER 0 65535)'")
(listener :local-port -1) => :error type-error
(listener :local-port 'x) => :error type-error
(listener :backlog 'x) => :error type-error
(report (listener :local-port "no-such")) => (socket-error "Unknown service \"no-such\" for protocol \"tcp\".")
(report (socket:make-socket :type :datagram :local-port "no-such")) => (socket-error "Unknown service \"no-such\" for protocol \"udp\".")
(report (socket:make-socket :connect :passive :local-host #(127 0 0 1))) => (simple-error "Illegal form for host name: #(127 0 0 1)")
(report (socket:make-socket :remote-host "no.invalid" :remote-port 3)) => (socket-error "Unknown host \"no.invalid\": Name or service not known.")
(socket:make-socket :remote-host) => :error program-error

;; arguments that are ignored, and nil for the default
(let ((p (listener :format :bivalent :eol :dos :some-other 1 :backlog nil :local-port nil :remote-host nil :reuse-address t :keepalive t :nodelay t :oob-inline t :receive-buffer-size 5000 :send-buffer-size 5000))) (list (socket:socket-format p) (plusp (socket:local-port p)) (close p) (close p))) => (:multivalent t t nil)
(let ((p (listener :type :hiper))) (let ((a (client p :type :hiper))) (prog1 (list (type-of p) (type-of a) (typep a 'socket::hiper-socket-stream-internet-active) (socket:socket-type a) excl::*hiper-socket-is-stream-socket*) (close a) (close p)))) => (socket:socket-stream-internet-passive socket:socket-stream-internet-active t :stream t)
(let* ((p (listener)) (a (client p :local-host "127.0.0.2" :nodelay nil :keepalive t)) (b (accept-connection p :wait t))) (prog1 (list (ipaddr-to-dotted (local-host a)) (ipaddr-to-dotted (remote-host b)) (local-host b)) (mapc #'close (list a b p)))) => ("127.0.0.2" "127.0.0.2" 2130706433)
;; a port that was free a moment ago may be another program's by now
(flet ((once () (let* ((q (listener)) (port (local-port q)) (p (progn (close q) (listener)))) (unwind-protect (handler-case (let ((a (client p :local-port port))) (prog1 (= (local-port a) port) (close a))) (socket-error () nil)) (close p))))) (loop repeat 20 thereis (once))) => t

;; faults of make-socket
(report (socket:make-socket :connect :passive :local-host "192.0.2.1")) => (socket-error "\"Local socket address not available\" (errno 99) occurred while creating a passive socket on 192.0.2.1 port \"(any)\" .")
(let ((p (listener))) (handler-case (listener :local-port (local-port p)) (socket-error (c) (close p) (list (stream-error-identifier c) (stream-error-code c) (excl:stream-error-string c) (equal (stream-error-action c) (format nil "creating a passive socket on 127.0.0.1 port ~d" (local-port p))) (stream-error-stream c))))) => (:address-in-use 98 "Local socket address already in use" t nil)
(report (socket:make-socket :remote-host "127.0.0.1" :remote-port 1)) => (socket-error "\"Connection refused\" (errno 111) occurred while creating a local socket and connecting to a remote host 127.0.0.1 on port 1.")
(report (socket:make-socket :remote-host 2130706433 :remote-port 1)) => (socket-error "\"Connection refused\" (errno 111) occurred while creating a local socket and connecting to a remote host 127.0.0.1 on port 1.")
(list (subtypep 'socket-error 'stream-error) (subtypep 'socket-error 'errno-stream-error) (subtypep 'errno-stream-error 'stream-error) (subtypep 'stream-closed-error 'stream-error) (subtypep 'excl::socket-chunking-end-of-file 'error) (subtypep 'excl::socket-chunking-end-of-file 'simple-condition)) => (t t t t nil t)
(let ((c (make-condition 'stream-error :stream 1))) (list (stream-error-identifier c) (stream-error-code c) (stream-error-action c) (stream-error-stream c))) => (nil nil nil 1)
(let ((c (make-condition 'stream-error :stream *standard-output*))) (list (eql 0 (search "#<STREAM-ERROR @ #x" (princ-to-string c))) (equal (princ-to-string c) (prin1-to-string c)))) => (t t)

;; sockets come from make-socket, not from make-instance
(loop for class in '(socket:socket socket:socket-stream-internet-active socket:socket-stream-internet-passive socket:socket-stream-file-active socket:socket-stream-file-passive socket:socket-datagram-internet-active socket:socket-datagram-file-active socket:ipv6-address socket:dns-rr) collect (handler-case (make-instance class) (simple-error (c) (and (search "not by MAKE-INSTANCE" (text c)) t)))) => (t t t t t t t t t)
(allocate-instance (find-class 'socket:socket-stream-internet-active)) => :error simple-error

;; accessors are generic, those for time-outs too
(defclass wrapped () ((socket :initarg :socket :reader wrapped-socket)))
(defmethod excl:stream-input-timeout ((w wrapped)) (excl:stream-input-timeout (wrapped-socket w)))
(defmethod (setf excl:stream-input-timeout) (new (w wrapped)) (setf (excl:stream-input-timeout (wrapped-socket w)) (* 2 new)))
(defmethod socket:remote-port ((w wrapped)) (socket:remote-port (wrapped-socket w)))
(defmethod socket:accept-connection ((w wrapped) &key (wait :given)) wait)
(with-pair (a b) (let ((w (make-instance 'wrapped :socket a))) (list (setf (excl:stream-input-timeout w) 3) (excl:stream-input-timeout w) (excl:stream-input-timeout a) (= (socket:remote-port w) (local-port p)) (accept-connection w) (accept-connection w :wait nil)))) => (6 6 6 t :given nil)

;; IPv6
(let* ((p (socket:make-socket :connect :passive :local-host "::1")) (a (socket:make-socket :remote-host "::1" :remote-port (local-port p))) (b (accept-connection p))) (write-line "six" a) (force-output a) (prog1 (list (ipv6 p) (ipv6 a) (ipv6 b) (ipaddr-to-dotted (remote-host b)) (ipaddr-to-dotted (local-host p)) (ipv6-address-p (remote-host a)) (read-line b) (search "stream socket connected from ::1/" (princ-to-string a))) (mapc #'close (list a b p)))) => (t t t "::1" "::1" t "six" 14)
(let* ((p (socket:make-socket :connect :passive :ipv6 t)) (a (socket:make-socket :remote-host "127.0.0.1" :remote-port (local-port p))) (b (accept-connection p))) (prog1 (list (ipv6 p) (ipv6 a) (ipv6 b) (ipaddr-to-dotted (remote-host b))) (mapc #'close (list a b p)))) => (t nil t "::ffff:127.0.0.1")
(let ((socket:*ipv6* t)) (let ((p (socket:make-socket :connect :passive))) (prog1 (ipv6 p) (close p)))) => t
(let ((socket:*ipv6* t)) (let ((p (socket:make-socket :connect :passive :ipv6 nil))) (prog1 (ipv6 p) (close p)))) => nil
(let ((address (socket:dotted-to-ipaddr "::1"))) (list (socket::ipv6-address-scope-id address) (setf (socket::ipv6-address-scope-id address) 1) (ipaddr-to-dotted address) (ipaddr-to-dotted address :values t))) => (0 1 "::1%1" "::1%1")
(let* ((p (socket:make-socket :connect :passive :local-host "::1")) (address (socket:dotted-to-ipaddr "::1")) (a (socket:make-socket :remote-host address :remote-port (local-port p) :scope-id 1))) (close a) (close p) (socket::ipv6-address-scope-id address)) => 1
(ipaddr-to-dotted (socket:dotted-to-ipaddr "fe80::1%lo")) => "fe80::1%1"
(socket:dotted-to-ipaddr "fe80::1%no-such-interface" :errorp nil) => nil
(let ((lo (find "lo" (get-ip-interfaces) :key #'cdr :test #'equal))) lo) => (1 . "lo")
(let ((u (socket:make-socket :type :datagram :local-host "::1")) (v (socket:make-socket :type :datagram :ipv6 t))) (send-to v "six" 3 :remote-host "::1" :remote-port (local-port u)) (prog1 (multiple-value-bind (s n host) (receive-from u 10 :extract t) (list s n (ipaddr-to-dotted host) (ipv6 u))) (close u) (close v))) => ("six" 3 "::1" t)
(let ((v (socket:make-socket :type :datagram))) (unwind-protect (send-to v "six" 3 :remote-host "::1" :remote-port 9) (close v))) => :error socket-error
(let ((a (socket:dotted-to-ipaddr "fe80::1%1"))) (list (typep a 'structure-object) (type-of a) (slot-value a 'socket::scope-id) (setf (slot-value a 'socket::scope-id) 3) (ipaddr-to-dotted a) (ipaddr-to-dotted (copy-structure a)) (equalp a (socket:dotted-to-ipaddr "fe80::1%3")) (equalp a (socket:dotted-to-ipaddr "fe80::1")))) => (t socket:ipv6-address 1 3 "fe80::1%3" "fe80::1%3" t nil)
(let ((*print-readably* t)) (prin1-to-string (socket:dotted-to-ipaddr "::1"))) => :error print-not-readable

;; lookup-hostname
(socket:lookup-hostname "localhost" :all t) => (2130706433)
(mapcar #'ipaddr-to-dotted (socket:lookup-hostname "localhost" :all t :ipv6 t)) => ("::1" "127.0.0.1")
(mapcar #'ipaddr-to-dotted (socket:lookup-hostname "localhost" :all t :ipv6 :ipv6)) => ("::1")
(socket:lookup-hostname "127.0.0.1" :ignore-cache t :ipv6 :ipv6) => 2130706433
(ipaddr-to-dotted (socket:lookup-hostname (socket:dotted-to-ipaddr "::2"))) => "::2"
(socket:ipaddr-to-hostname "127.0.0.1" :ignore-cache t) => "localhost"
(socket:ipaddr-to-hostname 'x) => :error error
(list (socket:lookup-port "domain" "udp") (socket:lookup-port "http" "tcp")) => (53 80)
(report (socket:lookup-port "http" "sctp")) => (socket-error "Unknown service \"http\" for protocol \"sctp\".")
(socket:lookup-port "http" 6) => :error type-error

;; datagrams: broadcast, multicast, sizes
(let ((u (socket:make-socket :type :datagram)) (v (socket:make-socket :type :datagram :broadcast t))) (send-to v "all" 3 :remote-host "127.255.255.255" :remote-port (local-port u)) (prog1 (values (receive-from u 10 :extract t)) (close u) (close v))) => "all"
(let ((v (socket:make-socket :type :datagram))) (unwind-protect (handler-case (send-to v "all" 3 :remote-host "127.255.255.255" :remote-port 9) (socket-error (c) (list (stream-error-identifier c) (stream-error-code c) (excl:stream-error-string c)))) (close v))) => (:unknown 13 "Permission denied")
(let ((u (socket:make-socket :type :datagram)) (v (socket:make-socket :type :datagram))) (socket:set-socket-options u :multicast-group "239.1.2.3" :multicast-interface "127.0.0.1") (socket:set-socket-options v :multicast-interface "127.0.0.1" :multicast-ttl 1) (send-to v "group" 5 :remote-host "239.1.2.3" :remote-port (local-port u)) (prog1 (sys:with-timeout (10 :late) (values (receive-from u 10 :extract t))) (close u) (close v))) => "group"
(let ((u (socket:make-socket :type :datagram))) (unwind-protect (handler-case (socket:set-socket-options u :multicast-group "10.1.2.3" :multicast-interface "127.0.0.1") (socket-error (c) (stream-error-code c))) (close u))) => 22
(let ((u (socket:make-socket :type :datagram :local-host "127.0.0.1" :receive-buffer-size 200000)) (v (socket:make-socket :type :datagram :send-buffer-size 200000)) (b (make-array 65507 :element-type '(unsigned-byte 8) :initial-element 7))) (prog1 (list (send-to v b 65507 :remote-host "127.0.0.1" :remote-port (local-port u)) (nth-value 1 (receive-from u 65507 :buffer b))) (close u) (close v))) => (65507 65507)
(let ((v (socket:make-socket :type :datagram))) (unwind-protect (handler-case (send-to v (make-array 65508 :element-type '(unsigned-byte 8)) 65508 :remote-host "127.0.0.1" :remote-port 9) (socket-error (c) (list (stream-error-code c) (stream-error-action c)))) (close v))) => (90 "sending a datagram to 127.0.0.1 on port 9")
(let ((u (socket:make-socket :type :datagram :connect :passive :local-host "127.0.0.1"))) (let ((v (socket:make-socket :type :datagram :remote-host "127.0.0.1" :remote-port (local-port u)))) (prog1 (list (send-to v "truncated" 9) (multiple-value-bind (s n) (receive-from u 4 :extract t) (list s n)) (= (remote-port v) (local-port u)) (socket:socket-connect u) (type-of u)) (close u) (close v)))) => (9 ("trun" 4) t :active socket:socket-datagram-internet-active)
(let ((u (socket:make-socket :type :datagram :local-host "127.0.0.1"))) (let ((v (socket:make-socket :type :datagram :remote-host "127.0.0.1" :remote-port (local-port u))) (b (make-string 6 :initial-element #\.))) (send-to v (vector 65 66 67) 2) (prog1 (list (eq b (receive-from u 6 :buffer b)) b) (send-to v (make-array 2 :element-type '(unsigned-byte 16) :initial-contents '(258 772)) 4) (assert (equalp #(2 1 4 3) (receive-from u 4 :buffer (make-array 4 :element-type '(unsigned-byte 8))))) (close u) (close v)))) => (t "AB....")
(let ((u (socket:make-socket :type :datagram :local-host "127.0.0.1"))) (let ((v (socket:make-socket :type :datagram :remote-host "127.0.0.1" :remote-port (local-port u)))) (send-to v "äö" 4) (prog1 (let ((b (make-array 4 :element-type '(signed-byte 8)))) (coerce (receive-from u 4 :buffer b) 'list)) (close u) (close v)))) => (-61 -92 -61 -74)
(let ((u (socket:make-socket :type :datagram))) (unwind-protect (report (receive-from u 10 :buffer (vector 1 2 3))) (close u))) => (type-error "`#(1 2 3)' is not of the expected type `(OR STRING (VECTOR (UNSIGNED-BYTE 8)))'")
(let ((u (socket:make-socket :type :datagram))) (close u) (send-to u "x" 1 :remote-host "127.0.0.1" :remote-port 9)) => :error stream-closed-error
(send-to 3 "x" 1) => :error type-error
(let ((u (socket:make-socket :type :datagram))) (unwind-protect (report (send-to u "x" -1)) (close u))) => (type-error "`-1' is not of the expected type `UNSIGNED-BYTE'")

;; datagrams in the file system
(let* ((f (file)) (g (file)) (u (socket:make-socket :type :datagram :address-family :file :local-filename f)) (v (socket:make-socket :type :datagram :address-family :file :local-filename g))) (prog1 (list (send-to v "hi" 2 :remote-filename f) (multiple-value-bind (s n from) (receive-from u 10 :extract t) (list s n (equal from g))) (equal (local-filename u) f) (socket:socket-address-family u) (type-of u) (search "datagram socket waiting for connection at /tmp/" (princ-to-string u))) (close u) (close v) (delete-file f) (delete-file g))) => (2 ("hi" 2 t) t :file socket:socket-datagram-file-active 7)
(let* ((f (file)) (u (socket:make-socket :type :datagram :address-family :file :local-filename f)) (v (socket:make-socket :type :datagram :address-family :file :remote-filename f))) (prog1 (list (send-to v "hi" 2) (multiple-value-list (receive-from u 3 :extract t)) (equal (remote-filename v) f) (local-filename v)) (close u) (close v) (delete-file f))) => (2 ("hi" 2 "") t "")
(let ((v (socket:make-socket :type :datagram :address-family :file))) (unwind-protect (send-to v "hi" 2) (close v))) => :error socket-error
(report (socket:make-socket :address-family :file :connect :passive :local-filename "/proc/nonexistent/x")) => (socket-error "\"No such file or directory\" (errno 2) occurred while creating a passive socket on the file /proc/nonexistent/x.")
(handler-case (socket:make-socket :address-family :file :remote-filename (make-string 200 :initial-element #\a)) (socket-error (c) (list (stream-error-code c) (excl:stream-error-string c)))) => (36 "File name too long")
(let ((f (file))) (close (socket:make-socket :address-family :file :connect :passive :local-filename f)) (prog1 (list (handler-case (socket:make-socket :address-family :file :connect :passive :local-filename f) (socket-error (c) (stream-error-identifier c))) (handler-case (socket:make-socket :address-family :file :remote-filename f) (socket-error (c) (stream-error-identifier c)))) (delete-file f))) => (:address-in-use :connection-refused)
(with-pair (a b) (report (local-filename a)) nil) => nil
(with-pair (a b) (local-filename a)) => :error type-error

;; shutdown and close
(with-pair (a b) (report (socket:shutdown a))) => (simple-error "The direction for shutdown must be :input or :output, not NIL.")
(with-pair (a b) (socket:shutdown a :direction :both)) => :error error
(with-pair (a b p) (socket:shutdown p :direction :input)) => :error type-error
(with-pair (a b) (write-string "not sent" a) (socket:shutdown a :direction :output) (read-char b nil :eof)) => :eof
(with-pair (a b) (format a "are you ok?~%") (force-output a) (socket:shutdown a :direction :output) (list (read-line b) (read-line b nil :eof) (progn (format b "fine~%") (force-output b) (read a)) (open-stream-p a))) => ("are you ok?" :eof fine t)
(with-pair (a b) (socket:shutdown b :direction :input) (socket:shutdown b :direction :output) (list (open-stream-p b) (close b) (read-char a nil :eof))) => (nil nil :eof)
(with-pair (a b) (close a) (socket:shutdown a :direction :input)) => :error stream-closed-error
(with-pair (a b) (write-string "dropped" a) (list (close a :abort t) (close a) (read-char b nil :eof))) => (t nil :eof)
(with-pair (a b) (write-string "sent" a) (close a) (read-line b nil)) => "sent" t
(with-pair (a b) (close a) (list (plusp (remote-port a)) (plusp (local-port a)) (remote-host a) (open-stream-p a) (stringp (princ-to-string a)))) => (t t 2130706433 nil t)
(with-pair (a b) (close a) (socket-os-fd a)) => :error stream-closed-error
(with-pair (a b) (close a) (read-char a)) => :error stream-closed-error
(with-pair (a b) (close a) (write-char #\x a)) => :error stream-closed-error
(with-pair (a b p) (close p) (accept-connection p)) => :error stream-closed-error
(with-pair (a b) (accept-connection a)) => :error type-error
(with-pair (a b) (ignore-errors (close b)) (mp:wait-for-input-available a) (ignore-errors (progn (write-line "x" a) (force-output a)) (mp:process-wait-with-timeout "reset" 60 (lambda () (null (ignore-errors (listen a)))))) (handler-case (dotimes (i 1000) (write-line "x" a) (force-output a)) (error (c) (list (type-of c) (stream-error-code c) (stream-error-identifier c) (stream-error-action c))))) => (errno-stream-error 32 :unknown "writing to a socket")

;; options
(with-pair (a b p) (list (socket:set-socket-options a :reuse-address t :broadcast t :keepalive t :nodelay nil :oob-inline t :receive-buffer-size 5000 :send-buffer-size 5000 :tcp-keepalive-idle-time 5 :tcp-keepalive-probe-interval 2 :tcp-keepalive-max-probes 3) (socket:set-socket-options p :keepalive t))) => (nil nil)
(with-pair (a b) (socket:set-socket-options a :receive-buffer-size 'x)) => :error type-error
(with-pair (a b) (handler-case (socket:set-socket-options a :tcp-keepalive-max-probes 100000) (socket-error (c) (list (stream-error-code c) (stream-error-action c))))) => (22 "setting the socket option tcp-keepalive-max-probes")
(with-pair (a b) (close a) (socket:set-socket-options a :keepalive t)) => :error stream-closed-error
(list (socket:initialize-socket) (socket:initialize-socket :menup t)) => (nil nil)
(with-pair (a b) (socket:set-socket-format a :text)) => nil

;; TCP MD5 signatures
(let ((p (listener))) (unwind-protect (handler-case (progn (socket:set-tcp-md5-sig p "127.0.0.1" "key" :external-format :latin1) (let* ((a (client p :tcp-md5-sig-key "key" :tcp-md5-sig-key-ef :latin1)) (b (accept-connection p))) (write-line "signed" a) (close a) (prog1 (read-line b) (close b)))) (socket-error () "signed")) (close p))) => "signed"
(let ((p (listener))) (unwind-protect (handler-case (progn (socket:set-tcp-md5-sig p 2130706433 (coerce #(1 2 3) '(vector (unsigned-byte 8)))) (socket:with-pending-connect (sys:with-timeout (0.2 :unsigned) (client p)))) (socket-error () :unsigned)) (close p))) => :unsigned
(socket:set-tcp-md5-sig (listener) "127.0.0.1" 5) => :error type-error

;; socket-control
(with-pair (a b) (socket:socket-control a :output-chunking t) (write-string "TEST" a) (socket:socket-control a :output-chunking-eof t) (close a) (map 'list #'char-code (read-line b nil))) => (52 13)
(with-pair (a b) (socket:socket-control a :output-chunking t) (write-string "TEST" a) (socket:socket-control a :output-chunking-eof t) (write-string "raw" a) (close a) (let ((s (make-string 40))) (substitute #\/ #\newline (remove #\return (subseq s 0 (read-sequence s b)))))) => "4/TEST/0//raw"
(with-pair (a b) (socket:socket-control a :output-chunking t) (write-string "TEST" a) (socket:socket-control a :output-chunking nil) (close a) (let ((s (make-string 40))) (substitute #\/ #\newline (remove #\return (subseq s 0 (read-sequence s b)))))) => "4/TEST/"
(with-pair (a b) (socket:socket-control b :input-chunking t) (format a "3~c~%abc~c~%0~c~%~c~%next" #\return #\return #\return #\return) (force-output a) (let ((s (make-string 10)) (signals nil)) (handler-bind ((excl::socket-chunking-end-of-file (lambda (c) (push (eq b (first (simple-condition-format-arguments c))) signals)))) (list (read-sequence s b) (subseq s 0 3) (read-char b nil :eof) signals (progn (socket:socket-control b :input-chunking nil) (read-char b)))))) => (3 "abc" :eof (t) #\n)
(with-pair (a b) (socket:socket-control b :input-chunking t) (format a "0~c~%~c~%" #\return #\return) (force-output a) (handler-case (read-char b) (excl::socket-chunking-end-of-file (c) (search "had a chunking end of file" (princ-to-string c))) (end-of-file () :eof)) nil) => nil
(with-pair (a b) (socket:socket-control b :input-chunking t) (format a "0~c~%~c~%" #\return #\return) (force-output a) (read-char b)) => :error end-of-file
(with-pair (a b) (socket:socket-control b :input-chunking t) (format a "nonsense~c~%" #\return) (force-output a) (read-char b)) => :error stream-error
(with-pair (a b) (socket:socket-control a :read-timeout 'x)) => :error type-error
(with-pair (a b) (socket:socket-control a :read-timeout -1)) => :error type-error
(with-pair (a b) (socket:socket-control a :read-timeout 1/50) (handler-case (read-char a) (error (c) (list (type-of c) (stream-error-identifier c) (stream-error-code c) (search "Timeout of 0.02 seconds while reading from #<" (text c)) (open-stream-p a))))) => (socket-error :read-timeout nil 0 t)
(with-pair (a b) (socket:socket-control a :write-timeout 1/50) (socket:set-socket-options a :send-buffer-size 4000) (handler-case (loop (write-string (make-string 100000) a) (force-output a)) (error (c) (list (type-of c) (stream-error-identifier c) (search "Timeout of 0.02 seconds while writing to #<" (text c)))))) => (socket-error :write-timeout 0)
(with-pair (a b) (list (setf (excl:stream-input-timeout a) 3) (excl::stream-read-timeout a) (setf (excl:stream-output-timeout a) 4) (excl::stream-write-timeout a) (setf (excl::stream-read-timeout a) nil) (excl:stream-input-timeout a))) => (3 3 4 4 nil nil)
(with-pair (a b p) (socket:socket-control p :input-chunking t)) => :error type-error

;; accessors are generic functions, and can be given methods
(defclass my-connection () ((host :initarg :host)))
(defmethod socket:remote-host ((c my-connection)) (slot-value c 'host))
(list (socket:remote-host (make-instance 'my-connection :host 5)) (with-pair (a b) (socket:remote-host a))) => (5 2130706433)
(every (lambda (f) (typep (fdefinition f) 'generic-function)) '(socket:local-host socket:local-port socket:remote-port socket:local-filename socket:remote-filename socket:socket-type socket:socket-connect socket:socket-format socket:socket-address-family socket:ipv6 socket:socket-os-fd socket:accept-connection socket:shutdown socket:send-to socket:receive-from socket:socket-control socket:set-tcp-md5-sig)) => t
(defmethod socket:shutdown ((c my-connection) &key direction) (list :shut direction))
(socket:shutdown (make-instance 'my-connection) :direction :input) => (:shut :input)
(with-pair (a b) (socket:shutdown a :foo 1)) => :error program-error
(local-host 3) => :error type-error

;; octet counts, descriptors
(with-pair (a b) (write-string "hello" a) (force-output a) (read-char b) (list (excl::socket-bytes-written a) (excl::socket-bytes-read b) (excl::socket-bytes-written a 0) (excl::socket-bytes-written a))) => (5 5 0 0)
(with-pair (a b) (list (= (socket-os-fd a) (excl:stream-input-fn a) (excl:stream-input-handle a) (excl:stream-output-handle a)))) => (t)

;; waiting for input and output
(list (mp:wait-for-input-available nil) (mp:wait-for-io-available nil nil)) => (nil nil)
(with-pair (a b p) (list (mp:wait-for-input-available (list a b p) :timeout 0.01) (mp:wait-for-input-available a :timeout 0) (progn (write-char #\x b) (force-output b) (equal (mp:wait-for-input-available (list b a p)) (list a))))) => (nil nil t)
(with-pair (a b) (write-char #\x b) (force-output b) (let ((fd (socket-os-fd a))) (list (equal (mp:wait-for-input-available fd) (list fd)) (equal (mp:wait-for-input-available (list fd a)) (list fd a))))) => (t t)
(with-pair (a b) (close b) (equal (mp:wait-for-input-available a) (list a))) => t
(with-pair (a b p) (let ((c (client p))) (prog1 (equal (mp:wait-for-input-available (list a p)) (list p)) (close c :abort t)))) => t
(let ((u (socket:make-socket :type :datagram :local-host "127.0.0.1")) (v (socket:make-socket :type :datagram))) (send-to v "x" 1 :remote-host "127.0.0.1" :remote-port (local-port u)) (prog1 (equal (mp:wait-for-input-available (list v u)) (list u)) (close u) (close v))) => t
(with-pair (a b) (let ((calls 0)) (list (mp:wait-for-input-available a :wait-function (lambda (s) (incf calls) (listen s)) :timeout 0.02 :whostate "w") (plusp calls) (progn (write-char #\x b) (force-output b) (equal (mp:wait-for-input-available a :wait-function #'listen) (list a)))))) => (nil t t)
(with-pair (a b) (let* ((p (mp:process-run-function "w" (lambda () (mp:wait-for-input-available a :whostate "my state"))))) (mp:process-wait-with-timeout "w" 60 (lambda () (equal (mp:process-whostate p) "my state"))) (prog1 (mp:process-whostate p) (mp:process-kill p :wait t)))) => "my state"
(with-pair (a b) (let* ((p (mp:process-run-function "w" (lambda () (mp:wait-for-io-available a nil))))) (mp:process-wait-with-timeout "w" 60 (lambda () (plusp (length (mp:process-whostate p))))) (prog1 (mp:process-whostate p) (mp:process-kill p :wait t)))) => "waiting for i/o"
(with-pair (a b) (equal (mp:wait-for-io-available a b :timeout 10) (list (cons b :out)))) => t
(with-pair (a b) (write-char #\x b) (force-output b) (mp:wait-for-input-available a) (equal (mp:wait-for-io-available (list a) (list a b)) (list (cons a :in) (cons a :out) (cons b :out)))) => t
(with-pair (a b) (equal (mp:wait-for-io-available a b :input-wait-function #'car :output-wait-function #'car) (list (cons a :in-error) (cons b :out-error)))) => t
(with-pair (a b) (mp:wait-for-io-available a nil :timeout 0.01)) => nil
(with-pair (a b) (mp:waiting-for-input-available (a) 1 2)) => 2
(with-input-from-string (s "x") (equal (mp:wait-for-input-available s) (list s))) => t
(mp:wait-for-input-available 'x :timeout 0) => :error type-error
