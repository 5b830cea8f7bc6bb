;;; Streams that a program defines at device level.

;; a stream that turns letters into upper case on the way in and out, over another stream
(excl:def-stream-class shouting (excl:single-channel-simple-stream) ((reads :initform 0 :accessor reads) (mark :initarg :mark :initform nil :accessor mark)))
(defun shout (buffer start end) (loop for i from start below end for o = (aref buffer i) do (when (<= 97 o 122) (setf (aref buffer i) (- o 32)))))
(defmethod excl:device-read ((s shouting) buffer start end blocking) (declare (ignore blocking)) (excl:with-stream-class (shouting s) (incf (reads s)) (let ((n (call-next-method))) (when (plusp n) (shout buffer start (+ start n))) n)))
(defmethod excl:device-write ((s shouting) buffer start end blocking) (declare (ignore blocking)) (shout buffer start end) (call-next-method))
(with-input-from-string (in "abc") (typep in 'stream)) => t
(defun octets (string) (excl:string-to-octets string :null-terminate nil))
(let ((s (make-instance 'shouting :input-handle (excl:make-buffer-input-stream (octets (format nil "hello~%wörld"))) :mark 7))) (list (read-line s) (read-char s) (peek-char nil s) (read-line s nil) (read-char s nil :eof) (plusp (reads s)) (mark s) (input-stream-p s) (output-stream-p s))) => ("HELLO" #\W #\ö "öRLD" :eof t 7 t nil)
(let* ((inner (excl:make-buffer-output-stream)) (s (make-instance 'shouting :output-handle inner))) (format s "hello ~a~%" 12) (write-byte 98 s) (force-output s) (substitute #\/ #\newline (excl:octets-to-string (excl:get-output-stream-buffer inner) :end 10))) => "HELLO 12/B"
(let ((s (make-instance 'shouting :input-handle (excl:make-buffer-input-stream (octets "abc"))))) (let ((v (make-array 5 :element-type '(unsigned-byte 8)))) (list (read-sequence v s) (coerce v 'list)))) => (3 (65 66 67 0 0))
(write-char #\x (make-instance 'shouting :input-handle (excl:make-buffer-input-stream (octets "")))) => :error stream-error
(let ((s (make-instance 'shouting :input-handle (excl:make-buffer-input-stream (octets "äx")) :external-format :latin-1))) (list (read-char s) (stream-external-format s) (excl:stream-input-handle s) (typep s 'excl:simple-stream) (typep s 'stream)) nil) => nil
(excl:sm mark (make-instance 'shouting :mark 3 :input-handle (excl:make-buffer-input-stream (octets "")))) => 3
(let ((s (make-instance 'shouting))) (setf (excl:sm mark s) 4) (list (mark s) (input-stream-p s) (open-stream-p s))) => (4 nil t)

;; a device that is an array, with open, close, position and length
(defvar *closed* nil)
(excl:def-stream-class memory (excl:single-channel-simple-stream) ((contents :initform (make-array 0 :element-type '(unsigned-byte 8) :adjustable t :fill-pointer t) :initarg :contents :reader contents) (broken :initarg :broken) (at :initform 0 :accessor at)))
(defmethod excl:device-open ((s memory) slot-names initargs) (declare (ignore slot-names)) (unless (getf initargs :broken) (excl:add-stream-instance-flags s :input :output :simple) t))
(defmethod excl:device-close ((s memory) abort) (push (list :closed abort) *closed*) t)
(defmethod excl:device-buffer-length ((s memory)) 3)
(defmethod excl:device-read ((s memory) buffer start end blocking) (declare (ignore blocking)) (let* ((c (contents s)) (n (min (- end start) (- (length c) (at s))))) (if (zerop n) -1 (progn (replace buffer c :start1 start :start2 (at s) :end2 (+ (at s) n)) (incf (at s) n) n))))
(defmethod excl:device-write ((s memory) buffer start end blocking) (declare (ignore blocking)) (loop for i from start below end do (vector-push-extend (aref buffer i) (contents s))) (- end start))
(defmethod excl:device-file-position ((s memory)) (at s))
(defmethod (setf excl:device-file-position) (position (s memory)) (setf (at s) position))
(defmethod excl:device-file-length ((s memory)) (length (contents s)))
(defvar *m* (make-instance 'memory))
(progn (format *m* "line ~d~%line ~d~%" 1 2) (finish-output *m*) (length (contents *m*))) => 14
(list (read-line *m*) (read-byte *m*) (read-line *m*) (read-line *m* nil :end)) => ("line 1" 108 "ine 2" :end)
(list (file-position *m* 0) (read-line *m*)) => (t "line 1")
(list (input-stream-p *m*) (output-stream-p *m*) (excl:device-file-length *m*) (excl:device-clear-input *m* nil) (excl:device-clear-output *m*) (excl:device-finish-record *m* t :input)) => (t t 14 nil nil nil)
(progn (write-string "more" *m*) (list (close *m*) *closed* (length (contents *m*)) (close *m*) (open-stream-p *m*))) => (t ((:closed nil)) 18 nil nil)
(read-char *m*) => :error excl:stream-closed-error
(let ((s (make-instance 'memory))) (write-string "dropped" s) (close s :abort t) (list (length (contents s)) (car *closed*))) => (0 (:closed t))
;; device-close may flush the stream, which is closed by then (AllegroServe's chunking streams do)
(excl:def-stream-class flushed (memory) ())
(defmethod excl:device-close ((s flushed) abort) (unless abort (force-output s)) (call-next-method))
(let ((s (make-instance 'flushed))) (write-string "ab" s) (list (close s) (length (contents s)) (handler-case (force-output s) (excl:stream-closed-error () :closed)))) => (t 2 :closed)
(let ((s (make-instance 'memory :broken t))) (list (open-stream-p s) (input-stream-p s))) => (nil nil)
(let ((s (make-instance 'memory))) (excl:remove-stream-instance-flags s :output) (output-stream-p s)) => nil
(let ((s (make-instance 'memory))) (excl:install-single-channel-character-strategy s :latin-1 nil) (write-char #\ä s) (force-output s) (coerce (contents s) 'list)) => (228)

;; errors, and nothing yet
(excl:def-stream-class slow (excl:dual-channel-simple-stream) ((turns :initform 0 :accessor turns)))
(defmethod excl:device-open ((s slow) slot-names initargs) (declare (ignore slot-names initargs)) (excl:add-stream-instance-flags s :input :output :dual) t)
(defmethod excl:device-read ((s slow) buffer start end blocking) (declare (ignore blocking end)) (case (incf (turns s)) (1 -3) (2 -3) (3 (setf (aref buffer start) 65) 1) (t -2)))
(defmethod excl:device-write ((s slow) buffer start end blocking) (declare (ignore buffer blocking)) (if (> (- end start) 1) 1 -5))
(let ((s (make-instance 'slow))) (list (listen s) (read-char s))) => (nil #\A)
(let ((s (make-instance 'slow))) (read-char s) (read-char s)) => :error stream-error
(let ((s (make-instance 'slow))) (write-string "ab" s) (force-output s)) => :error stream-error
(let ((s (make-instance 'slow))) (setf (turns s) -1000000000) (defmethod excl:device-read ((s slow) buffer start end blocking) (declare (ignore buffer start end blocking)) -3) (sys:with-timeout (0.05 :late) (read-char s))) => :late

;; the null stream, a file, the system's own streams
(let ((s (make-instance 'excl:null-simple-stream))) (write-string "gone" s) (list (force-output s) (read-char s nil :eof) (input-stream-p s) (output-stream-p s))) => (nil :eof t t)
(defvar *file* (format nil "/tmp/acl-devices-~36r" (random (expt 10 15) (make-random-state t))))
(with-open-file (f *file* :direction :output :if-exists :supersede) (write-string "abc" f)) => "abc"
(let ((s (make-instance 'excl:single-channel-simple-stream :filename *file*))) (list (read-line s) (close s))) => ("abc" t)
(let ((i (excl:make-buffer-input-stream (octets "abcdef"))) (b (make-array 4 :element-type '(unsigned-byte 8)))) (list (excl:read-octets i b 0 2 t) (excl:read-octets i b 0 4 nil) (coerce b 'list) (excl:read-octets i b 0 4 t) (excl:device-read i b 0 4 t))) => (2 4 (99 100 101 102) -1 -1)
(mapcar (lambda (x) (typep x 'excl:simple-stream)) (list *terminal-io* (make-string-input-stream "") *standard-output*)) => (t t nil)
(let ((s (make-instance 'excl:null-simple-stream))) (setf (getf (excl:stream-property-list s) 'x) 1) (list (excl:stream-property-list s) (excl:stream-output-handle s))) => ((x 1) nil)
(excl:device-read 3 4 5 6 7) => :error type-error
;; the system's own methods, for streams that no program defined
(with-open-file (f *file* :element-type '(unsigned-byte 8)) (list (excl:device-file-length f) (excl:device-file-position f) (setf (excl:device-file-position f) 2) (read-byte f) (excl:device-file-position f) (excl:device-extend f 10 nil))) => (3 0 2 99 3 nil)
(with-open-file (f *file*) (excl::set-sc-stream-external-format-body f (excl:find-external-format :latin1) :access 'excl::buffer) (stream-external-format f) (read-line f)) => "abc" t
(progn (delete-file *file*) nil) => nil

;; a stream of characters over a connection, which rotates letters by thirteen places
(defmacro with-pair ((a b) &body body) `(let* ((p (socket:make-socket :connect :passive :local-host "127.0.0.1")) (,a (socket:make-socket :remote-host "127.0.0.1" :remote-port (socket:local-port p))) (,b (accept-connection p))) (close p) (unwind-protect (progn ,@body) (close ,a :abort t) (close ,b :abort t))))
(defun rot13 (c) (cond ((char<= #\a (char-downcase c) #\m) (code-char (+ (char-code c) 13))) ((char<= #\n (char-downcase c) #\z) (code-char (- (char-code c) 13))) (t c)))
(excl:def-stream-class rotated (excl:bidirectional-character-encapsulating-stream) ((moved :initform nil :accessor moved)))
(defmethod excl:device-read ((s rotated) buffer start end blocking) (declare (ignore blocking)) (let ((n (call-next-method))) (push (list :read (stringp buffer)) (moved s)) (loop for i from start below (+ start (max n 0)) do (setf (char buffer i) (rot13 (char buffer i)))) n))
(defmethod excl:device-write ((s rotated) buffer start end blocking) (declare (ignore blocking)) (excl:with-stream-class (rotated s) (let ((base (excl:sm excl::output-handle s))) (loop for i from start below end do (write-char (rot13 (char buffer i)) base)))) (- end start))
(with-pair (a b) (let ((s (make-instance 'rotated :base-stream a))) (format s "Hello, ~a!~%äöü€~%" "World") (finish-output s) (list (read-line b) (read-line b) (input-stream-p s) (output-stream-p s) (eq (excl:stream-input-handle s) a)))) => ("Uryyb, Jbeyq!" "äöü€" t t t)
(with-pair (a b) (let ((s (make-instance 'rotated :base-stream a))) (format b "Uryyb~%€ abc~%") (force-output b) (list (peek-char nil s) (read-char s) (progn (unread-char #\H s) (read-line s)) (read-char s) (read s) (progn (close b) (read-char s nil :eof)) (second (first (last (moved s))))))) => (#\H #\H "Hello" #\€ nop :eof t)
(with-pair (a b) (let ((s (make-instance 'rotated :base-stream a))) (list (listen s) (read-char-no-hang s) (progn (write-char #\n b) (force-output b) (mp:wait-for-input-available a :timeout 60) (listen s)) (read-char-no-hang s) (read-char-no-hang s) (sys:with-timeout (0.02 :late) (read-char s))))) => (nil nil t #\a nil :late)
(with-pair (a b) (let ((s (make-instance 'rotated :base-stream a)) (text (make-string 20000 :initial-element #\ü)) (got nil)) (let ((p (mp:process-run-function "reader" (lambda () (setq got (read-line b)))))) (write-line text s) (finish-output s) (mp:process-join p :timeout 60)) (equal got text))) => t
(with-pair (a b) (let ((s (make-instance 'rotated :base-stream a))) (setf (stream-external-format s) :latin1) (write-string "€" s) (force-output s) (list (read-char b) (close s) (open-stream-p a) (search "#<rotated" (princ-to-string (make-instance 'rotated :base-stream a))) (and (search "fd #<MULTIVALENT stream socket" (princ-to-string (make-instance 'rotated :base-stream a))) t)))) => (#\€ t t 0 t)
(let* ((o (make-string-output-stream)) (s (make-instance 'excl:bidirectional-character-encapsulating-stream :base-stream (make-two-way-stream (make-string-input-stream "in") o)))) (write-string "out" s) (force-output s) (list (read-line s) (get-output-stream-string o))) => ("in" "out")
;; one that takes three characters at a time
(defmethod excl:device-write :around ((s rotated) buffer start end blocking) (call-next-method s buffer start (min end (+ start 3)) blocking))
(with-pair (a b) (let ((s (make-instance 'rotated :base-stream a))) (write-line "äbcdéfgh" s) (force-output s) (values (read-line b)))) => "äopqéstu"

;; a stream of octets over a connection that says in lines of hexadecimal digits what they are
(excl:def-stream-class hexadecimal (excl:dual-channel-simple-stream) ())
(defmethod excl:device-open ((s hexadecimal) names initargs) (declare (ignore names)) (excl:with-stream-class (hexadecimal s) (setf (excl:sm excl::input-handle s) (getf initargs :base-stream)) (excl:add-stream-instance-flags s :dual :input :simple) (setf (stream-external-format s) (excl:sm excl:external-format s)) t))
(defmethod excl:device-buffer-length ((s hexadecimal)) 80)
(defmethod excl:device-read ((s hexadecimal) buffer start end blocking) (declare (ignore end)) (excl:with-stream-class (hexadecimal s) (let ((line (make-string 80))) (multiple-value-bind (n done) (excl:funcall-stm-handler excl::j-read-chars (excl:sm excl::input-handle s) line #\newline 0 80 (not (null blocking))) (cond ((plusp n) (loop for i from 0 below n by 2 for j from start do (setf (aref buffer j) (parse-integer line :start i :end (+ i 2) :radix 16))) (floor n 2)) ((eq done :eof) -1) (t 0))))))
(with-pair (a b) (let ((s (make-instance 'hexadecimal :base-stream a))) (format b "48656C~%6C6F0A~%C3A4~%") (close b) (list (read-line s) (read-char s) (read-byte s nil :eof) (stream-external-format s)) nil)) => nil
(with-pair (a b) (let ((s (make-instance 'hexadecimal :base-stream a))) (format b "48656C~%6C6F0A~%C3A4~%") (close b) (list (read-line s) (read-char s) (read-byte s nil :eof)))) => ("Hello" #\ä :eof)
;; the operations by the names of their slots
(with-pair (a b) (excl:funcall-stm-handler-2 excl::j-write-chars "abc" a 1 3) (excl:funcall-stm-handler-2 excl::j-write-char #\! a) (force-output a) (mp:wait-for-input-available b :timeout 60) (let ((s (make-string 5 :initial-element #\.))) (list (excl:funcall-stm-handler excl::j-listen b) (excl:funcall-stm-handler excl::j-read-char b t nil t) (multiple-value-list (excl:funcall-stm-handler excl::j-read-chars b s #\newline 1 5 nil)) s (excl:funcall-stm-handler excl::j-read-char b t nil nil) (progn (close a) (excl:funcall-stm-handler excl::j-read-char b nil :eof t)) (multiple-value-list (excl:funcall-stm-handler excl::j-read-chars b s #\newline 1 5 t))))) => (t #\b (2 nil) ".c!.." nil :eof (0 :eof))
(with-pair (a b) (close a) (excl:funcall-stm-handler excl::j-read-char b)) => :error end-of-file
(defclass handled (excl:null-simple-stream) ((work :initform (lambda (s x) (declare (ignore s)) (values x 2)))))
(multiple-value-list (excl:funcall-stm-handler work (make-instance 'handled) 1)) => (1 2)
(excl:funcall-stm-handler excl::j-no-such (make-instance 'handled)) => :error error

;; read-vector and write-vector: octets of any vector of numbers, exchanged or not
(defun usb (n &rest items) (make-array (length items) :element-type (list 'unsigned-byte n) :initial-contents items))
(defun written (vector &rest keys) (let ((o (excl:make-buffer-output-stream))) (list (apply #'excl:write-vector vector o keys) (coerce (excl:get-output-stream-buffer o) 'list))))
(defun filled (vector octets &rest keys) (let ((i (excl:make-buffer-input-stream (apply #'usb 8 octets)))) (list (apply #'excl:read-vector vector i keys) (coerce vector 'list))))
(written (usb 16 1 258)) => (4 (1 0 2 1))
(written (usb 16 1 258) :endian-swap :network-order) => (4 (0 1 1 2))
(written (usb 32 1 258) :endian-swap :network-order) => (8 (0 0 0 1 0 0 1 2))
(written (usb 8 1 2 3 4) :endian-swap :byte-16) => (4 (2 1 4 3))
(written (usb 8 1 2 3 4) :endian-swap :byte-32) => (4 (4 3 2 1))
(written (usb 16 1 258) :start 1 :end 3) => (3 (0 2))
(written "abc" :start 1) => (3 (98 99))
(written (make-array 2 :element-type '(signed-byte 8) :initial-contents '(-1 5))) => (2 (255 5))
(written (make-array 1 :element-type 'single-float :initial-contents '(1.0))) => (4 (0 0 128 63))
(written (make-array 1 :element-type 'double-float :initial-contents '(1.0d0)) :endian-swap :network-order) => (8 (63 240 0 0 0 0 0 0))
(written (usb 8 1) :endian-swap :sometimes) => :error type-error
(filled (usb 16 0 0) '(1 0 2 1)) => (4 (1 258))
(filled (usb 16 0 0) '(1 2 3) :endian-swap :network-order) => (3 (258 3))
(filled (usb 16 7 7) '(1 0) :start 2) => (4 (7 1))
(filled (make-array 2 :element-type '(signed-byte 16) :initial-element 0) '(255 255 254 255)) => (4 (-1 -2))
(filled (make-array 1 :element-type 'single-float :initial-element 0.0) '(0 0 128 63)) => (4 (1.0))
(filled (make-string 2) '(65 66 67)) => (2 (#\A #\B))
(filled (usb 8 9 9) '()) => (0 (9 9))
(filled (usb 8 9 9) '(1 2) :start 3) => :error type-error
