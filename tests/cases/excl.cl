;;; Utilities of EXCL.

;; Regular expressions.
(match-re "\\s+(\\S+)\\s+" "  foo the bar  ") => t "  foo " "foo"
(match-re "^[A-E]" "Boo") => t "B"
(match-re "^[A-E]" "boo") => nil
(match-re "^[A-E]" "boo" :case-fold t) => t "b"
(match-re "i.*?s" "mississippi") => t "is"
(match-re "i.*s" "mississippi" :return :index) => t (1 . 7)
(match-re "i" "mississippi" :return nil) => t
(match-re "i(x)?" "mississippi" :start 2) => t "i" nil
(match-re "b$" (format nil "ab~%c")) => nil
(match-re "b$" (format nil "ab~%c") :multiple-lines t) => t "b"
(match-re "(" "x") => :error parse-error
(re-submatch (match-re "(?<year>\\d+)-(\\d+)" "in 2026-11" :return :match) nil nil "year") => "2026"
(let ((re (compile-re "a+" :return :index))) (multiple-value-list (match-re re "baab"))) => (t (1 . 3))
(split-re "," "a,b,,c,,") => ("a" "b" "" "c")
(split-re "," "a,b,c" :limit 2) => ("a" "b,c")
(split-re "(,)" "a,b") => ("a" "," "b")
(split-re "" "abc") => ("a" "b" "c")
(split-re "\\s+" "the quick fox") => ("the" "quick" "fox")
(replace-re "abc abc bc" "^abc\\s+" "_") => "_abc bc"
(replace-re "abc" "(b)" "<\\1\\&\\\\>") => "a<bb\\>c"
(replace-re "aaa" "a" "b" :count 2) => "bba"
(replace-re "a1b22" "\\d+" (lambda (m s) (declare (ignore s)) (format nil "<~a>" (re-submatch m)))) => "a<1>b<22>"
(quote-re "a.b") => "a\\.b"
(re-let "([^ ]+) ([^ ]+) ([^ ]+)" "foo the bar" ((foo 1) (bar 2) (baz 3)) (list foo bar baz)) => ("foo" "the" "bar")
(re-let "x" "foo" () 1) => nil
(funcall (re-lambda "(\\d+)" ((n 1) (rest 1 :after)) (list n rest)) "ab12cd") => ("12" "cd")
(re-case "foo the barmy" ("foo a (.*)" ((it 1)) (list it)) ("foo the (.*)" ((it 1)) (list it)) (t :no-match)) => ("barmy")
(re-case "foo xx" ("foo a (.*)" ((it 1)) (list it)) (t :no-match)) => :no-match
(re-case "17" (:testlet (lambda (s) (parse-integer s :junk-allowed t)) n (1+ n))) => 18
(funcall (re-lambda "(?<FOO>[a-z]+)(?<BAR>\\d+)" (foo bar) (list foo bar)) "   acl70beta ") => ("acl" "70")

;; Digests and encodings.
(md5-string "abc" :return :hex) => "900150983cd24fb0d6963f7d28e17f72"
(md5-string "abc") => 191415658344158766168031473277922803570
(sha1-string "abc" :return :hex) => "a9993e364706816aba3e25717850c26c9cd0d89d"
(let ((c (sha1-init))) (sha1-update c "a") (sha1-update c "xbc" :start 1) (sha1-final c :return :hex))
  => "a9993e364706816aba3e25717850c26c9cd0d89d"
(hmac-sha1-string "key" "The quick brown fox jumps over the lazy dog" :return :hex)
  => "de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9"
