;;; The DNS client, against a name server on loopback.

(defvar *zone* '(("vapor.test" "A 127.0.0.5" "A 127.0.0.6" "AAAA ::5" "TXT \"hello\" \"there\"" "TXT \"more\"")
                 ("alias.test" "CNAME vapor.test.") ("lonely-alias.test" "CNAME elsewhere.test.") ("elsewhere.test" "A 10.0.0.1")
                 ("mail.test" "MX 20 backup.test." "MX 10 vapor.test.") ("backup.test" "A 127.0.0.9")
                 ("_http._tcp.test" "SRV 1 2 8080 vapor.test.") ("5.0.0.127.in-addr.arpa" "PTR vapor.test.")
                 ("5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa" "PTR six.test.")
                 ("1.2.0.192.in-addr.arpa" "PTR far.test.") ("six.test" "AAAA ::5") ("no-address.test" "TXT \"x\"")
                 ("drop.test" "A 1.2.3.4" "drop") ("once.test" "A 1.2.3.4" "first drop") ("big.test" "A 1.2.3.4" "truncate")
                 ("bad.test" "A 1.2.3.4" "servfail") ("refused.test" "A 1.2.3.4" "refuse") ("false.test" "A 1.2.3.4" "wrong-id" "garbage")
                 ("late.test" "A 1.2.3.4" "drop") ("host.sub.test" "A 7.7.7.7") ("cached.test" "A 1.2.3.4")
                 ("xn--bcher-kva.test" "A 8.8.8.8")))
