;;; What portable libraries take from Allegro's packages.

;; files and programs
(pathnamep (excl:pathname-resolve-symbolic-links "/tmp/")) => t
(multiple-value-list (excl.osi:command-output #("/bin/echo" "echo" "a b"))) => (("a b") nil 0)
(let ((from (sys:make-temp-file-name)) (to (sys:make-temp-file-name))) (setf (excl:file-contents from) "text") (excl.osi:copy-file from to) (prog1 (excl:file-contents to) (delete-file from) (delete-file to))) => "text"
(multiple-value-bind (out err pid) (excl:run-shell-command "exit 3" :wait nil) (list out err (eql pid (nth-value 1 (sys:reap-os-subprocess :pid pid))))) => (nil nil t)
(multiple-value-bind (out err pid) (excl:run-shell-command "kill -9 $$" :wait nil) (declare (ignore out err)) (let ((v (multiple-value-list (sys:reap-os-subprocess :pid pid)))) (list (first v) (third v)))) => (nil 9)

(= (excl::getpid) (excl.osi:getpid)) => t

;; readtables
(let ((rt (copy-readtable nil))) (setf (excl:named-readtable :a-name) rt) (list (eq rt (excl:named-readtable :a-name)) (setf (excl:named-readtable :a-name) nil) (excl:named-readtable :a-name nil))) => (t nil nil)
(excl:named-readtable :a-name) => :error error
(let ((table (first (excl::readtable-macro-table *readtable*)))) (list (eq (svref table (char-code #\a)) #'excl::read-token) (eq (svref table (char-code #\#)) #'excl::read-dispatch-char) (eq (svref table (char-code #\')) (get-macro-character #\')))) => (t t t)
(caar (excl::readtable-dispatch-tables *readtable*)) => #\#
(with-input-from-string (s "x41 b") (excl::read-extended-token s)) => "x41"

;; evaluation
(defvar *level* 0)
(defmacro level () *level*)
(excl:compiler-let ((*level* (1+ *level*))) (list (level) (excl:compiler-let ((*level* 5)) (level)))) => (1 5)
(multiple-value-list (excl::parse-body '("doc" (declare (fixnum x)) 1 2))) => ("doc" ((declare (fixnum x))) (1 2))
(excl:classp (find-class 'string)) => t
(excl:ics-target-case (:+ics 1) (:-ics 2)) => 1
(list #+(version>= 9) 1 #+(version>= 10 2) 2 #-(version>= 8 1) 3) => (1)
(progn (proclaim '(optimize (speed 2))) (prog1 (cadr (assoc 'speed (sys:declaration-information 'optimize))) (proclaim '(optimize (speed 1))))) => 2
(excl:dumplisp :name "x") => :error error

;; arrays
(let ((v (make-array 3 :displaced-to (vector 1 2 3 4) :displaced-index-offset 1))) (excl::with-underlying-simple-vector (v s offset) (list s offset))) => (#(1 2 3 4) 1)
(excl::.primcall 'sys::shrink-svector (copy-seq "abcdef") 3) => "abc"

;; foreign functions
(ff:def-foreign-type timeval (:struct (sec :long) (usec :long))) => #.(find-class (quote timeval))
(ff:sizeof-fobject 'timeval) => 16
(let ((x (ff:allocate-fobject 'timeval :c))) (setf (ff:fslot-value-typed 'timeval :c x 'usec) 7) (prog1 (list (ff:fslot-value-typed 'timeval :c x 'sec) (ff:fslot-value-typed 'timeval :c x 'usec)) (ff:free-fobject x))) => (0 7)
(ff:def-foreign-call (c-strlen "strlen") ((s (* :char))) :returning (:long fixnum)) => c-strlen
(c-strlen "hello") => 5
(c-strlen) => :error program-error
(ff:def-foreign-call (c-none "no_such_c_function") ((x :int))) => c-none
(c-none 1) => :error error

;; constants, signals, access to files
(list (sys:constant-value ''x) (sys:constant-value 3) (sys:constant-value 'most-positive-fixnum)) => (x 3 #.most-positive-fixnum)
(sys:constant-value '(car x)) => :error error
(substitute #\| #\newline (excl::newlinify-format-string (format nil "a~%b~~~%~~@~%~~~~~%c"))) => "a~%b~|~@|~~~%c"
(let ((all nil)) (excl:add-signal-handler 10 (lambda (n more) (push (list :first n more) all) t)) (excl:with-signal-handler (10 (lambda (&rest x) (push :second all) nil)) (excl.osi:kill (excl.osi:getpid) 10) (mp:process-wait-with-timeout "signal" 60 (lambda () (cdr all)))) (excl.osi:kill (excl.osi:getpid) 10) (mp:process-wait-with-timeout "signal" 60 (lambda () (cddr all))) (list all (functionp (excl:remove-signal-handler 10)) (excl:remove-signal-handler 10))) => (((:first 10 t) (:first 10 t) :second) t nil)
(list excl::*sigint* excl::*sigterm*) => (2 15)
(excl:add-signal-handler 9 #'print) => :error excl:syscall-error
(excl:add-signal-handler 'x #'print) => :error type-error
(let ((old (excl:set-signal-handler 12 (lambda (&rest x) x)))) (list old (length (excl:set-signal-handler 12 #'list)) (eq (excl:remove-signal-handler 12) #'list))) => (nil 1 t)
(list (excl.osi:access "/" excl.osi:*r-ok*) (excl.osi:access "/no/such/file" excl.osi:*f-ok*) (stringp (excl.osi:cuserid)) (<= -20 (excl.osi:getpriority 0 0) 19)) => (t nil t t)
(list (mapcar #'integerp (multiple-value-list (excl::get-internal-run-times))) (let ((counts (make-array 4 :element-type '(unsigned-byte 64)))) (every #'plusp (list (aref (sys::gsgc-totalloc counts t) 0) (aref counts 2))))) => ((t t t t) t)
(sys::gsgc-totalloc 3) => :error type-error
(excl::.primcall 'sys::shrink-svector (vector 1 2)) => :error program-error
(excl:compiler-let (((1+ x))) 1) => :error program-error
