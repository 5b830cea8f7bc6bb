;;; What the reference documents of the operators on sockets, processes and addresses: the values of their arguments
;;; and what they return.  Read by documented.py, which finds out whether the case files exercise all of it.
;;;
;;; (OPERATOR (ARGUMENT VALUE ...) ... (=> RESULT ...)), a value being a keyword, T, NIL or a type.  Of an optional or
;;; keyword argument that is not mentioned some value must be given; of an operator, it must be called.

(socket:make-socket
 (kind (:stream :internet :active) (:stream :internet :passive) (:stream :file :active) (:stream :file :passive)
       (:datagram :internet :active) (:datagram :internet :passive) (:datagram :file :active)
       (:datagram :file :passive) (:hiper :internet :active) (:hiper :internet :passive))
 (format :text :binary :bivalent :multivalent) (ipv6 nil t :ipv6) (scope-id integer)
 (tcp-md5-sig-key nil string (vector (unsigned-byte 8)))
 (local-host nil string integer socket:ipv6-address) (local-port nil integer string)
 (remote-host string integer socket:ipv6-address) (remote-port integer string) (backlog nil integer)
 (reuse-address nil t) (broadcast nil t) (keepalive nil t) (nodelay nil t) (oob-inline nil t)
 (local-filename string pathname) (remote-filename string pathname)
 (=> socket:socket-stream-internet-active socket:socket-stream-internet-passive socket:socket-stream-file-active
     socket:socket-stream-file-passive socket:socket-datagram-internet-active socket:socket-datagram-file-active))
(socket:accept-connection
 (socket socket:socket-stream-internet-passive socket:socket-stream-file-passive) (wait t nil)
 (=> socket:socket-stream-internet-active socket:socket-stream-file-active nil))
(socket:shutdown (direction nil :input :output))
(socket:socket-control
 (output-chunking t nil) (output-chunking-eof nil t) (input-chunking t nil) (read-timeout nil real)
 (write-timeout nil real))
(socket:set-socket-options
 (socket stream socket:passive-socket socket:datagram-socket) (reuse-address t nil) (broadcast t nil) (keepalive t nil)
 (nodelay t nil) (oob-inline t nil) (receive-buffer-size integer) (send-buffer-size integer)
 (tcp-keepalive-idle-time integer) (tcp-keepalive-probe-interval integer) (tcp-keepalive-max-probes integer))
(socket:set-tcp-md5-sig
 (address integer string) (key string (vector (unsigned-byte 8))) (external-format :default :latin1))
(socket:initialize-socket (menup nil t) (=> nil))
(socket:set-socket-format (format :text :binary :bivalent :multivalent) (=> nil))
(socket:socket-os-fd (socket stream socket:passive-socket socket:datagram-socket) (=> integer))
(socket:send-to
 (socket socket:socket-datagram-internet-active socket:socket-datagram-file-active)
 (buffer string (vector (unsigned-byte 8)) (vector (signed-byte 8)) (vector (unsigned-byte 16)))
 (remote-host nil string integer socket:ipv6-address) (remote-port nil integer string) (ipv6 nil t :ipv6)
 (scope-id nil integer) (remote-filename nil string) (=> integer))
(socket:receive-from
 (socket socket:socket-datagram-internet-active socket:socket-datagram-file-active)
 (buffer nil string (vector (unsigned-byte 8))) (extract nil t) (=> string (vector (unsigned-byte 8))))
(socket:local-host (socket stream socket:passive-socket socket:datagram-socket) (=> integer socket:ipv6-address))
(socket:remote-host (socket stream socket:datagram-socket) (=> integer socket:ipv6-address nil))
(socket:local-port (socket stream socket:passive-socket socket:datagram-socket) (=> integer))
(socket:remote-port (socket stream socket:datagram-socket) (=> integer nil))
(socket:local-filename (=> string))
(socket:remote-filename (=> string))
(socket:socket-address-family (=> :internet :file))
(socket:socket-connect (=> :active :passive))
(socket:socket-format (=> :multivalent))
(socket:socket-type (=> :stream :datagram))
(socket:ipv6 (=> t nil))
(excl::socket-bytes-read (new nil integer) (=> integer))
(excl::socket-bytes-written (new nil integer) (=> integer))
(excl:stream-input-timeout (=> integer nil))
(excl:stream-output-timeout (=> integer nil))
(excl::stream-read-timeout (=> integer nil))
(excl::stream-write-timeout (=> integer nil))

