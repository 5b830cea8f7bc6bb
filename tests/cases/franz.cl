;; What Franz's own programs ask of Allegro: patches, small macros, files, locales, old regular expressions.

(eval '(sys:defpatch "franz-case" 3 "v3: a patch" :type :system :post-loadable t)) => "franz-case"
(second (assoc "franz-case" (cdr (assoc :system sys:*patches*)) :test #'equal)) => 3
(excl::fast (+ 1 2)) => 3
(excl:with-unreachable-code-allowed 1 2) => 2
(excl::with-dynamic-extent-usb8-array (v 3) (setf (aref v 2) 255) (coerce v 'list)) => (0 0 255)
(progn (excl::defsubst franz-twice (x) (* 2 x)) (franz-twice 4)) => 8
(excl::machine-case :host ((:no-such-machine) 1) (t 2)) => 2
(list (excl:with-style-case :mp (:vmp 1) (:smp 2)) (excl:with-style-case :char (:char8 1) (:char16 2))) => (2 2)
(excl:with-style-case :speed (t 1)) => :error program-error
(excl::.parse-error "bad ~s" 'x) => :error parse-error
(handler-case (excl::.parse-error "bad ~s" 'x) (parse-error (c) (princ-to-string c))) => "bad X"
(excl::lv_size "abc") => 3
(list (excl::intern* "CARx" 3 :cl) (eq (excl::intern* "FRANZxx" 5 :keyword) :franz)) => (car t)
(let ((*print-base* 10)) (declare (special *print-base*)) (nth-value 1 (excl::symeval-in-thread '*print-base* (excl::current-thread)))) => t
(setf (sys:gsgc-parameter :free-percent-new) 30) => 30
(sys:gsgc-parameter :free-percent-new) => 30
(sys:gsgc-parameter :no-such-knob) => :error error

;; the reader, packages, generic functions
(read-from-string "(: :br)") => (:br) 7
(read-from-string "(#1=(a) #1# #1=(b) #1#)") => ((a) (a) (b) (b)) 23
(progn (defpackage :franz-pack (:use :cl :excl)) (defpackage :franz-pack (:use :mp)) (length (package-use-list :franz-pack))) => 3
(progn (defgeneric franz-size ((x integer) &key scale)) (defmethod franz-size ((x integer) &key (scale 1)) (* x scale)) (franz-size 3 :scale 2)) => 6
(values (macroexpand '(and a b) nil t)) => (and a b)
(let ((a (parse-integer "1234567")) (b (parse-integer "1234567"))) (list (eq a b) (and (member a (list 1 b) :test #'eq) t) (eq a 1234567.0))) => (t t nil)

;; files
(excl::filesys-type "/") => :directory
(list (excl::filesys-type "/no/such/file") (excl::filesys-size "/no/such/file")) => (nil nil)
(list (excl:path-namestring "/a/b/c.cl") (excl::absolute-pathname-p "/a/b") (excl::absolute-pathname-p "a/b") (excl::absolute-pathname-p 3 t)) => ("/a/b/" t nil nil)
(list (excl.osi:basename "/a/b/c.cl") (excl.osi:dirname "/a/b/c.cl")) => ("c.cl" "/a/b")
(excl.osi:stat-type (excl.osi:stat "/")) => :directory
(excl.osi:unlink "/no/such/file") => :error excl:syscall-error
(stringp (excl.osi:pwent-name (excl.osi:getpwuid (excl.osi:getuid)))) => t
(excl.osi:getpwnam "no such user") => nil
(let ((name (sys:make-temp-file-name))) (excl:fasl-write '(1 "two" #(3)) name) (unwind-protect (list (excl:fasl-read name) (= (file-length name) (excl::filesys-size name))) (delete-file name))) => ((#1=(1 "two" #(3))) t)
(let ((name (sys:make-temp-file-name))) (with-open-file (out name :direction :output :if-exists :supersede) (write-string "(setq *franz-loaded* 1)" out)) (defvar *franz-loaded* 0) (excl:load-compiled name) (delete-file name) *franz-loaded*) => 1

;; locales and times
(excl:locale-format-time nil (encode-universal-time 5 4 15 2 1 1999) nil nil nil "%Y-%m-%d %H:%M:%S %b %a") => "1999-01-02 15:04:05 Jan Sat"
(format nil "~:/excl:locale-format-time/" (encode-universal-time 0 0 12 31 12 1999)) => "12/31/99"
(list (excl:locale-name excl:*locale*) (first (excl:locale-attribute excl:*locale* :day)) (excl:locale-decimal-point excl:*locale*)) => ("C" "Sunday" ".")
(excl:find-locale "no_SUCH") => :error error
(excl:find-locale "no_SUCH" :errorp nil) => nil
(subseq (prin1-to-string (make-instance 'excl:locale)) 0 12) => "#<locale \"C\""
(util.date-time:date-time-to-ut (util.date-time:date-time "1970-01-02T00:00:01Z")) => 2209075201
(util.date-time:date-time-year (util.date-time:ut-to-date-time 2209075201)) => 1970
(util.date-time:parse-iso8601 "never") => :error parse-error

;; regular expressions
(match-regexp "^\\([a-z]+\\)\\b*(\\([0-9]+\\))" "foo (12)" :return :index) => t (0 . 8) (0 . 3) (5 . 7)
(match-regexp "a|b" "x a|b") => t "a|b"
(split-regexp "," "a,,b") => ("a" "" "b")
(replace-regexp "abcabc" "b\\(c\\)" "\\1") => "acac"
(match-re "^\\s+" "Joe <joe" :start 3 :return :index) => t (3 . 4)
(match-re "[\\x0-\\x1f]" (string #\newline)) => t #.(string #\newline)

;; octets
(string-to-octets "é" :external-format :unicode :null-terminate nil) => #(255 254 233 0) 4
(native-string-sizeof "é" :external-format :utf-8) => 2
(octets-to-string (excl:with-output-to-buffer (b) (excl:base64-encode-stream (excl:make-buffer-input-stream (string-to-octets "hello" :null-terminate nil)) b))) => #.(format nil "aGVsbG8=~%") 9 9
(excl:string-to-base64-string "hello" :wrap-at-column nil) => "aGVsbG8="

;; what a function writes, read
(excl:with-function-input-stream (s (lambda (out n) (dotimes (i n) (format out "~d~%" i))) 3000) (loop for line = (read-line s nil) while line count t)) => 3000
(excl:with-function-input-stream (s (lambda (out) (write-line "x" out) (error "bad end"))) (list (read-line s) (handler-case (read-line s) (error (c) (princ-to-string c))))) => ("x" "bad end")
(excl:with-function-input-stream (s (lambda (out) (dotimes (i 100000) (write-line "much more than is read" out)))) (read-line s)) => "much more than is read" nil
(let ((r (excl:make-restartable-function-input-stream (lambda (out) (write-string "abc" out))))) (loop repeat 2 collect (with-open-stream (s (excl:create-new-rfis-stream r)) (read-line s)))) => ("abc" "abc")
(with-open-stream (p (excl:make-pipe-stream)) (write-line "abc" p) (read-line p)) => "abc" nil

;; options of the command line
(sys:with-command-line-arguments ("df:p:" debug file port) (rest :command-line-arguments '("image" "-df" "a.cl" "-p12" "more" "-x")) (list image debug file port rest)) => ("image" t "a.cl" "12" ("more" "-x"))
(sys:with-command-line-arguments (("v" :short verbose nil) ("name" :long names :required-companion :allow-multiple-options)) (rest :command-line-arguments '("i" "--name=a" "--name" "b" "-v" "--" "-z")) (list verbose names rest)) => (t ("b" "a") ("-z"))
(sys:with-command-line-arguments ("d" debug) (rest :command-line-arguments '("i" "-q")) (list image debug rest)) => :error error

;; finalization, locks
(let ((called nil)) (let ((x (make-instance 'standard-object))) (declare (ignorable x)) nil) (progn (defclass franz-final () ()) (excl:schedule-finalization (make-instance 'franz-final) (lambda (x) (setq called (type-of x)))) (excl:gc t) called)) => franz-final
(excl:with-locked-structure ((excl:make-basic-lock :name "b")) 1) => 1
(excl:with-locked-stream (*standard-output*) 2) => 2

;; SASL
(let ((c (net.sasl:sasl-client-new "smtp" "host" :user "joe" :pass "pw"))) (list (nth-value 1 (net.sasl:sasl-client-start c '("LOGIN PLAIN"))) (octets-to-string (nth-value 1 (net.sasl:sasl-step c nil)) :start 1) (net.sasl:sasl-conn-auth-complete-p c))) => ("PLAIN" "joe" t)

;; streams of programs, whose device has nothing though told to wait
(progn (excl:def-stream-class franz-empty (excl:single-channel-simple-stream) ()) (defmethod excl:device-open ((s franz-empty) names args) (declare (ignore names args)) (excl:add-stream-instance-flags s :input :simple) t) (defmethod excl:device-read ((s franz-empty) buffer start end blocking) (declare (ignore buffer start end blocking)) 0) (read-char (make-instance 'franz-empty) nil :end)) => :end
(slot-value (make-instance 'franz-empty) 'excl::buffer) => nil
(excl::socket-bytes-written (make-string-output-stream)) => 0