(length (sha1-string "" :return :usb8)) => 20
(md5-string "abc" :return :octal) => :error error
(string-to-base64-string "Hello") => "SGVsbG8="
(base64-string-to-string "SGVsbG8=") => "Hello"
(list (position #\Newline (string-to-base64-string (make-string 100))) (position #\Newline (usb8-array-to-base64-string (make-array 100 :element-type '(unsigned-byte 8)))) (position #\Newline (string-to-base64-string (make-string 100) :wrap-at-column 20))) => (52 52 20)
(list (string-to-base64-string "xHellox" :start 1 :end 6) (string-to-base64-string "Hello" nil) (string-to-base64-string "ä") (string-to-base64-string "ä" :external-format :utf-8)) => ("SGVsbG8=" "SGVsbG8=" "5A==" "w6Q=")
(base64-string-to-string (string-to-base64-string "äß")) => "äß"
(string-to-base64-string "Hello" :wrap-at-column 0) => :error type-error
(string-to-base64-string "Hello" :wrap 1) => :error error
(base64-string-to-string "SGVs*") => :error parse-error
(base64-string-to-integer (integer-to-base64-string 123456789)) => 123456789
(substitute #\/ #\Newline (usb8-array-to-base64-string (coerce #(1 2 3 4) '(vector (unsigned-byte 8))) 4)) => "AQID/BA=="
(usb8-array-to-hex-string (hex-string-to-usb8-array "00ff10")) => "00ff10"
(list (integer-to-hex-string 255) (hex-string-to-integer "fff")) => ("ff" 4095)
(hex-string-to-integer "xyz") => :error parse-error

;; Text and kinds.
(util.string:string+ "a" 1 nil :b #\c) => "a1Bc"
(delimited-string-to-list "a,b,,c" #\,) => ("a" "b" "" "c")
(delimited-string-to-list "a--b" "--") => ("a" "b")
(list-to-delimited-string '(a "b" 3) ", ") => "A, b, 3"
(list (prefixp "ab" "abc") (prefixp '(1 2) '(1 2 3)) (prefixp "b" "abc")) => (t t nil)
(progn (putprop 'some-symbol 3 'size) (get 'some-symbol 'size)) => 3
(mapcar #'fixnump (list 1 (expt 2 60) 1.0)) => (t nil nil)
(mapcar #'bignump (list 1 (expt 2 60) 1.0)) => (nil t nil)
(list (ratiop 1/2) (single-float-p 1.0) (double-float-p 1.0d0) (double-float-p 1.0)) => (t t t nil)
(list (function-name-p 'car) (function-name-p '(setf car)) (function-name-p '(a b)) (function-name-p 1)) => (t t nil nil)
(funcall (named-function twice (lambda (n) (* n 2))) 5) => 10

;; Programs.
(run-shell-command "exit 3") => 3
(run-shell-command #("sh" "sh" "-c" "exit 4")) => 4
(excl.osi:command-output "echo a; echo b >&2; echo c; exit 5") => ("a" "c") ("b") 5
(excl.osi:command-output "tr a-z A-Z" :input "hello" :whole t) => "HELLO" "" 0
(let ((lines '())) (excl.osi:with-command-output (line "printf 'x\\ny\\n'") (push line lines)) lines) => ("y" "x")
(multiple-value-bind (stream errors pid) (run-shell-command "cat" :wait nil :input :stream :output :stream)
  (format stream "to the cat~%")
  (force-output stream)
  (let ((line (read-line stream)))
    (close stream)
    (list line errors (eql pid (nth-value 1 (sys:reap-os-subprocess :pid pid))))))
  => ("to the cat" nil t)
(sys:reap-os-subprocess :wait nil) => nil nil nil
(plusp (excl.osi:getpid)) => t
(progn (excl.osi:setenv "ACL_TEST_X" "1") (excl.osi:setenv "ACL_TEST_X" "2" nil) (excl.osi:getenv "ACL_TEST_X")) => "1"
(progn (excl.osi:unsetenv "ACL_TEST_X") (excl.osi:getenv "ACL_TEST_X")) => nil
(excl.osi:unix-to-universal-time 0) => 2208988800
(mp:with-timeout (0.2 :late) (run-shell-command "sleep 30")) => :late
(mp:with-timeout (0.2 :late) (excl.osi:command-output "sleep 30")) => :late
(multiple-value-list (gc t)) => nil

;; directories, walked and copied
(defvar *walked* (concatenate 'string (excl.osi:mkdtemp (namestring (merge-pathnames "walkXXXXXX" (sys:temporary-directory)))) "/")) => *walked*
(dolist (name '("a.cl" "b.txt" "sub/c.cl" "CVS/d.cl")) (let ((file (concatenate 'string *walked* name))) (ensure-directories-exist file) (setf (file-contents file) name))) => nil
(excl.osi:symlink *walked* (concatenate 'string *walked* "sub/loop")) => t
(defun walked (&rest options) (let ((found '())) (apply #'map-over-directory (lambda (file) (push (enough-namestring file *walked*) found)) options) (nreverse found))) => walked
(walked *walked*) => ("CVS/d.cl" "a.cl" "b.txt" "sub/c.cl")
(walked (string-right-trim "/" *walked*) :recurse nil) => ("a.cl" "b.txt")
(walked *walked* :file-type :string :include-directories t :prune-directories '("CVS")) => ("" "a.cl" "b.txt" "sub/" "sub/c.cl")
(walked *walked* :prune-directories (lambda (directory) (search "sub" (namestring directory)))) => ("CVS/d.cl" "a.cl" "b.txt")
(walked *walked* :filter (lambda (file) (equal (pathname-type file) "txt"))) => ("b.txt")
(walked (concatenate 'string *walked* "*.cl")) => ("CVS/d.cl" "a.cl" "sub/c.cl")
(walked (concatenate 'string *walked* "*/c.cl")) => ("sub/c.cl")
(walked (concatenate 'string *walked* "nothing/")) => :error file-error
(walked *walked* :file-type :other) => :error type-error
(copy-directory *walked* (concatenate 'string *walked* "sub/below/")) => :error file-error
(let ((to (concatenate 'string (string-right-trim "/" *walked*) "-copy/"))) (list (copy-directory *walked* to) (file-contents (concatenate 'string to "sub/c.cl")) (delete-directory-and-files to) (probe-file to))) => (t "sub/c.cl" t nil)
(search "; Deleting" (with-output-to-string (*standard-output*) (copy-directory *walked* (concatenate 'string (string-right-trim "/" *walked*) "-2")) (delete-directory-and-files (concatenate 'string (string-right-trim "/" *walked*) "-2/") :quiet nil))) => 0
(delete-directory-and-files *walked*) => t
(pathname-name (username-to-home-directory (sys:user-name))) => nil
(username-to-home-directory "nobody of this name") => nil

;; what the C library tells
(list (excl.osi:ntohs (excl.osi:htons 258)) (excl.osi:ntohl (excl.osi:htonl 1))) => (258 1)
(excl.osi:htons 65536) => :error type-error
(= (excl.osi:getpgid (excl.osi:getpid)) (excl.osi:getpgid 0) (excl.osi:getpgrp)) => t
(excl.osi:getsid 99999999) => :error syscall-error
(multiple-value-bind (in out) (excl.osi:pipe) (write-line "through" out) (close out) (prog1 (read-line in) (close in))) => "through"
(list (excl.osi:pwent-p (excl.osi:getpwuid 0)) (excl.osi:grent-p (excl.osi:getpwuid 0))) => (t nil)
(excl.osi:fstat 99999) => :error syscall-error

;; files for initialization set these
(setq comp:tail-call-self-merge-switch nil excl:*global-gc-behavior* :warn excl:*redefinition-warnings* '(:operator)) => (:operator)

;; lines into strings that the program has
(defmacro reading ((var text) &body body) `(with-input-from-string (,var (format nil ,text)) ,@body))
(defmacro values-of (form) `(multiple-value-list ,form))
(reading (s "hello~%x~%last") (let ((b (make-string 8 :initial-element #\.))) (list (values-of (read-line-into b s nil :eof :start 1 :end 4)) (copy-seq b) (values-of (read-line-into b s)) (copy-seq b) (values-of (read-line-into b s)) (values-of (read-line-into b s)) (values-of (read-line-into b s nil :none))))) => ((3 :short) ".hel...." (2 nil) "loel...." (1 nil) (4 :eof) (:none :eof))
(reading (s "") (read-line-into (make-string 3) s)) => :error end-of-file
(reading (s "ab~%~%") (let ((b (make-string 2))) (list (values-of (read-line-into b s)) (values-of (read-line-into b s)) (values-of (read-line-into b s)) (values-of (read-line-into b s nil))))) => ((2 :short) (0 nil) (0 nil) (nil :eof))
(reading (s "ab") (read-line-into (make-string 2) s t nil :start 3)) => :error type-error
(reading (s "ab") (read-line-into (vector 1 2) s)) => :error type-error
(reading (s "hello~%four~%much too long~%end") (let* ((b (make-string 5)) (first (values-of (simple-stream-read-line s t nil b)))) (list (eq (first first) b) (rest first) (rest (values-of (simple-stream-read-line s t nil b))) (values-of (simple-stream-read-line s t nil b)) (values-of (simple-stream-read-line s t nil)) (values-of (simple-stream-read-line s nil :none))))) => (t (nil 5) (nil 4) ("much too long" nil) ("end" t) (:none t))
(stream-output-width *standard-output*) => nil
(let* ((out (make-string-output-stream)) (s (make-two-way-stream (make-string-input-stream (format nil "perhaps~%y~%no~%")) out))) (list (stream-y-or-n-p s "~d?" 1) (stream-yes-or-no-p s) (search "1? " (get-output-stream-string out)))) => (t nil 0)
(stream-y-or-n-p 3 "?") => :error type-error
(list (eol-convention (let ((s (make-buffer-input-stream (string-to-octets (format nil "a~c~c~c" #\return #\return #\newline)) 0 nil '(:e-crcrlf :utf-8)))) (assert (equal (read-line s) "a")) s)) (ef-composer-ef (find-external-format '(:e-crcrlf :latin1)))) => (nil :e-crcrlf)

;; talking with programs; children
(let ((log nil)) (list (excl.osi:with-command-io ("cat; echo problem >&2; exit 3") (:input (s) (format s "one~%two~%")) (:output (line) (push line log)) (:error-output (line) (push (list line) log))) (sort (mapcar #'princ-to-string log) #'string<))) => (3 ("(problem)" "one" "two"))
(let ((all nil)) (list (excl.osi:with-command-io ("echo a; echo b" :whole t) (:output (text) (push text all))) all)) => (0 (#.(format nil "a~%b~%")))
(excl.osi:with-command-io ("true") (:input (s) (write-string "not read" s))) => 0
(excl.osi:with-command-io ("head -c 5 >/dev/null") (:input (s) (write-string "not all of it" s)) (:output () nil)) => 0
(let ((n 0)) (list (excl.osi:with-command-io ("seq 20000 | tee /dev/stderr") (:output (x) (incf n (length x))) (:error-output (x) (decf n (length x)))) n)) => (0 0)
(mp:with-timeout (0.2 :late) (excl.osi:with-command-io ("sleep 30") (:output (x) x))) => :late
(macroexpand '(excl.osi:with-command-io ("x") (:outputs (x) x))) => :error program-error
(let ((all nil)) (excl.osi:with-command-output (text "echo a; pwd" :whole t :directory "/") (push text all)) all) => (#.(format nil "a~%/~%"))
(multiple-value-bind (status pid signal) (sys:os-wait nil (nth-value 2 (run-shell-command "exit 4" :wait nil))) (list status (integerp pid) signal)) => (4 t nil)
(run-shell-command "true" :uid "no such user") => :error simple-error
(excl.osi:waitpid 1) => :error syscall-error
(excl.osi:execve "/no/such/program" '("x") '(("A" . "b"))) => :error syscall-error

;; folders, temporary files, the system's lists one entry after the other
(let* ((folder (excl.osi:mkdtemp (namestring (merge-pathnames "readXXXXXX" (sys:temporary-directory))))) (inside nil) (file (excl.osi:with-open-temp-file (s (concatenate 'string folder "/partXXXXXX") :filename name) (setq inside name) (write-string "kept" s))) (dir (excl.osi:opendir folder)) (names (loop for name = (excl.osi:readdir dir) while name collect name))) (unwind-protect (list (equal file inside) (file-contents file) (equal (sort names #'string<) (list "." ".." (file-namestring file))) (excl.osi:closedir dir) (handler-case (excl.osi:readdir dir) (simple-error () :closed)) (excl.osi:os-remove file) (excl.osi:os-remove folder) (probe-file folder)) (ignore-errors (delete-directory-and-files folder)))) => (t "kept" t t :closed t t nil)
(excl.osi:opendir "/no/such/folder") => :error syscall-error
(excl.osi:readdir 3) => :error type-error
(flet ((all (next) (loop for entry = (funcall next) while entry collect entry))) (excl.osi:setpwent) (let ((users (all #'excl.osi:getpwent))) (list (and (member "root" users :key #'excl.osi:pwent-name :test #'equal) t) (excl.osi:getpwent) (excl.osi:endpwent) (= (length users) (length (all #'excl.osi:getpwent))) (progn (excl.osi:setgrent) (every #'excl.osi:grent-p (all #'excl.osi:getgrent))) (every #'excl.osi:servent-p (all #'excl.osi:getservent)) (excl.osi:endservent)))) => (t nil t t t t t)
(equal (excl.osi:pwent-gcos (excl.osi:getpwuid 0)) (excl.osi:pwent-gecos (excl.osi:getpwuid 0))) => t
(list (excl.osi:putenv "ACL_TEST_Y=a=b") (sys:getenv "ACL_TEST_Y") (excl.osi:putenv "ACL_TEST_Y") (sys:getenv "ACL_TEST_Y")) => (t "a=b" t nil)
(excl.osi:detach-from-terminal-supported-p) => t

;; a function that is called when something has come
(progn (defvar *came* nil) (defvar *pipe* (multiple-value-list (excl.osi:pipe))) (defun note-input (fd) (push (list fd (read-line (first *pipe*))) *came*)) (let ((fd (stream-input-fn (first *pipe*)))) (flet ((send (text) (write-line text (second *pipe*)) (force-output (second *pipe*)))) (unwind-protect (list (sys:sigio-supported-p) (sys:set-sigio-handler fd 'note-input) (progn (send "one") (mp:process-wait-with-timeout "one" 60 (lambda () *came*))) (progn (send "two") (mp:process-wait-with-timeout "two" 60 (lambda () (rest *came*)))) (equal *came* (list (list fd "two") (list fd "one"))) (sys:remove-sigio-handler fd) (sys:remove-sigio-handler fd) (progn (send "three") (sleep 0.05) (length *came*))) (mapc #'close *pipe*))))) => (t t t t t t nil 2)
(sys:set-sigio-handler -1 'identity) => :error type-error
(sys:set-sigio-handler 99999 'identity) => :error syscall-error
(list (excl:with-stack-list (x 1 2 3) (reduce #'+ x)) (excl:with-stack-list* (x 1 '(2 3)) (length x)) (excl:pathname-sans-file "/a/b.c")) => (6 3 #p"/a/")