(socket:dotted-to-ipaddr (errorp t nil) (=> integer socket:ipv6-address nil))
(socket:dotted-address-p (object string integer) (=> t nil))
(socket:ipaddr-to-dotted (ipaddr integer socket:ipv6-address) (values nil t) (=> string integer))
(socket:ipaddrp (object integer socket:ipv6-address string) (=> t nil))
(socket:ipv6-address-p (=> t nil))
(socket:ipaddr-equalp
 (addr1 string integer socket:ipv6-address) (addr2 string integer socket:ipv6-address) (compare-scope-id nil t)
 (=> t nil))
(socket:ipaddr-to-hostname (ipaddr integer string socket:ipv6-address) (ignore-cache nil t) (=> string nil))
(socket:lookup-hostname
 (host string integer socket:ipv6-address) (ignore-cache nil t) (ipv6 nil t :ipv6) (all nil t)
 (=> integer socket:ipv6-address cons))
(socket:lookup-port (port string integer) (protocol string) (=> integer))
(socket:get-ip-interfaces (=> cons))
(socket:configure-dns (nameserver integer cons) (search cons) (domain string) (auto nil t) (=> t))
(socket:dns-query
 (name string integer socket:ipv6-address) (type :a :ptr :mx :srv :txt :aaaa :any) (nameserver nil integer cons)
 (repeat integer) (timeout integer) (queue t nil) (decode t nil) (search nil t) (ignore-cache nil t)
 (=> integer string cons socket:ipv6-address socket:dns-response nil))

(mp:make-process
 (name string) (class symbol) (reset-action nil t) (run-reasons nil cons) (arrest-reasons nil cons) (priority integer)
 (quantum real) (initial-bindings nil cons) (run-immediately nil t) (=> mp:process))
(mp:process-run-function (name-or-options string cons) (function symbol function) (=> mp:process))
(mp:process-run-restartable-function (name-or-options string cons) (=> mp:process))
(mp:process-kill (wait nil t))
(mp:process-reset (no-unwind nil :unless-current t))
(mp:process-wait (whostate string) (function function) (=> nil))
(mp:process-wait-with-timeout (seconds nil real) (=> t nil))
(mp:process-name-to-process (name string) (abbrev nil t) (error t nil) (=> mp:process nil))
(mp:find-process (=> mp:process nil))
(mp:process-p (=> t nil))
(mp:process-active-p (=> t nil))
(mp:process-runnable-p (=> t nil))
(mp:process-alive-p (=> t nil))
(mp:process-lock (lock-value symbol mp:process) (whostate string) (timeout nil real) (=> t nil))
(mp:process-unlock (error-p t nil))
(mp:process-lock-p (=> t nil))
(mp:process-lock-locker (=> mp:process nil))
(mp:with-process-lock (timeout nil real) (norecursive nil t) (seized symbol) (whostate string))
(mp:make-gate (open-p nil t))
(mp:gate-open-p (=> t nil))
(mp:dequeue (wait nil t real) (empty-queue-result symbol) (whostate string))
(mp:queue-empty-p (=> t nil))
(mp:make-barrier
 (count integer t) (discount-on-abort nil t) (discount-on-timeout nil t) (callback function)
 (disable-on-unblock nil t))
(mp:barrier-wait
 (timeout nil real) (callback function) (pass-through nil t) (discount-on-abort nil t) (discount-on-timeout nil t)
 (disable-on-unblock nil t) (=> nil :passed-through :timeout t :unblocked))
(mp:barrier-pass-through (=> :passed-through :unblocked))
(mp:barrier-unblock (disable nil t) (kill-waiting nil t))
(mp:barrier-disable (kill-waiting nil t))
(mp:condition-variable-wait (lock mp:process-lock mp:sharable-lock nil) (timeout nil real) (=> t nil))
(mp:make-sharable-lock (recursive-p nil t))
(mp:sharable-lock-lock (mode :shared :exclusive))
(mp:sharable-lock-unlock (mode :shared :exclusive) (=> nil :unlocked :recursive))
(mp:wait-for-input-available
 (stream-or-fds nil cons stream integer socket:passive-socket socket:datagram-socket) (wait-function function)
 (whostate string) (timeout nil real) (=> cons nil))
(mp:wait-for-io-available
 (input-streams nil cons stream integer) (output-streams nil cons stream) (timeout nil real)
 (status :in :in-error :out :out-error) (=> cons nil))
(mp:process-pool-run (function function) (arguments cons) (report-end function))