(defvar *r* (testing:make-resolver *zone* :delay 0.1))
(defvar *server* (cons "127.0.0.1" (testing:resolver-port *r*)))
(defun q (name &rest rest) (apply #'socket:dns-query name :nameserver *server* rest))

;; asking one server
(socket:dns-query "vapor.test" :nameserver *server*) => 2130706437 300 (2130706438) (:response :authoritative-answer :recursion-desired)
(ipaddr-to-dotted (q "vapor.test" :type :aaaa)) => "::5"
(multiple-value-bind (a ttl more) (q "vapor.test" :type :txt) (declare (ignore ttl)) (list a more)) => (("hello" "there") (("more")))
(values (q "alias.test")) => 2130706437
(values (q "lonely-alias.test")) => 167772161
(multiple-value-bind (a ttl more) (q "mail.test" :type :mx) (declare (ignore ttl)) (list a more)) => (("vapor.test" 2130706437 10) (("backup.test" 2130706441 20)))
(values (q "_http._tcp.test" :type :srv)) => ("vapor.test" 8080 1 2)
(values (q "127.0.0.5" :type :ptr)) => "vapor.test"
(values (q 2130706437 :type :ptr)) => "vapor.test"
(values (q (socket:dotted-to-ipaddr "::5") :type :ptr)) => "six.test"
(q "nobody.test") => nil nil nil (:response :authoritative-answer :recursion-desired :no-such-domain)
(q "no-address.test") => nil nil nil (:response :authoritative-answer :recursion-desired)
(fourth (multiple-value-list (q "bad.test"))) => (:response :authoritative-answer :recursion-desired :nameserver-internal-error)
(fourth (multiple-value-list (q "refused.test"))) => (:response :authoritative-answer :recursion-desired :refused)
(values (q "false.test")) => 16909060
(values (q "big.test")) => 16909060
(list (values (q "once.test" :timeout 0.3 :repeat 50)) (<= 2 (testing:resolver-asked *r* "once.test"))) => (16909060 t)
(multiple-value-list (q "drop.test" :timeout 0 :repeat 3)) => (nil nil nil nil)
(mp:process-wait-with-timeout "w" 60 (lambda () (<= 3 (testing:resolver-asked *r* "drop.test")))) => t
(values (q "bücher.test")) => 134744072
(values (q (make-string 300 :initial-element #\a))) => nil
(q 'vapor) => :error type-error
(q "vapor.test" :type :nonsense) => :error error
(q "vapor.test" :foo 1) => :error program-error
(let ((all (q "vapor.test" :type :any :decode nil))) (list (typep all 'socket:dns-response) (length (socket:dns-response-answer all)))) => (t 5)

;; raw responses
(defvar *response* (q "vapor.test" :decode nil))
(list (integerp (socket:dns-response-id *response*)) (socket:dns-response-flags *response*) (integerp (socket:dns-response-flags-value *response*)) (socket:dns-response-authority *response*) (socket:dns-response-additional *response*)) => (t (:response :authoritative-answer :recursion-desired) t nil nil)
(mapcar (lambda (rr) (list (socket:dns-rr-name rr) (socket:dns-rr-type rr) (socket:dns-rr-class rr) (socket:dns-rr-answer rr) (socket:dns-rr-time-to-live rr) (typep rr 'socket:dns-rr))) (socket:dns-response-answer *response*)) => (("vapor.test" :a 1 2130706437 300 t) ("vapor.test" :a 1 2130706438 300 t))
(socket:dns-rr-name 3) => :error type-error

;; configured, with the process and its cache
(list socket:*dns-mode* socket:*ipv6*) => ((:acldns :clib) nil)
(let ((socket:*dns-configured* nil) (socket:*nameservers* nil) (socket:*domain-search-list* nil) (socket:*dns-domain* nil)) (list (socket:configure-dns :nameserver *server* :search '("sub.test" "test") :domain "test") socket:*dns-configured* socket:*dns-domain* socket:*domain-search-list* (mapcar #'socket:dns-nameserver-ipaddr socket:*nameservers*))) => (t t "test" ("sub.test" "test") (2130706433))
(socket:configure-dns :nameserver (list *server*) :search '("sub.test" "test")) => t
(socket:dns-nameserver-name (first socket:*nameservers*)) => "127.0.0.1"
(list (values (socket:dns-query "cached.test")) (values (socket:dns-query "CACHED.test")) (testing:resolver-asked *r* "cached.test") (values (socket:dns-query "cached.test" :ignore-cache t)) (testing:resolver-asked *r* "cached.test")) => (16909060 16909060 1 16909060 2)
(and (mp:find-process "Domain Name Server Client") t) => t
(mp:process-wait-with-timeout "idle" 30 (lambda () (equal (mp:process-whostate (mp:find-process "Domain Name Server Client")) "waiting for input"))) => t
(let ((s (first socket:*nameservers*))) (list (plusp (socket:dns-nameserver-sent s)) (plusp (socket:dns-nameserver-received s)))) => (t t)
(values (socket:dns-lookup-hostname "host")) => 117901063
(values (socket:dns-query "host")) => nil
(values (socket:dns-query "host" :search t)) => 117901063
(values (socket:dns-lookup-hostname "vapor")) => 2130706437
(values (socket:dns-ipaddr-to-hostname "127.0.0.5")) => "vapor.test"
;; a poll: the answer comes later, and is found by a later poll
(let ((first (socket:dns-query "late.test" :repeat 1 :timeout 0))) (testing:set-resolver-zone *r* (list* '("late.test" "A 1.2.3.4" "slow") (remove "late.test" *zone* :key #'car :test #'equal))) (list first (mp:process-wait-with-timeout "poll" 60 (lambda () (socket:dns-query "late.test" :repeat 1 :timeout 0))))) => (nil t)
;; only the asking process waits, and it can be interrupted
(let ((n 0)) (mp:process-run-function "count" (lambda () (dotimes (i 5) (sleep 0.01) (incf n)))) (list (sys:with-timeout (0.2 :late) (socket:dns-query "drop.test")) (mp:process-wait-with-timeout "w" 60 (lambda () (= n 5))))) => (:late t)
(mp:process-kill (mp:find-process "Domain Name Server Client") :wait t) => nil
(values (socket:dns-query "cached.test" :ignore-cache t)) => 16909060

;; lookup-hostname and ipaddr-to-hostname
(let ((socket:*dns-mode* :acldns)) (list (socket:lookup-hostname "vapor.test") (socket:lookup-hostname "vapor.test" :all t))) => (2130706437 (2130706437 2130706438))
(let ((socket:*dns-mode* '(:acldns))) (mapcar (lambda (x) (if (integerp x) x (socket:ipaddr-to-dotted x))) (list (socket:lookup-hostname "vapor.test" :ipv6 t) (socket:lookup-hostname "vapor.test" :ipv6 :ipv6) (socket:lookup-hostname "vapor.test" :ipv6 nil)))) => ("::5" "::5" 2130706437)
(let ((socket:*dns-mode* :acldns)) (socket:lookup-hostname "nobody.test")) => :error socket-error
(let ((socket:*dns-mode* :acldns)) (socket:ipaddr-to-hostname "192.0.2.1")) => "far.test"
(let ((socket:*dns-mode* :acldns)) (socket:ipaddr-to-hostname "192.0.2.77")) => nil
(let ((socket:*dns-mode* :clib)) (socket:lookup-hostname "localhost")) => 2130706433
(let ((socket:*dns-mode* :acldns)) (socket:lookup-hostname "localhost")) => 2130706433
(let ((socket:*dns-mode* :acldns)) (list (socket:lookup-hostname "cached.test" :ignore-cache t) (let ((n (testing:resolver-asked *r* "cached.test"))) (socket:lookup-hostname "Cached.Test") (- (testing:resolver-asked *r* "cached.test") n)))) => (16909060 0)

;; every value of *dns-mode*: the Lisp resolver first if it is among them, in any order
(mapcar (lambda (mode) (let ((socket:*dns-mode* mode)) (handler-case (socket:lookup-hostname "only-dns.invalid-zone.test" :ignore-cache t) (socket-error () :unknown)))) (progn (testing:set-resolver-zone *r* '(("only-dns.invalid-zone.test" "A 9.8.7.6"))) '(:acldns (:acldns) (:acldns :clib) (:clib :acldns)))) => (151521030 151521030 151521030 151521030)
(mapcar (lambda (mode) (let ((socket:*dns-mode* mode)) (list (socket:lookup-hostname "localhost" :ignore-cache t) (handler-case (socket:lookup-hostname "only-dns.invalid" :ignore-cache t) (socket-error () :unknown))))) '(:clib (:clib))) => ((2130706433 :unknown) (2130706433 :unknown))
(stringp socket:*socket-version*) => t

(testing:close-resolver *r*) => nil
(progn (setq socket:*dns-configured* nil socket:*nameservers* nil socket:*domain-search-list* nil) (not (socket:configure-dns :auto t)))
(setq socket:*dns-mode* '(:acldns :clib)) => (:acldns :clib)
