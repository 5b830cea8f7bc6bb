;;; Calls of the operators on sockets, processes and streams with arguments of every kind; see calls.py.
;;;
;;; What a call may come to: values, or a condition whose report is Lisp's.  It may not hang; where it is an error of the
;;; arguments, what had arrived at a connection among them can still be read, and the connection is open.

(require :osi)
(setq socket:*print-hostname-in-stream* nil socket:*dns-mode* :clib)
(socket:configure-dns :nameserver "127.0.0.1")

;; Numbers

(defvar *seed* 1)
(defun pick (n)
  "Return a number below N, the same in each run."
  (setq *seed* (mod (+ (* *seed* 6364136223846793005) 1442695040888963407) (expt 2 64)))
  (mod (ash *seed* -33) n))
(defun any-of (list) (nth (pick (length list)) list))

;; Sockets

(defvar *folder* nil "Where the files of local sockets are.")
(defvar *opened* nil "What is to be closed after the call.")
(defvar *arrived* nil "An alist of streams and the text that has arrived there.")
(defun opened (x) (push x *opened*) x)
(defun closed (x) (close x :abort t) x)
(defun listener () (opened (socket:make-socket :connect :passive :local-host "127.0.0.1")))
(defun datagrams () (opened (socket:make-socket :type :datagram :local-host "127.0.0.1")))
(defun local-file () (format nil "~as~36r" *folder* (random (expt 36 10))))
(defun local-listener ()
  (opened (socket:make-socket :address-family :file :connect :passive :local-filename (local-file))))
