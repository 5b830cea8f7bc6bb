;;; Clients of four small protocols, for connections that are cut.  Driven by cuts.py.
;;;
;;; Each writes what it received to LOG as it comes, so that nothing is lost to a condition.

(defun log-octets (octets log) (map nil (lambda (o) (write-char (code-char o) log)) octets))

(defun http (s log)
  "A request, a header, a body of so many octets."
  (format s "GET /some/where?x=1 HTTP/1.0~c~%Host: vapor~c~%Accept: */*~c~%~c~%" #\return #\return #\return #\return)
  (force-output s)
  (let ((length 0))
    (loop
      (multiple-value-bind (line missing) (read-line s)
        (format log "~a~a" line (if missing "" #\newline))
        (when missing (return-from http :short))
        (let ((line (string-right-trim '(#\return) line)))
          (when (equal line "") (return))
          (when (eql 0 (search "Content-Length: " line)) (setq length (parse-integer line :start 16))))))
    (let* ((body (make-array length :element-type '(unsigned-byte 8))) (n (read-sequence body s)))
      (log-octets (subseq body 0 n) log)
      (if (= n length) :done :short))))

(defun smtp (s log)
  "Lines in turn, both ways."
  (dolist (say '(nil "HELO frisky" "MAIL FROM:<a@b>" "RCPT TO:<c@d>" "DATA" "Subject: x" "." "QUIT") :done)
    (when say (format s "~a~c~%" say #\return) (force-output s))
    (unless (equal say "Subject: x")
      (loop for c = (read-char s)
            do (write-char c log)
            until (char= c #\newline)))))

(defun packets (s log)
  "Length and contents, in octets."
  (dotimes (i 4 :done)
    (dolist (o (list 0 3 (+ 65 i) (+ 65 i) (+ 65 i))) (write-byte o s))
    (force-output s)
    (let* ((size (+ (* 256 (let ((o (read-byte s))) (log-octets (list o) log) o))
                    (let ((o (read-byte s))) (log-octets (list o) log) o)))
           (data (make-array size :element-type '(unsigned-byte 8)))
           (n (read-sequence data s)))
      (log-octets (subseq data 0 n) log)
      (when (< n size) (return :short)))))

(defun chunks (s log)
  "A request, and a body in chunks; the log has the contents only."
  (format s "POST /x HTTP/1.1~c~%~c~%" #\return #\return)
  (force-output s)
  (socket:socket-control s :output-chunking t)
  (write-string "some words" s)
  (socket:socket-control s :output-chunking-eof t)
  (socket:socket-control s :input-chunking t)
  (loop for c = (handler-case (read-char s)
                  (excl::socket-chunking-end-of-file () (return :done)))
        do (write-char c log)))

(defun converse (protocol port)
  "Do the client part; two values: how it ended, and what was received."
  (let ((log (make-array 0 :element-type 'character :adjustable t :fill-pointer t)) (s nil))
    (values
     (sys:with-timeout (60 :hangs)
       (handler-case
           (unwind-protect
               (progn (setq s (socket:make-socket :remote-host "127.0.0.1" :remote-port port))
                      (let ((end nil)) (with-output-to-string (out log) (setq end (funcall protocol s out))) end))
             (when s (close s :abort t)))
         (end-of-file () :end-of-file)
         (socket-error (c) (stream-error-identifier c))
         (errno-stream-error (c) (stream-error-code c))))
     log)))
