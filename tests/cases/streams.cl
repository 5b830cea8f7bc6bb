;;; Streams: characters, lines, octets, compositions, files.

(length (with-output-to-string (s) (write-string "abc" s) (write-char #\d s) (write-line "e" s :start 0))) => 6
(with-output-to-string (s) (write-string "abcdef" s :start 1 :end 3)) => "bc"
(write-string "abc" nil :start 2 :end 1) => :error type-error
(write-string 'abc) => :error type-error
(write-char "a") => :error type-error
(with-input-from-string (s "ab") (list (read-char s) (peek-char nil s) (read-char s) (read-char s nil :end))) => (#\a #\b #\b :end)
(with-input-from-string (s "ab") (read-char s) (unread-char #\a s) (read-line s)) => "ab" t
(with-input-from-string (s "") (read-char s)) => :error end-of-file
(with-input-from-string (s "  x") (peek-char t s)) => #\x
(let ((*readtable* (copy-readtable))) (set-syntax-from-char #\x #\Space) (set-syntax-from-char #\Space #\a) (with-input-from-string (s "xx x") (peek-char t s))) => #\space
(with-input-from-string (s "abcd") (peek-char #\c s) (read-char s)) => #\c
(with-input-from-string (s "abcd") (peek-char #\z s nil 7)) => 7
(let (i) (with-input-from-string (s "abcd" :index i :start 1) (read-char s)) i) => 2
(with-input-from-string (s "abcd" :end 2) (read-line s)) => "ab" t
(read-char 3) => :error type-error
(read-line 'x) => :error type-error
(let ((s (make-string-output-stream))) (write-string "x" s) (list (get-output-stream-string s) (get-output-stream-string s))) => ("x" "")
(array-element-type (get-output-stream-string (make-string-output-stream :element-type nil))) => nil
(let ((s (make-string-output-stream))) (list (fresh-line s) (progn (write-char #\a s) (fresh-line s)) (fresh-line s))) => (nil t nil)
(let ((s (make-string-input-stream "abc"))) (close s) (read-char s)) => :error stream-error
(let ((s (make-string-output-stream))) (close s) (write-char #\a s)) => :error stream-error
(let ((s (make-string-input-stream "abc"))) (list (close s) (close s) (open-stream-p s))) => (t nil nil)
(let ((s (make-string-input-stream "abc"))) (write-char #\a s)) => :error stream-error
(close (make-string-input-stream "a") :foo 1) => :error program-error
(let ((s (make-concatenated-stream (make-string-input-stream "a") (make-string-input-stream "b")))) (list (read-char s) (read-char s) (read-char s nil) (concatenated-stream-streams s))) => (#\a #\b nil nil)
(let* ((a (make-string-output-stream)) (b (make-string-output-stream)) (s (make-broadcast-stream a b))) (write-string "x" s) (list (get-output-stream-string a) (get-output-stream-string b))) => ("x" "x")
(let* ((o (make-string-output-stream)) (s (make-echo-stream (make-string-input-stream "abc") o))) (read-char s) (peek-char nil s) (read-line s nil) (get-output-stream-string o)) => "abc"
(let* ((o (make-string-output-stream)) (s (make-two-way-stream (make-string-input-stream "abc") o))) (write-char (read-char s) s) (get-output-stream-string o)) => "a"
(defvar *synonym* (make-string-input-stream "xyz"))
(let ((s (make-synonym-stream '*synonym*))) (list (read-char s) (synonym-stream-symbol s) (read-char s) (unread-char #\y s) (read-line s))) => (#\x *synonym* #\y nil "yz")
(let ((s (make-synonym-stream '*synonym*))) (let ((*synonym* (make-string-input-stream "a"))) (declare (special *synonym*)) (read-char s))) => #\a
(make-broadcast-stream (make-string-input-stream "a")) => :error type-error
(make-two-way-stream 1 2) => :error type-error
(let ((v (make-array 3 :initial-element nil))) (list (read-sequence v (make-string-input-stream "ab")) v)) => (2 #(#\a #\b nil))
(let ((v (list 1 2 3 4))) (list (read-sequence v (make-string-input-stream "abcdef") :start 1 :end 3) v)) => (3 (1 #\a #\b 4))
(with-output-to-string (s) (write-sequence "abcd" s :start 1 :end 3) (write-sequence '(#\x #\y) s) (write-sequence (vector #\z) s)) => "bcxyz"
(read-sequence (list 1 2) (make-string-input-stream "a") :start 3) => :error type-error
(read-sequence 1 (make-string-input-stream "a")) => :error type-error

(defvar *file* (format nil "/tmp/acl-streams-~36r.txt" (random (expt 10 15) (make-random-state t))))
(with-open-file (s *file* :direction :output :if-exists :supersede) (write-line "hello" s) (write-string "wörld" s) (file-position s)) => 12
(with-open-file (s *file*) (list (read-line s) (file-position s) (multiple-value-list (read-line s)) (read-line s nil :eof) (file-length s))) => ("hello" 6 ("wörld" t) :eof 12)
(with-open-file (s *file* :external-format :latin-1) (read-line s) (read-line s)) => "wÃ¶rld" t
(with-open-file (s *file*) (file-position s 2) (read-line s)) => "llo" nil
(with-open-file (s *file* :element-type '(unsigned-byte 8)) (let ((v (make-array 8 :element-type '(unsigned-byte 8)))) (list (read-byte s) (read-sequence v s :end 4) v))) => (104 4 #(101 108 108 111 0 0 0 0))
(with-open-file (s *file*) (list (read-char s) (read-byte s) (read-char s) (progn (setf (stream-external-format s) :latin-1) (read-line s)) (read-line s))) => (#\h 101 #\l "lo" "wÃ¶rld")
(open *file* :direction :output) => :error file-error
(open *file* :direction :output :if-exists nil) => nil
(open "/tmp/acl-no-such-file" :if-does-not-exist nil) => nil
(open "/tmp/acl-no-such-file") => :error file-error
(open "/tmp/acl-no-such-directory/x" :direction :output) => :error file-error
(open *file* :direction :sideways) => :error type-error
(open *file* :external-form :utf-8) => :error program-error
(catch 'out (with-open-file (s *file* :direction :output :if-exists :supersede) (write-string "lost" s) (throw 'out nil)))
(with-open-file (s *file*) (read-line s)) => "hello" nil
(with-open-file (s *file* :direction :io :if-exists :overwrite) (read-char s) (write-char #\E s) (list (read-line s) (file-position s 0) (read-line s))) => ("llo" t "hEllo")
(with-open-file (s *file* :direction :output :if-exists :append) (write-string "!" s))
(with-open-file (s *file*) (read-line s) (read-line s)) => "wörld!" t
(with-open-file (s *file* :direction :output :if-exists :supersede :element-type '(signed-byte 17)) (write-byte -65536 s) (write-byte 65535 s) (file-length s)) => 2
(with-open-file (s *file* :element-type '(signed-byte 17)) (list (read-byte s) (read-byte s) (read-byte s nil))) => (-65536 65535 nil)
(with-open-file (s *file* :direction :output :if-exists :supersede :element-type '(unsigned-byte 8)) (write-byte 256 s)) => :error type-error
(with-open-file (s *file* :direction :output :if-exists :supersede :external-format '(:e-crlf :utf-8)) (write-line "a" s) (write-line "b" s))
(with-open-file (s *file*) (file-length s)) => 6
(with-open-file (s *file* :external-format '(:e-crlf :utf-8)) (list (read-line s) (read-char s) (read-byte s) (read-byte s))) => ("a" #\b 13 10)
(open-stream-p (open *file* :direction :probe)) => nil
(file-length (make-string-input-stream "a")) => :error type-error
(delete-file *file*) => t
(delete-file *file*) => :error file-error
(probe-file *file*) => nil

(multiple-value-list (excl:string-to-octets "hé")) => (#(104 195 169 0) 4)
(excl:octets-to-string (excl:string-to-octets "hé" :external-format :latin1) :external-format :latin1) => "hé" 2 2
(excl:with-output-to-buffer (s) (write-char #\a s) (write-byte 255 s) (write-string "é" s)) => #(97 255 195 169)
(excl:with-input-from-buffer (s (excl:string-to-octets "abcé" :null-terminate nil)) (list (read-char s) (read-byte s) (read-line s))) => (#\a 98 "cé")
(with-input-from-string (*query-io* "y") (y-or-n-p)) => :error stream-error
(let ((*query-io* (make-two-way-stream (make-string-input-stream (with-output-to-string (q) (write-line "m" q) (write-line "n" q))) (make-broadcast-stream)))) (y-or-n-p)) => nil

(defclass counted (excl:fundamental-character-input-stream) ((rest :initarg :rest :accessor counted-rest)))
(defmethod excl:stream-read-char ((s counted)) (if (counted-rest s) (pop (counted-rest s)) :eof))
(defmethod excl:stream-unread-char ((s counted) c) (push c (counted-rest s)))
(let ((s (make-instance 'counted :rest (list #\a #\b #\c)))) (list (read-char s) (peek-char nil s) (multiple-value-list (read-line s)) (read-char s nil :end) (input-stream-p s) (output-stream-p s))) => (#\a #\b ("bc" t) :end t nil)
(defclass doubled (excl:fundamental-character-output-stream) ((inner :initarg :inner :reader inner)))
(defmethod excl:stream-write-char ((s doubled) c) (write-char c (inner s)) (write-char c (inner s)))
(defmethod excl:stream-line-column ((s doubled)) nil)
(with-output-to-string (o) (let ((s (make-instance 'doubled :inner o))) (write-string "ab" s) (princ 12 s) (close s))) => "aabb1122"

; Gray streams: every function of the system works on them, made of the few methods of the program.
(defclass tape (excl:fundamental-character-input-stream) ((text :initarg :text) (at :initform 0)))
(defmethod excl:stream-read-char ((s tape)) (with-slots (text at) s (if (< at (length text)) (prog1 (char text at) (incf at)) :eof)))
(defmethod excl:stream-unread-char ((s tape) c) (declare (ignore c)) (decf (slot-value s 'at)))
(defun tape (text) (make-instance 'tape :text text))
(let ((s (tape "(a b) 12 \"x\"; c"))) (list (read s) (read-preserving-whitespace s) (read-char s) (read s) (read s nil :end))) => ((a b) 12 #\space "x" :end)
(let ((s (tape (format nil "one~%two")))) (list (multiple-value-list (read-line s)) (multiple-value-list (read-line s)) (read-line s nil :end))) => (("one" nil) ("two" t) :end)
(list (listen (tape "")) (listen (tape "a")) (read-char-no-hang (tape "") nil :end) (peek-char t (tape "  z"))) => (nil t :end #\z)
(let ((v (make-string 4 :initial-element #\-))) (list (read-sequence v (tape "xy") :start 1) v)) => (3 "-xy-")
(let* ((o (make-string-output-stream)) (s (make-echo-stream (tape "hello") o))) (list (read-char s) (peek-char nil s) (read-line s) (get-output-stream-string o))) => (#\h #\e "ello" "hello")
(read-line (make-concatenated-stream (tape "ab") (make-string-input-stream "cd"))) => "abcd" t
(let ((s (make-two-way-stream (tape "ab") (make-string-output-stream)))) (list (read-char s) (input-stream-p s) (output-stream-p s))) => (#\a t t)
(handler-case (read-char (tape "")) (end-of-file (c) (typep (stream-error-stream c) 'tape))) => t
(write-char #\a (tape "")) => :error stream-error
(defclass bytes (excl:fundamental-binary-input-stream excl:fundamental-binary-output-stream) ((data :initarg :data :initform nil)))
(defmethod excl:stream-read-byte ((s bytes)) (if (slot-value s 'data) (pop (slot-value s 'data)) :eof))
(defmethod excl:stream-write-byte ((s bytes) b) (push b (slot-value s 'data)))
(let ((s (make-instance 'bytes :data (list 1 2 3))) (v (vector 0 0 0))) (list (read-byte s) (read-sequence v s) v (read-byte s nil :end))) => (1 2 #(2 3 0) :end)
(let ((s (make-instance 'bytes))) (write-byte 4 s) (write-sequence #(5 6) s) (slot-value s 'data)) => (6 5 4)
(let ((s (make-instance 'bytes))) (list (open-stream-p s) (close s) (open-stream-p s) (input-stream-p s) (output-stream-p s) (stream-element-type s))) => (t t nil t t (unsigned-byte 8))
(substitute #\| #\Newline (with-output-to-string (o) (let ((s (make-instance 'doubled :inner o))) (format s "~a~5t~d" "a" 1) (fresh-line s) (prin1 '(f x) s)))) => "aa    11||((FF  XX))"

; External formats: what is written is read
(loop for format in '(:utf-8 :utf8 :latin1 :iso8859-1 :utf-16 :utf-16le :utf-16be :ucs-2 :utf-32 :unicode :fat :windows-1252 :default (:e-crlf :utf-8) (:e-crlf :utf-16))
      for text = (format nil "a~a~%b" (code-char 233))
      for octets = (excl:string-to-octets text :external-format format)
      unless (and (equal text (excl:octets-to-string octets :external-format format))
                  (equal text (excl:octets-to-string (excl:string-to-octets text :external-format format :null-terminate nil) :external-format format)))
      collect format) => nil
(multiple-value-list (excl:string-to-octets "a" :external-format :utf-16le)) => (#(97 0 0 0) 4)
(excl:find-external-format :no-such-format) => :error error
(list (excl:ef-name (excl:find-external-format :utf8)) (excl:ef-width :utf-16le) (excl:ef-nulls :utf-8) (subseq (excl:ef-nicknames :latin1) 0 2)) => (:utf-8 2 1 (:iso-8859-1 :iso8859-1))
(let ((ef (excl:compose-external-formats :e-crlf :utf-8))) (list (excl:ef-name ef) (excl:composed-external-format-p ef) (excl:ef-composer-ef ef) (excl:ef-name (excl:ef-composee-ef ef)) (excl:ef-composee-ef :utf-8))) => ((:e-crlf :utf-8) t :e-crlf :utf-8 nil)
(excl:with-output-to-buffer (s) (setf (excl:eol-convention s) :dos) (write-line "a" s) (setf (excl:eol-convention s) :unix) (write-line "b" s)) => #(97 13 10 98 10)
(excl:create-newline-ef :sideways) => :error type-error
(with-output-to-string (s) (write-string "abc" s) (prin1 (excl:charpos s) s)) => "abc3"

;; a Gray stream of octets whose methods know only stream-read-byte
(defclass three-octets (excl:fundamental-binary-input-stream) ((n :initform 0)))
(defmethod excl:stream-read-byte ((s three-octets)) (with-slots (n) s (if (< n 3) (incf n) :eof)))
(let ((v (make-array 2 :element-type '(unsigned-byte 8)))) (list (read-sequence v (make-instance 'three-octets)) v)) => (2 #(1 2))
(let ((v (make-array 5 :element-type '(unsigned-byte 8) :initial-element 0))) (list (read-sequence v (make-instance 'three-octets)) v)) => (3 #(1 2 3 0 0))

; read-sequence and write-sequence give a Gray stream's methods the sequence itself
(defclass whole-sequences (excl:fundamental-character-input-stream excl:fundamental-character-output-stream) ((log :initform nil :accessor log-of)))
(defmethod excl:stream-read-sequence ((s whole-sequences) sequence &optional (start 0) end) (push (list :read sequence start end) (log-of s)) (fill sequence 7 :start start :end end) end)
(defmethod excl:stream-write-sequence ((s whole-sequences) sequence &optional (start 0) end) (push (list :write sequence start end) (log-of s)) sequence)
(let ((s (make-instance 'whole-sequences)) (list (make-list 3)) (vector (make-array 2 :element-type '(unsigned-byte 8))))
  (list (read-sequence list s :start 1) list (read-sequence vector s) vector (equal (write-sequence "abc" s :end 2) "abc") (eq (write-sequence list s) list)
        (reverse (log-of s)) (eq list (second (first (log-of s))))))
  => (3 (nil 7 7) 2 #(7 7) t t ((:read (nil 7 7) 1 3) (:read #(7 7) 0 2) (:write "abc" 0 2) (:write (nil 7 7) 0 3)) t)
(defclass noting-stream (excl:fundamental-character-input-stream excl:fundamental-character-output-stream) ((log :initform nil :accessor log-of)))
(defmethod excl:stream-write-string ((s noting-stream) string &optional (start :none) (end :none)) (push (list string start end) (log-of s)) string)
(defmethod excl:stream-write-char ((s noting-stream) char) (push char (log-of s)) char)
(defmethod excl:stream-line-column ((s noting-stream)) 3)
(defmethod excl:stream-advance-to-column ((s noting-stream) column) (push (list :to column) (log-of s)) t)
(defmethod excl:stream-clear-input ((s noting-stream)) (push :clear (log-of s)) nil)
(let ((s (make-instance 'noting-stream))) (write-string "hello" s :start 1 :end 3) (write-string "ab" s) (format s "~10t") (format s "~2,4@t") (format s "~1,4t") (clear-input s) (reverse (log-of s)))
  => (("hello" 1 3) ("ab" :none :none) (:to 10) (:to 8) (:to 5) :clear)
