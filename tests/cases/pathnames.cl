;;; Pathnames and files.

(pathname-directory "/a/b/../c/*.lisp") => (:absolute "a" "b" :up "c")
(list (pathname-name "/a/b.c.d") (pathname-type "/a/b.c.d") (pathname-name ".emacs") (pathname-type ".emacs")) => ("b.c" "d" ".emacs" nil)
(list (pathname-name "*.lisp") (pathname-type "x.*") (pathname-name "f*o") (pathname-directory "a/**/b/*/")) => (:wild :wild "f*o" (:relative "a" :wild-inferiors "b" :wild))
(list (pathname-directory "") (pathname-directory "/") (pathname-name "a/") (pathname-directory "./x")) => (nil (:absolute) nil (:relative))
(namestring (make-pathname :directory '(:absolute "a" "b") :name "c" :type "d")) => "/a/b/c.d"
(namestring "a\\*b") => "a\\*b"
(wild-pathname-p "a\\*b") => nil
(list (wild-pathname-p "a/*/b") (wild-pathname-p "a/*/b" :name) (wild-pathname-p "a/*/b" :directory) (wild-pathname-p "a?")) => (t nil t t)
(wild-pathname-p "a" :foo) => :error type-error
(equal #p"a/b.c" (make-pathname :directory '(:relative "a") :name "b" :type "c")) => t
(equal #p"a" #p"A") => nil
#p"/a/b.c" => #p"/a/b.c"
(merge-pathnames "x/y" "/a/b/z.lisp") => #p"/a/b/x/y.lisp"
(merge-pathnames (make-pathname :directory '(:relative :back "x")) "/a/b/") => #p"/a/x/"
(merge-pathnames "/x/y" "/a/b/z.lisp") => #p"/x/y.lisp"
(make-pathname :name "n" :defaults "/a/b.c") => #p"/a/n.c"
(make-pathname :name nil :defaults "/a/b.c") => #p"/a/.c"
(make-pathname :directory '(:absolute :up)) => :error file-error
(handler-case (make-pathname :directory '(:absolute "a" :wild-inferiors :back)) (file-error (c) (file-error-pathname c))) => #P"/a/**/"
(make-pathname :directory '(foo)) => :error type-error
(enough-namestring "/a/b/c.d" "/a/") => "b/c.d"
(pathname-match-p "/a/b/foo.lisp" "/a/*/f*.lisp") => t
(pathname-match-p "/a/b/c/foo.lisp" "/a/*/*.lisp") => nil
(pathname-match-p "/a/b/c/foo.lisp" "/a/**/*.lisp") => t
(translate-pathname "/a/p/q/foo.lisp" "/a/**/*.lisp" "/x/**/*.fasl") => #p"/x/p/q/foo.fasl"
(translate-pathname "foo-bar.x" "*-*.x" "*_*.y") => #p"foo_bar.y"
(translate-pathname "foo.x" "*.y" "*.z") => :error error
(multiple-value-list (parse-namestring "xxfoo.lispyy" nil *default-pathname-defaults* :start 2 :end 10)) => (#p"foo.lisp" 10)
(pathname 3) => :error type-error
(pathname (make-string-input-stream "a")) => :error type-error

(setf (logical-pathname-translations "ACLTEST") '(("SRC;**;*.*.*" "/tmp/src/**/*.*") ("*.LISP" "/tmp/*.cl")))
(translate-logical-pathname "acltest:src;a;b;c.txt") => #p"/tmp/src/a/b/c.txt"
(translate-logical-pathname "ACLTEST:BAR.LISP") => #p"/tmp/bar.cl"
(translate-logical-pathname "ACLTEST:NO;SUCH.FILE") => :error file-error
(logical-pathname "acltest:src;foo.lisp.newest") => #p"ACLTEST:SRC;FOO.LISP.NEWEST"
(let ((p (logical-pathname "acltest:;foo.lisp.3"))) (list (pathname-host p) (pathname-device p) (pathname-directory p) (pathname-version p))) => ("ACLTEST" :unspecific (:relative) 3)
(logical-pathname "foo.lisp") => :error type-error
(logical-pathname-translations "NOSUCHHOST") => :error error
(merge-pathnames "acltest:q;" "foo.bar") => #p"ACLTEST:Q;FOO.BAR"
(namestring (merge-pathnames "foo" (logical-pathname "acltest:src;x.lisp"))) => "ACLTEST:SRC;FOO.LISP.NEWEST"

(defvar *dir* (format nil "/tmp/acl-pathnames-~36r/" (random (expt 10 15) (make-random-state t))))
(defun at (name) (concatenate 'string *dir* name))
(defun below (x) (if (listp x) (mapcar #'below x) (enough-namestring x *dir*)))
(multiple-value-bind (name made) (ensure-directories-exist (at "sub/x.txt")) (list (equal name (at "sub/x.txt")) made)) => (t t)
(setf (excl:file-contents (at "sub/a b.txt")) "hello") => "hello"
(below (directory (at "**/*.txt"))) => ("sub/a b.txt")
(below (directory (at "*"))) => ("sub")
(below (directory (at "*") :directories-are-files nil)) => ("sub/")
(directory (at "nothing*")) => nil
(below (probe-file (at "sub/../sub/a b.txt"))) => "sub/a b.txt"
(below (multiple-value-list (rename-file (at "sub/a b.txt") "c"))) => ("sub/c.txt" "sub/a b.txt" "sub/c.txt")
(excl:file-contents (at "sub/c.txt")) => "hello"
(truename (at "none")) => :error file-error
(probe-file "/tmp/*.none") => :error file-error
(integerp (file-write-date *dir*)) => t
(handler-case (delete-file (at "none")) (file-error (c) (below (file-error-pathname c)))) => "none"
(excl:delete-directory-and-files *dir*) => t
(excl:probe-directory *dir*) => nil
(excl:pathname-as-directory "/a/b.c") => #p"/a/b.c/"
(excl:pathname-as-file "/a/b.c/") => #p"/a/b.c"
(make-pathname :directory '(:relative "a") :defaults #p"/x/y") => #p"a/y"
(setf (logical-pathname-translations "NO-TARGET") '(("*.LISP"))) => :error error
(logical-pathname-translations "NO-TARGET") => :error error
