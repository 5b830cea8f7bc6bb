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
