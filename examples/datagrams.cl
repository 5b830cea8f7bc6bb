;;;; Two datagram sockets: one packet there, one back, and one that is longer than the receiver expects.

(let* ((vapor (socket:make-socket :type :datagram :local-host "127.0.0.1"))
       (frisky (socket:make-socket :type :datagram :remote-host "127.0.0.1"
                                                   :remote-port (socket:local-port vapor)))
       (octets (make-array 4 :element-type '(unsigned-byte 8))))
  (format t "sent ~d octets~%" (socket:send-to frisky "foo-the-bar" 11))
  (multiple-value-bind (text size host port) (socket:receive-from vapor 100 :extract t)
    (format t "received ~s, ~d octets from ~a~%" text size (socket:ipaddr-to-dotted host))
    (socket:send-to vapor (reverse text) size :remote-host host :remote-port port))
  (format t "the answer is ~s~%" (socket:receive-from frisky 100 :extract t))
  (socket:send-to frisky "0123456789" 10)
  (multiple-value-bind (buffer size) (socket:receive-from vapor 4 :buffer octets)
    (format t "~d octets of ten: ~s~%" size (map 'list #'code-char buffer)))
  (format t "nothing more: ~s~%" (mp:wait-for-input-available (list vapor frisky) :timeout 0.05))
  (close vapor)
  (close frisky))
