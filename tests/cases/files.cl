;;; Files (chapter 20).

(defvar *dir* (format nil "/tmp/acl-files-~d/" (random 1000000000 (make-random-state t))))
(defun path (name) (concatenate 'string *dir* name))
(defun make-file (name &optional (text "x")) (with-open-file (s (ensure-directories-exist (path name)) :direction :output :if-exists :supersede) (write-string text s)) (path name))
(multiple-value-bind (name made) (ensure-directories-exist (path "a/b/c.txt")) (list (equal name (path "a/b/c.txt")) (not (null made)))) => (t t)
(nth-value 1 (ensure-directories-exist (path "a/b/c.txt"))) => nil
(list (probe-file (path "none")) (not (null (probe-file (make-file "a/one.txt")))) (not (null (probe-file (path "a/"))))) => (nil t t)
(pathname-name (truename (path "a/../a/one.txt"))) => "one"
(truename (path "none.txt")) => :error file-error
(handler-case (truename (path "none.txt")) (file-error (c) (pathname-name (file-error-pathname c)))) => "none"
(progn (make-file "a/two.lisp") (make-file "a/b/three.txt") (mapcar #'pathname-name (sort (directory (path "a/*.txt")) #'string< :key #'namestring))) => ("one")
(mapcar #'pathname-name (sort (directory (path "a/**/*.txt")) #'string< :key #'namestring)) => ("three" "one")
(mapcar #'file-namestring (sort (directory (path "a/*.*")) #'string< :key #'namestring)) => ("b" "one.txt" "two.lisp")
(mapcar #'pathname-name (directory (path "a/?ne.txt"))) => ("one")
(mapcar #'pathname-name (directory (path "a/o*e.txt"))) => ("one")
(directory (path "nowhere/*.*")) => nil
(probe-file (path "a/*.txt")) => :error file-error
(multiple-value-bind (new old true) (rename-file (path "a/one.txt") "uno") (list (file-namestring new) (file-namestring old) (file-namestring true) (probe-file (path "a/one.txt")))) => ("uno.txt" "one.txt" "uno.txt" nil)
(rename-file (path "a/none.txt") "x") => :error file-error
(list (delete-file (path "a/uno.txt")) (probe-file (path "a/uno.txt"))) => (t nil)
(delete-file (path "a/uno.txt")) => :error file-error
(let ((date (file-write-date (make-file "d.txt")))) (< (abs (- (get-universal-time) date)) 1000)) => t
(file-write-date (path "none")) => :error file-error
(stringp (file-author (path "d.txt"))) => t
(with-open-file (s (path "d.txt")) (list (pathname-name s) (equal (truename s) (probe-file (path "d.txt"))) (integerp (file-write-date s)))) => ("d" t t)
(let ((*default-pathname-defaults* (pathname *dir*))) (list (not (null (probe-file "d.txt"))) (with-open-file (s "d.txt") (read-line s)))) => (t "x")
(let ((p (make-file "e f{1}.txt" "odd"))) (declare (ignorable p)) (with-open-file (s (make-pathname :name "e f{1}" :type "txt" :defaults *dir*)) (read-line s))) => "odd" t
(directory 3) => :error type-error
(probe-file 'x) => :error type-error
(pathnamep (user-homedir-pathname)) => t
; The external format of source files
(flet ((source (&rest octets)
         (with-open-file (out (path "source.cl") :direction :output :if-exists :supersede :element-type '(unsigned-byte 8))
           (write-sequence (concatenate 'vector (map 'vector #'char-code "(defparameter *text* ") octets #(41)) out))))
  (defparameter *text* nil)
  (source 34 233 34)
  (list (progn (load (path "source.cl") :external-format :latin1) (char-code (char *text* 0)))
        (handler-case (load (path "source.cl")) (file-error () :error))
        (handler-bind ((file-error (lambda (c) c (use-value :latin1)))) (load (path "source.cl")))
        (handler-bind ((file-error #'continue)) (load (path "source.cl")) (char-code (char *text* 0)))
        (progn (load (compile-file (path "source.cl") :external-format :latin1)) (char-code (char *text* 0)))))
  => (233 :error t 65533 233)

(excl:delete-directory-and-files *dir*) => t

; element types that DEFTYPE has defined, and classes
(deftype octet () '(unsigned-byte 8))
(deftype octets (n) `(unsigned-byte ,(* n 8)))
(flet ((try (type)
         (let ((name (path "octets.bin")))
           (ensure-directories-exist name)
           (with-open-file (s name :direction :output :if-exists :supersede :element-type type) (write-byte 1 s) (write-byte 65 s))
           (with-open-file (s name :element-type type)
             (let ((list (make-list 3)) (vector (make-array 3)))
               (list (read-sequence list s) list (file-position s 0) (read-sequence vector s) vector))))))
  (mapcar #'try (list 'octet '(octets 2) '(or bit octet) (find-class 'integer))))
  => ((2 (1 65 nil) t 2 #(1 65 nil)) (2 (1 65 nil) t 2 #(1 65 nil)) (2 (1 65 nil) t 2 #(1 65 nil)) (2 (1 65 nil) t 2 #(1 65 nil)))

;; a mapped file keeps its length
(defvar *mapped* (namestring (merge-pathnames (format nil "acl-mapped-~36r" (random (expt 10 15) (make-random-state t))) (sys:temporary-directory))))
(with-open-file (s *mapped* :direction :output) (write-string "abcdef" s)) => "abcdef"
(with-open-file (s *mapped* :mapped t) (list (typep s 'excl:mapped-file-simple-stream) (typep s 'excl:direct-simple-stream) (typep s 'excl:file-simple-stream) (read-char s) (search (format nil "#<mapped-file-simple-stream #P~s mapped for input pos 1 @ " *mapped*) (write-to-string s :pretty nil)))) => (t t t #\a 0)
(with-open-file (s *mapped* :direction :io :mapped t) (file-position s 4) (write-string "XY" s) (finish-output s) (file-position s 0) (values (read-line s))) => "abcdXY"
(with-open-file (s *mapped* :direction :io :mapped t) (file-position s 4) (write-string "XYZ" s) (finish-output s)) => :error stream-error
(excl:file-contents *mapped*) => "abcdXY"
(open *mapped* :direction :output :mapped t) => :error file-error
(open "/no/such/file" :direction :io :mapped t) => :error file-error
(delete-file *mapped*) => t

;; parts of pathnames, ages of files
(list (excl:enough-pathname "/foo/bar/baz.cl" "/foo/bar/") (excl:pathname-sans-file "/foo/bar/baz.cl")) => (#p"baz.cl" #p"/foo/bar/")
(let* ((old (excl.osi:with-open-temp-file (s "/tmp/acl-oldXXXXXX"))) (new (excl.osi:with-open-temp-file (s "/tmp/acl-newXXXXXX")))) (unwind-protect (progn (excl.osi:utime old 3600000000 3600000000) (list (excl:file-older-p old new) (excl:file-older-p new old) (excl:file-older-p old old) (excl:file-older-p old "/no/such/file") (excl:file-older-p "/no/such/file" new))) (delete-file old) (delete-file new))) => (t nil nil nil nil)
