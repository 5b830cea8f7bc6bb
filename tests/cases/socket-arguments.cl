;;; Arguments and values of the socket operators that the other files do not come to; see tests/documented.py.

(setq socket:*print-hostname-in-stream* nil) => nil
(defun listener (&rest keys) (apply #'socket:make-socket :connect :passive :local-host "127.0.0.1" keys))
(defun client (p &rest keys) (apply #'socket:make-socket :remote-host "127.0.0.1" :remote-port (local-port p) keys))
(defmacro with-pair ((a b &optional (p 'p)) &body body) `(let* ((,p (listener)) (,a (client ,p)) (,b (accept-connection ,p))) (unwind-protect (progn ,@body) (close ,a :abort t) (close ,b :abort t) (close ,p))))
(defmacro closing (bindings &body body) `(let* ,bindings (unwind-protect (progn ,@body) (mapc #'close (list ,@(reverse (mapcar #'first bindings)))))))
(defun file () (make-pathname :directory '(:absolute "tmp") :name (format nil "acl-arguments-~36r" (random (expt 10 15)))))
(defun octets (&rest numbers) (make-array (length numbers) :element-type '(unsigned-byte 8) :initial-contents numbers))
(defun loopback6 () (socket:dotted-to-ipaddr "::1"))

;; make-socket
(mapcar (lambda (f) (closing ((p (listener :format f))) (socket:socket-format p))) '(:text :binary :bivalent :multivalent)) => (:multivalent :multivalent :multivalent :multivalent)
(closing ((p (socket:make-socket :connect :passive :ipv6 :ipv6)) (a (socket:make-socket :remote-host "localhost" :ipv6 :ipv6 :remote-port (local-port p)))) (list (socket:ipv6 p) (socket:ipaddr-to-dotted (remote-host a)))) => (t "::1")
(closing ((p (listener :tcp-md5-sig-key nil)) (a (client p :tcp-md5-sig-key nil))) (open-stream-p a)) => t
(closing ((p (listener))) (handler-case (let ((key (octets 1 2 3))) (socket:set-tcp-md5-sig p "127.0.0.1" key :external-format :default) (closing ((a (client p :tcp-md5-sig-key key)) (b (accept-connection p))) (write-line "signed" a) (force-output a) (read-line b))) (socket-error () "signed"))) => "signed" nil
(closing ((p (socket:make-socket :connect :passive :local-host nil))) (list (local-host p) (and (search "at */" (princ-to-string p)) t))) => (0 t)
(closing ((p (socket:make-socket :connect :passive :local-host 2130706433 :backlog 1))) (local-host p)) => 2130706433
(closing ((p (socket:make-socket :connect :passive :local-host (loopback6))) (a (socket:make-socket :remote-host (loopback6) :remote-port (local-port p))) (b (accept-connection p))) (mapcar #'socket:ipaddr-to-dotted (list (local-host p) (local-host a) (remote-host a) (local-host b) (remote-host b)))) => ("::1" "::1" "::1" "::1" "::1")
(closing ((p (listener)) (a (socket:make-socket :remote-host "127.0.0.1" :remote-port (princ-to-string (local-port p)) :reuse-address nil :broadcast nil :keepalive nil :oob-inline nil))) (= (remote-port a) (local-port p))) => t
(handler-case (socket:make-socket :remote-host "127.0.0.1" :remote-port "chargen") (socket-error (c) (list (stream-error-identifier c) (excl:stream-error-action c)))) => (:connection-refused "creating a local socket and connecting to a remote host 127.0.0.1 on port chargen")
(let ((f (file))) (closing ((p (socket:make-socket :address-family :file :connect :passive :local-filename f)) (a (socket:make-socket :address-family :file :remote-filename f)) (b (accept-connection p))) (delete-file f) (list (equal (local-filename p) (namestring f)) (equal (remote-filename a) (namestring f)) (socket:socket-address-family b)))) => (t t :file)
(closing ((u (socket:make-socket :type :datagram :address-family :file :connect :passive))) (list (socket:socket-connect u) (socket:socket-type u))) => (:active :datagram)

;; printing, with names and with addresses
(with-pair (a b) (flet ((shown (names) (let ((socket:*print-hostname-in-stream* names)) (write-to-string a :pretty nil :case :downcase)))) (list (eql 0 (search (format nil "#<multivalent stream socket connected from localhost/~d to localhost/~d @ #x" (local-port a) (remote-port a)) (shown t))) (eql 0 (search (format nil "#<multivalent stream socket connected from 127.0.0.1/~d to 127.0.0.1/~d @ #x" (local-port a) (remote-port a)) (shown nil)))))) => (t t)

;; accessors
(closing ((u (socket:make-socket :type :datagram :local-host "127.0.0.1"))) (list (local-host u) (remote-host u) (remote-port u) (integerp (local-port u)))) => (2130706433 nil nil t)
(closing ((p (listener)) (u (socket:make-socket :type :datagram))) (list (plusp (socket-os-fd p)) (plusp (socket-os-fd u)))) => (t t)
(mapcar (lambda (f) (with-pair (a b) (socket:set-socket-format a f))) '(:text :binary :bivalent :multivalent)) => (nil nil nil nil)

;; options, control, shutdown
(with-pair (a b p) (list (socket:set-socket-options a :reuse-address nil :broadcast nil :keepalive nil :oob-inline nil) (socket:set-socket-options p :reuse-address nil))) => (nil nil)
(closing ((u (socket:make-socket :type :datagram))) (socket:set-socket-options u :broadcast nil)) => nil
(with-pair (a b) (socket:socket-control a :read-timeout 3 :write-timeout 4) (let ((set (list (excl::stream-read-timeout a) (excl:stream-output-timeout a)))) (socket:socket-control a :read-timeout nil :write-timeout nil) (list set (excl::stream-read-timeout a) (excl::stream-write-timeout a) (excl:stream-input-timeout a) (excl:stream-output-timeout a)))) => ((3 4) nil nil nil nil)
(with-pair (a b) (list (setf (excl::stream-read-timeout a) 1) (setf (excl::stream-write-timeout a) 2) (setf (excl:stream-output-timeout a) 5) (excl::stream-write-timeout a))) => (1 2 5 5)
(with-pair (a b) (socket:socket-control a :output-chunking t :output-chunking-eof nil) (write-string "abc" a) (socket:socket-control a :output-chunking-eof t) (close a) (list (read-line b) (read-line b))) => (#.(format nil "3~c" #\return) #.(format nil "abc~c" #\return))
(with-pair (a b) (socket:shutdown a :direction nil)) => :error error

;; datagrams
(closing ((u (socket:make-socket :type :datagram :local-host "127.0.0.1")) (v (socket:make-socket :type :datagram))) (send-to v (make-array 3 :element-type '(signed-byte 8) :initial-contents '(-1 2 -3)) 3 :remote-host 2130706433 :remote-port (local-port u)) (multiple-value-bind (data size host) (receive-from u 10 :buffer (make-array 4 :element-type '(unsigned-byte 8) :initial-element 0) :extract nil) (list data size host))) => (#(255 2 253 0) 3 2130706433)
(closing ((u (socket:make-socket :type :datagram :local-host "127.0.0.1")) (v (socket:make-socket :type :datagram :remote-host "127.0.0.1" :remote-port (local-port u)))) (list (send-to v "hi" 2 :remote-host nil :remote-port nil :scope-id nil :remote-filename nil :ipv6 nil) (receive-from u 5 :buffer nil :extract nil))) => (2 #.(concatenate 'string "hi" (list (code-char 0) (code-char 0) (code-char 0))))
(closing ((u (socket:make-socket :type :datagram :local-host "::1")) (v (socket:make-socket :type :datagram :ipv6 t))) (dolist (how (list (list "::1" :ipv6 t) (list "localhost" :ipv6 :ipv6) (list (loopback6) :scope-id 0))) (apply #'send-to v "six" 3 :remote-port (local-port u) :remote-host how)) (loop repeat 3 collect (receive-from u 10 :extract t))) => ("six" "six" "six")
(closing ((u (socket:make-socket :type :datagram :local-host "127.0.0.1")) (v (socket:make-socket :type :datagram))) (send-to v "by name" 7 :remote-host "localhost" :remote-port (princ-to-string (local-port u))) (values (receive-from u 10 :extract t))) => "by name"
(closing ((u (socket:make-socket :type :datagram :local-host "127.0.0.1"))) (let ((v (socket:make-socket :type :datagram))) (send-to v "x" 1 :remote-host "127.0.0.1" :remote-port (local-port u)) (close v) (list (equal (mp:wait-for-input-available u :timeout 60) (list u)) (values (receive-from u 1))))) => (t "x")

;; addresses and names
(socket:dotted-to-ipaddr "127.1" :errorp t) => 2130706433
(socket:dotted-to-ipaddr "1.x" :errorp t) => :error error
(list (socket:ipaddrp (loopback6)) (socket:ipv6-address-p 3)) => (t nil)
(let ((a (socket:dotted-to-ipaddr "fe80::1%1")) (b (socket:dotted-to-ipaddr "fe80::1"))) (list (socket:ipaddr-equalp a b) (socket:ipaddr-equalp a b :compare-scope-id t) (socket:ipaddr-equalp a a :compare-scope-id t))) => (t nil t)
(list (socket:ipaddr-to-hostname 2130706433) (socket:ipaddr-to-hostname (loopback6))) => ("localhost" "localhost")

;; the DNS client: a name server as an address, and without the queue
(closing ((s (socket:make-socket :type :datagram :local-host "127.0.0.1"))) (list (socket:configure-dns :nameserver 2130706433) (socket:dns-nameserver-ipaddr (first socket:*nameservers*)) (progn (socket:configure-dns :nameserver (cons "127.0.0.1" (local-port s))) (values (socket:dns-query "nobody.test" :queue nil :repeat 1 :timeout 0))))) => (t 2130706433 nil)
(values (socket:dns-query "nobody.test" :nameserver 2130706435 :repeat 1 :timeout 0)) => nil

;; streams of octets as devices have them
(with-pair (a b) (list (excl:write-octets a (octets 65 66 67) 1 3 t) (excl:write-all-octets a (octets 68) 0 1) (progn (force-output a) (close a) (read-line b)))) => (2 1 "BCD")
(with-pair (a b) (list (excl:read-no-hang-p b) (progn (write-char #\x a) (force-output a) (mp:wait-for-input-available b :timeout 10) (excl:read-no-hang-p b)) (excl:write-no-hang-p a))) => (nil t t)
(with-pair (a b) (write-string "the rest" a) (close a) (list (excl:record-stream-advance-to-eof b) (read-char b nil :eof))) => (t :eof)
(with-pair (a b) (excl:install-dual-channel-character-strategy a :latin1 nil) (write-char (code-char 228) a) (close a) (read-byte b)) => 228

;; what devices of the system say of themselves
(let ((f (namestring (file)))) (unwind-protect (with-open-file (s f :direction :io :if-exists :supersede) (write-string "abcdef" s) (force-output s) (list (excl:device-file-length s) (setf (excl:device-file-position s) 2) (excl:device-file-position s) (read-char s))) (delete-file f))) => (6 2 2 #\c)

;; acl.testing
(closing ((p (listener))) (testing:with-fault-proxy (x :remote-host "127.0.0.1" :remote-port (local-port p)) (testing:set-faults x :delay 0.001 :rate 100000 :slice 1 :stall-after 100 :direction :to-server :cut :rst) (closing ((a (client p)) (b (accept-connection p))) (write-line "direct" a) (force-output a) (read-line b)))) => "direct" nil
(let ((r (testing:make-resolver '(("a.test" "A 1.2.3.4")) :ttl 7))) (unwind-protect (let ((server (cons "127.0.0.1" (testing:resolver-port r)))) (list (multiple-value-bind (answer ttl) (socket:dns-query "a.test" :nameserver server) (list answer (<= ttl 7))) (progn (testing:set-resolver-zone r '(("a.test" "A 1.2.3.5"))) (values (socket:dns-query "a.test" :nameserver server))))) (testing:close-resolver r))) => ((16909060 t) 16909061)
(testing:with-no-leaks (:threads 3) 1) => 1
(consp (testing:check-stream (lambda () (let* ((p (listener)) (a (client p)) (b (accept-connection p))) (close p) (close b) (values a b))) :patience 0.05)) => t

;; hosts and buffers that are no simple vectors
(defun adjustable (octets) (make-array (length octets) :element-type '(unsigned-byte 8) :adjustable t :fill-pointer t :initial-contents octets))
(defun text (string) (make-array (length string) :element-type 'character :adjustable t :fill-pointer t :initial-contents string))
(list (socket:dotted-to-ipaddr (text "127.1")) (socket:dotted-to-ipaddr (make-array 5 :element-type 'character :displaced-to "x127.1y" :displaced-index-offset 1))) => (2130706433 2130706433)
(eql 0 (search "#<ipv6-address ::1 @ " (string-downcase (princ-to-string (loopback6))))) => t
(socket::ipv6-address-scope-id 3) => :error type-error
(setf (socket::ipv6-address-scope-id 3) 1) => :error type-error
(let ((a (loopback6))) (list (setf (socket:ipv6-address-scope-id a) 5) (socket:ipaddr-to-dotted a) (handler-case (setf (socket:ipv6-address-scope-id a) (expt 2 32)) (type-error (c) (type-error-expected-type c))) (handler-case (setf (socket:ipv6-address-scope-id a) 'lo) (type-error (c) (type-error-datum c))))) => (5 "::1%5" (unsigned-byte 32) lo)
(socket:make-socket :remote-host "::1" :remote-port 9 :scope-id "lo") => :error type-error
(closing ((u (socket:make-socket :type :datagram :ipv6 t))) (send-to u "x" 1 :remote-host "::1" :remote-port 9 :scope-id -1)) => :error type-error
(mapcar (lambda (x) (socket:dotted-to-ipaddr x :errorp nil)) (list "fe80::1%99999999999" "fe80::1%no-such" "fe80::1%" (format nil "fe80::1%~c" (code-char 178)) (format nil "::1~c" (code-char 0)) (string (code-char 1633)))) => (nil nil nil nil nil nil)
(closing ((u (socket:make-socket :type :datagram :local-host "127.0.0.1")) (v (socket:make-socket :type :datagram))) (flet ((send (x n) (send-to v x n :remote-host 2130706433 :remote-port (local-port u)))) (list (send (adjustable '(1 2 3)) 3) (receive-from u 9 :extract t :buffer (octets 0 0 0 0)) (send (make-array 2 :element-type '(unsigned-byte 8) :displaced-to (octets 7 8 9) :displaced-index-offset 1) 2) (receive-from u 9 :extract t :buffer (adjustable '(0 0 0))) (send #(4 5) 2) (values (receive-from u 9 :buffer (adjustable '(0 0 0)))) (send (text "ab") 2) (values (receive-from u 9 :buffer (text "xyz")))))) => (3 #(1 2 3) 2 #(8 9) 2 #(4 5 0) 2 "abz")
(closing ((u (socket:make-socket :type :datagram))) (receive-from u -1)) => :error type-error
(closing ((u (socket:make-socket :type :datagram))) (receive-from u 5 :buffer '(1 2))) => :error type-error
(closing ((u (socket:make-socket :type :datagram))) (send-to u '(1 2) 2 :remote-host "127.0.0.1" :remote-port 9)) => :error type-error
(closing ((u (socket:make-socket :type :datagram))) (send-to u #(1 a) 2 :remote-host "127.0.0.1" :remote-port 9)) => :error type-error
(closing ((u (socket:make-socket :type :datagram :local-host "127.0.0.1")) (v (socket:make-socket :type :datagram))) (send-to v "too long" 8 :remote-host "127.0.0.1" :remote-port (local-port u)) (receive-from u 100 :buffer (make-array 3 :element-type '(unsigned-byte 8)))) => :error socket-error

;; options that mean nothing, or are too large
(closing ((u (socket:make-socket :type :datagram))) (socket:set-socket-options u :nodelay t)) => nil
(with-pair (a b) (socket:set-socket-options a :receive-buffer-size (expt 10 30))) => :error type-error
(listener :send-buffer-size 'x) => :error type-error
(closing ((p (listener))) (socket:set-tcp-md5-sig p (loopback6) "key")) => :error socket-error

;; a host with two addresses, of which the first is dead; names that cannot be
(let ((r (testing:make-resolver '(("two.test" "A 127.0.0.9" "A 127.0.0.1"))))) (unwind-protect (progn (socket:configure-dns :nameserver (cons "127.0.0.1" (testing:resolver-port r))) (closing ((p (listener)) (a (socket:make-socket :remote-host "two.test" :remote-port (local-port p)))) (socket:ipaddr-to-dotted (remote-host a)))) (testing:close-resolver r))) => "127.0.0.1"
(let ((socket:*dns-mode* :clib)) (socket:lookup-hostname (make-string 300 :initial-element #\a))) => :error socket-error
(let ((socket:*dns-mode* :clib)) (mapcar (lambda (name) (handler-case (socket:lookup-hostname name) (socket-error (c) (list (excl:stream-error-identifier c) (and (search "this is no name that a host can have" (princ-to-string c)) t))))) (list (make-string 300 :initial-element #\a) (string (code-char #xd800))))) => ((:unknown t) (:unknown t))
(socket:lookup-port (string (code-char 0)) "tcp") => :error socket-error
(socket:lookup-port "http" (string (code-char 0))) => :error socket-error
(socket:dns-query "a.test" :type "a") => :error socket-error
(socket:dns-query "a.test" :timeout "soon") => :error type-error
(let* ((f (file)) (g (file))) (closing ((p (socket:make-socket :address-family :file :connect :passive :local-filename f)) (a (socket:make-socket :address-family :file :local-filename g :remote-filename f)) (b (accept-connection p))) (delete-file f) (delete-file g) (equal (remote-filename b) (namestring g)))) => t
(socket:make-socket :type :datagram :address-family :file :local-filename "/proc/nonexistent/x") => :error socket-error
;; what cannot be is an error before there is a socket
(defmacro type-fault (form) `(handler-case ,form (type-error (c) (list (type-error-datum c) (type-error-expected-type c)))))
(type-fault (socket:make-socket :connect :passive :tcp-md5-sig-key 3)) => (3 (or string (vector (unsigned-byte 8))))
(type-fault (socket:make-socket :remote-host "127.0.0.1" :remote-port 9 :tcp-md5-sig-key 'key)) => (key (or string (vector (unsigned-byte 8))))
(type-fault (socket:make-socket :remote-host "127.0.0.1" :remote-port 9 :local-port -1)) => (-1 (integer 0 65535))
(type-fault (socket:make-socket :type :datagram :remote-host "127.0.0.1" :remote-port 65536)) => (65536 (integer 0 65535))
(type-fault (socket:make-socket :address-family :file :connect :passive :local-filename "/tmp/never" :backlog "5")) => ("5" integer)
(type-fault (socket:lookup-port 'http "tcp")) => (http (or string integer))
(probe-file "/tmp/never") => nil
;; a program's methods on generic functions with keywords, also for calls that were compiled before
(defun to-itself () (let ((s (socket:make-socket :type :datagram :local-host "127.0.0.1"))) (unwind-protect (list (socket:send-to s "abc" 3 :remote-host "localhost" :remote-port (socket:local-port s)) (nth-value 1 (socket:receive-from s 10 :extract t))) (close s))))
(to-itself) => (3 3)
(defvar *around* (defmethod socket:send-to :around ((s socket::datagram-socket) buffer size &key &allow-other-keys) (list :around (call-next-method))))
(to-itself) => ((:around 3) 3)
(progn (remove-method #'socket:send-to *around*) (to-itself)) => (3 3)
(defvar *three* (defmethod socket:receive-from ((s (eql 3)) size &key &allow-other-keys) (values :three size)))
(list (socket:receive-from 3 4 :extract t) (to-itself)) => (:three (3 3))
(multiple-value-list (socket:receive-from 3 4 :buffer nil)) => (:three 4)
(socket:receive-from 4 4 :extract t) => :error type-error
(socket:receive-from 4 4 :foo t) => :error program-error
(progn (remove-method #'socket:receive-from *three*) (socket:receive-from 3 4 :extract t)) => :error type-error

;; what a vector cannot hold stays in the stream; socket-control looks at its arguments before it does anything
(with-pair (a b) (write-string "hello" a) (close a) (let ((bits (make-array 3 :element-type 'bit))) (list (handler-case (read-sequence bits b) (type-error () :no)) (handler-case (excl:read-vector bits b) (type-error () :no)) (read-line b)))) => (:no :no "hello")
(with-pair (a b) (write-string "5;x" a) (close a) (list (handler-case (socket:socket-control b :input-chunking t :read-timeout 'soon) (type-error (c) (type-error-datum c))) (handler-case (socket:socket-control b :input-chunking t :write-timeout -1) (type-error (c) (type-error-datum c))) (excl:stream-input-timeout b) (read-line b))) => (soon -1 nil "5;x")

;; packets: an empty one, one that is too large, one for a local socket that is gone
(closing ((u (socket:make-socket :type :datagram :local-host "127.0.0.1")) (v (socket:make-socket :type :datagram))) (flet ((send (n) (send-to v (make-string n) n :remote-host "127.0.0.1" :remote-port (local-port u)))) (list (send 0) (multiple-value-list (subseq (multiple-value-list (receive-from u 10 :extract t)) 0 2)) (handler-case (send 65508) (socket-error (c) (list (stream-error-identifier c) (stream-error-code c)))) (send 1) (nth-value 1 (receive-from u 10))))) => (0 (("" 0)) (:unknown 90) 1 1)
(let* ((f (file)) (u (socket:make-socket :type :datagram :address-family :file :local-filename f)) (v (socket:make-socket :type :datagram :address-family :file :remote-filename f))) (unwind-protect (list (send-to v "heard" 5) (values (receive-from u 5)) (close u) (handler-case (send-to v "lost" 4) (socket-error (c) (list (stream-error-identifier c) (stream-error-code c))))) (close v) (delete-file f))) => (5 "heard" t (:connection-refused 111))

;; keys that are too long, groups that cannot be joined
(testing:with-no-leaks () (mapcar (lambda (n) (handler-case (socket:make-socket :remote-host "127.0.0.1" :remote-port 9 :tcp-md5-sig-key (make-string n :initial-element #\k)) (socket-error (c) (search "at most 80 octets" (princ-to-string c))))) '(81 100000))) => (28 28)
(closing ((u (socket:make-socket :type :datagram :ipv6 t))) (list (socket:set-socket-options u :multicast-group "ff02::4242%lo") (handler-case (socket:set-socket-options u :multicast-group "ff02::4242%99999") (socket-error (c) (stream-error-code c))))) => (nil 19)
(let ((p (mp:make-process :name "new"))) (list (eq p (mp:process-run-function p (lambda (x) (* x x)) 7)) (mp:process-join p))) => (t (49))
(list (handler-case (sys:global-symbol-value 3) (type-error (c) (type-error-datum c))) (handler-case (setf (sys:global-symbol-value "x") 4) (type-error (c) (type-error-datum c)))) => (3 "x")