(defun connection ()
  "Return the end of a connection where something has arrived."
  (let* ((passive (listener))
         (mine (opened (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port passive))))
         (other (opened (socket:accept-connection passive)))
         (text (any-of (list "hello" (format nil "two~%lines~%") (format nil "5~c~%hello" #\return) "(a . b"))))
    (write-string text other)
    (force-output other)
    (mp:wait-for-input-available (list (socket:socket-os-fd mine)) :timeout 60)
    (push (cons mine text) *arrived*)
    mine))

;; Arguments: functions by the kind of what they return

(defclass odd () ((a :initform 1)))
(defstruct bag a)
(defun waiting () (mp:process-run-function "waiting" #'sleep 0.3))
(defun dead () (let ((p (mp:process-run-function "dead" #'identity 1))) (mp:process-join p) p))
(defun small-number () (any-of '(0 1 -1 5 80 65535 65536 4294967295 4294967296 2130706433)))
(defun odd-number () (any-of (list (expt 2 40) (expt 2 70) (- (expt 2 80)) 1/2 0.01 -0.5d0 0.2s0 #c(1 2) 1d300)))
(defun name-text ()
  (any-of (list "" "127.0.0.1" "localhost" "::1" "1.2.3.4.5" "http" "tcp" "udp" "a" "fe80::1%lo" "fe80::1%99999999999"
                "%" "::1%" "no.such.invalid" "x y" ".." (make-string 300 :initial-element #\a))))
(defun odd-text ()
  (any-of (list (string (code-char #xd800)) (format nil "::1~c" (code-char 0)) (format nil "fe80::1%~c" (code-char 178))
                (format nil "a~cb" (code-char 0)) "2130706433" "0x7f.1" " 127.0.0.1" "127.0.0.1 " "-1" "65536"
                (string (code-char 1633)) (string #\newline)
                (make-array 3 :element-type 'character :fill-pointer 2 :initial-element #\1))))
(defun key () (any-of '(:stream :datagram :internet :file :active :passive :ipv6 :input :output :hiper :default :utf-8
                        :latin1 :foo :shared :exclusive)))
(defun function-like () (any-of (list 'car #'identity (lambda (&rest r) r) (lambda () (error "x")) 'undefined :name)))
(defun list-like ()
  (any-of (list (list 1 2) (cons 1 2) (list nil) '((a . 1)) '((*print-base* . 16)) '((*print-base* . (car 3)))
                (list 3 "x") (list :name "n") '(:name) '((nil . 1)) '((3 . 4)) '(:name 3 :foo 4))))
(defun object ()
  (any-of (list #\a 'odd (find-class 'odd) (make-instance 'odd) (make-bag) *package* *readtable* #p"/none/x" #p""
                (make-hash-table) (make-condition 'socket-error) (first socket:*nameservers*))))
(defun vector-like ()
  (any-of (list (vector 127 0 0 1) (vector) (make-array 4 :element-type '(unsigned-byte 8))
                (make-array 4 :element-type '(signed-byte 8)) (make-array 3 :element-type '(unsigned-byte 16))
                (make-array '(2 2)) (make-array 3 :element-type 'double-float) (make-array 5 :element-type 'bit)
                (make-array 5 :element-type '(unsigned-byte 8) :fill-pointer 2 :adjustable t) (make-string 5))))
(defun other-stream ()
  (any-of (list (make-string-input-stream "abc") (make-string-output-stream) (make-broadcast-stream)
                (closed (open "/dev/null")))))
(defun address () (any-of (list (socket:dotted-to-ipaddr "::1") (socket:dotted-to-ipaddr "fe80::1%1") 2130706433)))
(defun socket-like ()
  (funcall (any-of (list #'listener #'connection #'connection #'connection #'datagrams #'local-listener
                         (lambda () (closed (listener))) (lambda () (closed (connection)))
                         (lambda () (closed (datagrams)))))))
(defun process () (funcall (any-of (list #'waiting #'dead #'mp:make-process))))
(defun synchronizer ()
  (any-of (list (mp:make-gate nil) (mp:make-gate t) (make-instance 'mp:queue) (mp:make-process-lock)
                (mp:make-sharable-lock) (mp:make-barrier 2) (mp:make-condition-variable) (mp:make-process-pool))))
(defun anything ()
  (funcall (any-of (list (lambda () nil) (lambda () t) #'small-number #'odd-number #'name-text #'odd-text #'key
                         #'function-like #'list-like #'object #'vector-like #'other-stream #'address #'socket-like
                         #'process #'synchronizer))))

(defun fitting (parameter)
  "Return an argument that may be what PARAMETER wants, or not."
  (let ((name (string parameter)))
    (flet ((like (&rest parts) (some (lambda (part) (search part name)) parts)))
      (cond ((zerop (pick 4)) (anything))
            ((like "STREAM" "SOCK") (socket-like))
            ((like "PROCESS") (process))
            ((like "POOL") (mp:make-process-pool))
            ((like "LOCK") (any-of (list (mp:make-process-lock) (mp:make-sharable-lock))))
            ((like "GATE") (mp:make-gate t))
            ((like "QUEUE") (make-instance 'mp:queue))
            ((like "BARRIER") (mp:make-barrier 1))
            ((like "CONDITION-VARIABLE") (mp:make-condition-variable))
            ((like "FUNCTION") (function-like))
            ((like "HOST" "ADDR" "DOTTED") (funcall (any-of (list #'name-text #'odd-text #'small-number #'address))))
            ((like "PORT" "TIMEOUT") (funcall (any-of (list #'small-number #'name-text #'odd-number))))
            ((like "SEQUENCE" "BUFFER" "VECTOR" "STRING") (vector-like))
            (t (anything))))))

(defun arguments (lambda-list)
  "Return arguments for LAMBDA-LIST; now and then there is one too few, or a keyword too many."
  (let ((given nil) (keys nil) (kind nil))
    (dolist (parameter lambda-list)
      (let* ((name (if (consp parameter) (first parameter) parameter)) (name (if (consp name) (first name) name)))
        (cond ((member parameter lambda-list-keywords) (setq kind parameter))
              ((null kind) (push (fitting name) given))
              ((eq kind '&optional) (if (zerop (pick 2)) (push (fitting name) given) (return)))
              ((member kind '(&rest &body)) (dotimes (i (pick 3)) (push (anything) given)))
              ((zerop (pick (if (< (length lambda-list) 8) 2 3)))
               (setq keys (list* (fitting name) (intern (string name) :keyword) keys))))))
    (when (zerop (pick 12)) (setq keys (list* 1 :no-such-key keys)))
    (when (zerop (pick 40)) (push :odd keys))
    (when (zerop (pick 25)) (pop given))
    (append (reverse given) (reverse keys))))

;; Operators

(defvar *left-out*
  '(mp:exit-from-initial-listener mp:process-kill mp:process-disable mp:process-terminate mp:process-reset
    mp:process-add-arrest-reason mp:process-revoke-run-reason mp:process-preset)
  "Those that would end the ones who test.")
(defvar *of-streams*
  '(read-byte write-byte read-char write-char read-line read-sequence write-sequence listen peek-char unread-char
    file-position stream-external-format open-stream-p close read clear-input clear-output force-output finish-output
    read-vector write-vector excl:read-octets excl:write-octets excl:write-all-octets excl:stream-input-timeout
    excl:stream-output-timeout excl::socket-bytes-read excl::socket-bytes-written excl:read-no-hang-p
    excl:write-no-hang-p excl:stream-input-fn excl:stream-output-fn excl:stream-input-handle
    excl:record-stream-advance-to-eof excl:device-read excl:device-write excl:device-close excl:device-clear-input
    excl:device-buffer-length excl:device-file-position excl:device-finish-record excl:stream-listen))
(defun operators ()
  (let ((found (copy-list *of-streams*)))
    (dolist (package '(:acl-socket :mp) (sort found #'string<))
      (do-external-symbols (s package)
        (when (and (fboundp s) (not (macro-function s)) (not (special-operator-p s)) (not (member s *left-out*)))
          (pushnew s found))))))

;; Judging

(defun report (condition) (handler-case (princ-to-string condition) (error (c) (format nil "UNPRINTABLE ~a" (type-of c)))))
(defun among (x arguments)
  "True if X is, or is in, one of ARGUMENTS."
  (or (null x)
      (some (lambda (a)
              (or (equal a x) (and (consp a) (among x (list (car a) (cdr a))))
                  (and (vectorp a) (not (stringp a)) (find x a))))
            arguments)))
(defun of-arguments-p (condition) (typep condition '(or type-error program-error simple-error)))
(defun lost (arguments)
  "Return a connection among ARGUMENTS whose text cannot be read any more, or NIL."
  (loop for (stream . text) in *arrived*
        when (and (member stream arguments) (open-stream-p stream)
                  (not (sys:with-timeout (60 nil)
                         (let ((buffer (make-string (length text))))
                           (handler-case (and (= (read-sequence buffer stream) (length text)) (string= buffer text))
                             (error () nil))))))
          return stream))
(defun fault (operator arguments outcome)
  "Return what is wrong with the OUTCOME of a call: a condition, a list of values, :HANGS or :LATE; NIL if nothing is."
  (cond ((eq outcome :hangs) "hangs")
        ((not (typep outcome 'condition)) nil)
        ((search "PYTHON" (string (type-of outcome))) "a condition of Python")
        ((some (lambda (words) (search words (report outcome)))
               '("UNPRINTABLE" "Python" "object has no" "NoType" "NoneType" "'int'" "codec" "Errno" "bytes-like"))
         "words of Python")
        ((and (typep outcome 'type-error) (not (among (type-error-datum outcome) arguments))
              (not (and (member operator '(read-sequence read-vector)) (integerp (type-error-datum outcome)))))
         "a datum that is no argument")
        ((and (of-arguments-p outcome) (not (eq operator 'close)) (lost arguments)) "something is lost")))

(defun outcome (operator arguments)
  "Call OPERATOR in a process of its own; return its values, or a condition, or what else it came to."
  (let* ((outcome nil)
         (process (mp:process-run-function "call"
                    (lambda ()
                      (let ((*standard-output* (make-broadcast-stream)) (*error-output* (make-broadcast-stream))
                            (*standard-input* (make-string-input-stream "typed")))
                        (setq outcome
                              (handler-case
                                  (sys:with-timeout (1 :late) (list (multiple-value-list (apply operator arguments))))
                                (error (c) c)))))))
         (ended (nth-value 1 (mp:process-join process :timeout 60))))
    (mp:process-kill process)
    (if ended outcome :hangs)))

(defvar *counts* nil "An alist of kinds of outcomes and their numbers.")
(defun try (operator)
  "Call OPERATOR once; say so if something is wrong, and return true then."
  (let* ((*opened* nil) (*arrived* nil) (arguments (arguments (excl:arglist operator)))
         (outcome (outcome operator arguments))
         (kind (typecase outcome (condition (type-of outcome)) (cons :values) (t outcome)))
         (fault (fault operator arguments outcome)))
    (incf (cdr (or (assoc kind *counts*) (first (push (cons kind 0) *counts*)))))
    (when fault
      (let ((*print-pretty* nil) (*print-length* 10))
        (format t "~&~a: (~s~{ ~s~})~%   => ~a: ~a~%" fault operator arguments kind
                (if (typep outcome 'condition) (substitute #\space #\newline (report outcome)) outcome))))
    (dolist (x *opened*) (ignore-errors (close x :abort t)))
    fault))

(defun call-all (rounds seed)
  "Call every operator ROUNDS times; return how many calls there were and how many were wrong."
  (let ((operators (operators)) (wrong 0) (*folder* (namestring (excl.osi:mkdtemp "/tmp/acl-calls-"))) (*counts* nil))
    (setq *folder* (concatenate 'string (string-right-trim "/" *folder*) "/") *seed* seed)
    (unwind-protect
        (dotimes (round rounds) (dolist (operator operators) (when (try operator) (incf wrong))))
      (excl:delete-directory-and-files *folder*))
    (format t "~&~:{~(~a~): ~d~%~}~d operators, ~d calls, ~d wrong~%"
            (loop for (kind . n) in (sort *counts* #'> :key #'cdr) collect (list kind n))
            (length operators) (* rounds (length operators)) wrong)))
