;; Allegro's foreign functions (package FF), with what libc and libm have.

;; types
(ff:def-foreign-type my-point (:struct (x :int) (y :int))) => #.(find-class 'my-point)
(class-name (class-of (find-class 'my-point))) => ff::foreign-structure
(prin1-to-string (find-class 'my-point)) => "#<FOREIGN-FUNCTIONS::FOREIGN-STRUCTURE MY-POINT>"
(let ((obj (ff:allocate-fobject 'my-point))) (list (prin1-to-string obj) (setf (ff:fslot-value obj 'x) 3) (ff:fslot-value obj 'x) (ff:fslot-value obj :y) (ff:fobjectp obj) (typep obj 'my-point))) => ("#<foreign object of class MY-POINT>" 3 3 0 t t)
(progn (defmethod corner ((p my-point)) (list (ff:fslot-value p 'x) (ff:fslot-value p 'y))) t) => t
(let ((p (ff:allocate-fobject 'my-point))) (setf (ff:fslot-value p 'y) -7) (corner p)) => (0 -7)
(class-name (ff:def-foreign-type my-box (:struct (name (* :char)) (corners (:array my-point 2)) (u (:union (d :double) (i :int)))))) => my-box
(mapcar #'ff:sizeof-fobject '(:char :short :int :long :long-long :nat :float :double (* :void) my-point my-box)) => (1 2 4 8 8 8 4 8 8 8 32)
(let ((b (ff:allocate-fobject 'my-box))) (setf (ff:fslot-value b 'corners 1 'y) 9) (setf (ff:fslot-value b 'u 'd) 1.5d0) (list (ff:fslot-value b 'corners 1 'y) (ff:fslot-value b 'corners '* 'y) (ff:fslot-value b 'u 'd) (- (ff:fslot-address b 'corners 1) (ff:fslot-address b)))) => (9 0 1.5d0 16)
(class-name (ff:def-foreign-type (packed (:pack 1)) (:struct (c :char) (i :int)))) => packed
(class-name (ff:def-foreign-type unpacked (:struct (c :char) (i :int)))) => unpacked
(mapcar #'ff:sizeof-fobject '(packed unpacked)) => (5 8)
(class-name (ff:def-foreign-type node (:struct (value :int) (next (* node))))) => node
(ff:with-static-fobjects ((a 'node) (b 'node)) (setf (ff:fslot-value a 'next) b (ff:fslot-value b 'value) 42) (list (ff:fslot-value a 'next '* 'value) (ff:fslot-value b 'next))) => (42 0)
(class-name (ff:def-foreign-type flags (:struct (a (:bit 3)) (b (:bit 5)) (c (:bit 30)) (d :char)))) => flags
(let ((f (ff:allocate-fobject 'flags))) (setf (ff:fslot-value f 'a) 5 (ff:fslot-value f 'b) 17 (ff:fslot-value f 'c) 123456 (ff:fslot-value f 'd) -1) (list (ff:fslot-value f 'a) (ff:fslot-value f 'b) (ff:fslot-value f 'c) (ff:fslot-value f 'd) (ff:sizeof-fobject 'flags))) => (5 17 123456 -1 12)
(class-name (ff:def-foreign-type grid (:array :int 2 3))) => grid
(let ((g (ff:allocate-fobject 'grid))) (setf (ff:fslot-value g 1 2) 6) (list (ff:fslot-value g 1 2) (ff:fslot-value-typed '(:array :int 6) nil g 5))) => (6 6)
(ff:fslot-value (ff:allocate-fobject 'grid) 1) => :error error
(ff:fslot-value (ff:allocate-fobject 'grid) 2 0) => :error error
(ff:fslot-value (ff:allocate-fobject 'my-point) 'z) => :error error
(ff:fslot-value 3 'x) => :error type-error
(ff:allocate-fobject '(:struct (a :nothing))) => :error error
(ff:def-foreign-type wrong (:struct (a :nothing))) => :error error
(list (ff:canonical-ftype 'my-point) (ff:canonical-ftype :int) (ff:canonical-ftype 'no-type) (ff:foreign-type-p '(* :int))) => ((:struct (x :int) (y :int)) :int nil t)
(class-name (ff:def-foreign-type one (:struct (a :int)))) => one
(class-name (ff:def-foreign-type two one)) => two
(class-name (ff:def-foreign-type one (:struct (a (:array :int 4))))) => one
(mapcar #'ff:sizeof-fobject '(one two)) => (16 4)
(mapcar (lambda (x) (ff::sized-ftype-prim-align (ff::iforeign-type-sftype (ff:get-foreign-type x)))) '(:char :short :int :double (* :int))) => (1 2 4 8 8)
(let ((p (ff:allocate-fobject 'my-point))) (setf (ff:fslot-value p 'x) 12) (let ((text (with-output-to-string (*standard-output*) (ff:describe-fobject p)))) (list (search "#<foreign object of class MY-POINT> at #x" text) (excl:split-re "\\n" (subseq text (1+ (position #\newline text))))))) => (0 ("  X: 12" "  Y: 0"))
(ff:def-foreign-type self (:struct (a self))) => :error error
(ff:def-foreign-type list :int) => :error package-error
(ff:def-foreign-type 3 :int) => :error type-error
(defclass deep-point (my-point) ()) => :error simple-error
(make-instance 'my-point) => :error error

;; memory
(let ((a (ff:allocate-fobject 'my-point :c))) (setf (ff:fslot-value-typed 'my-point :c a 'y) 5) (prog1 (list (integerp a) (ff:fslot-value-typed 'my-point :c a 'y) (ff:fslot-value-typed :int :c (ff:fslot-address-typed 'my-point :c a 'y))) (ff:free-fobject a))) => (t 5 5)
(let ((v (ff:allocate-fobject 'my-point :lisp))) (setf (ff:fslot-value-typed 'my-point :lisp v 'y) 258) (list (type-of v) (subseq v 4))) => ((simple-array (unsigned-byte 8) (8)) #(2 1 0 0))
(let ((a (ff:allocate-fobject :double :aligned))) (setf (ff:fslot-value-typed :double :aligned a) 2.5d0) (prog1 (list (ff:fslot-value-typed :double :aligned a) (= a (ff:address-to-aligned (ff:aligned-to-address a)))) (ff:free-fobject-aligned a))) => (2.5d0 t)
(ff:address-to-aligned 12) => :error error
(ff:with-stack-fobject (p '(:array :double 3)) (setf (ff:fslot-value p 2) 1/4) (ff:fslot-value p 2)) => 0.25d0
(ff:with-stack-fobject (p :int :allocation :c) (setf (ff:fslot-value-typed :int :c p) 7) (list (integerp p) (ff:fslot-value-typed :int :c p))) => (t 7)
(let ((a (excl:aclmalloc 16))) (setf (sys:memref-int a 0 4 :signed-long) -2) (prog1 (list (sys:memref-int a 4 0 :signed-long) (sys:memref-int a 4 0 :unsigned-byte) (sys:memref-int a 4 1 :unsigned-word)) (excl:aclfree a))) => (-2 254 65535)
(let ((v (make-array 4 :element-type '(unsigned-byte 8) :initial-contents '(1 2 3 4) :allocation :static-reclaimable))) (setf (sys:memref-int (ff:fslot-address-typed :unsigned-char :lisp v) 0 2 :unsigned-byte) 99) v) => #(1 2 99 4)
(handler-case (ff:fslot-value-typed :int :c 0) (error (c) (princ-to-string c))) => "There is no memory at the address 0 (a null pointer)."
(setf (ff:fslot-value-typed :int :c 0) 1) => :error error
(ff:fslot-value-typed :int :c 'x) => :error type-error
(ff:allocate-fobject :int :nowhere) => :error error
(ff:with-stack-fobject (c :char) (list (setf (ff:fslot-value c) 200) (ff:fslot-value c))) => (200 -56)
(ff:with-stack-fobject (c :char) (setf (ff:fslot-value c) 256)) => :error type-error
(ff:with-stack-fobject (c :lisp) (ff:fslot-value c)) => :error error
(setf (ff:fslot-value (ff:allocate-fobject 'my-point) 'x) "no") => :error type-error
(list (typep 3 'ff:foreign-address) (typep -1 'ff:foreign-address) (ff:foreign-address-p 0) (ff:foreign-address-p "x") (ff:foreign-address-p (ff:make-foreign-pointer :foreign-address 64))) => (t nil t nil t)
(let ((p (ff:make-foreign-pointer :foreign-address 64 :foreign-type 'thing))) (list (ff:foreign-pointer-p p) (ff:foreign-pointer-address p) (ff:foreign-pointer-type p) (setf (ff:foreign-pointer-address p) 128) (ff:foreign-pointer-address p) (class-name (class-of p)))) => (t 64 thing 128 128 ff:foreign-pointer)
(multiple-value-bind (i before) (ff:register-lisp-value 'a) (multiple-value-bind (j again) (ff:register-lisp-value 'b i) (list before (= i j) again (ff:lisp-value i) (setf (ff:lisp-value i) 'c) (ff:unregister-lisp-value i) (ff:lisp-value i)))) => (nil t a b c c nil)

;; calls
(ff:def-foreign-call (c-strlen "strlen") ((s (* :char))) :returning (:long fixnum)) => c-strlen
(list (c-strlen "hello") (c-strlen "häß") (excl:with-native-string (s "abc") (c-strlen s))) => (5 5 3)
(c-strlen) => :error program-error
(c-strlen 'x) => :error type-error
(ff:def-foreign-call abs ((n :int)) :no-such-option 1) => :error program-error
(ff:def-foreign-call (c-abs "abs") (n)) => c-abs
(c-abs -5) => 5
(c-abs 1.5) => :error type-error
(c-abs (expt 2 32)) => :error type-error
(ff:def-foreign-call (c-lisp "abs") (n) :returning :lisp) => :error error
(ff:def-foreign-call (c-method "abs") (n) :method-index 3) => :error error
(ff:def-foreign-call getpid (:void) :returning :int) => getpid
(= (getpid) (excl.osi:getpid)) => t
(getpid 1) => :error program-error
(ff:def-foreign-call (home "getenv") ((s (* :char))) :returning ((* :char) string)) => home
(list (stringp (home "PATH")) (home "NO_SUCH_VARIABLE_HERE")) => (t nil)
(ff:def-foreign-call (c-open "open") ((s (* :char)) (flags :int)) :error-value :errno) => c-open
(c-open "/no/such/file" 0) => -1 2
(ff:def-foreign-call (c-ldexp "ldexp") ((x :double double-float) (n :int fixnum)) :returning :double) => c-ldexp
(list (c-ldexp 1.5d0 3) (c-ldexp 1 4)) => (12.0d0 16.0d0)
(ff:def-foreign-call (c-sqrtf "sqrtf") ((x :float)) :returning :float) => c-sqrtf
(c-sqrtf 4.0) => 2.0
(ff:def-foreign-call (c-up "toupper") ((c :int character)) :returning (:int character)) => c-up
(c-up #\b) => #\B
(ff:def-foreign-call (c-alpha "isalpha") ((c :int)) :returning :boolean) => c-alpha
(list (c-alpha 65) (c-alpha 33)) => (t nil)
(ff:def-foreign-call (c-snprintf "snprintf") nil) => c-snprintf
(let ((buffer (make-array 20 :element-type '(unsigned-byte 8)))) (list (c-snprintf buffer 20 "%d|%s|%.2f" 42 "x" 1.5d0) (excl:octets-to-string buffer :end 9))) => (9 "42|x|1.50")
(ff:def-foreign-call (c-div "div") ((a :int) (b :int)) :returning quotient :pass-structs-by-value t) => :error error
(class-name (ff:def-foreign-type quotient (:struct (quot :int) (rem :int)))) => quotient
(ff:def-foreign-call (c-div "div") ((a :int) (b :int)) :returning quotient :pass-structs-by-value t) => c-div
(let ((q (c-div 17 5))) (list (ff:fslot-value q 'quot) (ff:fslot-value q 'rem))) => (3 2)
(ff:def-foreign-call (c-frexp "frexp") ((x :double) (n (* :int))) :returning :double) => c-frexp
(let ((n (make-array 1 :element-type '(signed-byte 32)))) (list (c-frexp 12d0 n) n)) => (0.75d0 #(4))
(ff:with-stack-fobject (n :int) (list (c-frexp 12d0 n) (ff:fslot-value n))) => (0.75d0 4)
(ff:def-foreign-call (c-none "no_such_c_function") ((x :int))) => c-none
(handler-case (c-none 1) (error (c) (princ-to-string c))) => "The foreign entry point \"no_such_c_function\" is not known; is its library loaded?"
(list (ff:convert-foreign-name 'my-fun) (ff:convert-foreign-name "MyFun") (integerp (ff:get-entry-point "malloc")) (ff:get-entry-point "no_such_thing")) => ("my_fun" "MyFun" t nil)
(ff:def-foreign-variable (c-opterr "opterr") :type :signed-long) => c-opterr
(list c-opterr (setf c-opterr 0) c-opterr (setf c-opterr 1)) => (1 0 0 1)
(ff:def-foreign-variable (c-nothing "no_such_variable")) => c-nothing
c-nothing => :error error
(let ((v (excl::make-entry-vec-boa))) (setf (aref v 1) (ff:get-entry-point "abs")) (system::ff-funcall v '(:int (signed-byte 32)) -3 '(:int (signed-byte 32)))) => 3
(system::ff-funcall (excl::determine-foreign-address '("labs" :language :c) ff::ep-flag-never-release nil) '(:long (signed-byte 64)) -3 '(:long (signed-byte 64))) => 3

;; libraries
(list (load "libm.so.6" :foreign t) (search "libm" (namestring (first (ff:list-all-foreign-libraries)))) (ff:unload-foreign-library "libm.so.6") (ff:list-all-foreign-libraries)) => (t 0 t nil)
(with-output-to-string (*standard-output*) (load "libm.so.6" :foreign t :verbose t)) => #.(format nil "; Foreign loading libm.so.6.~%")
(load "no-such-library.so" :foreign t) => :error file-error
(load "no-such-library.so") => :error file-error
(ff:unload-foreign-library "no-such-library.so") => :error file-error

;; functions that C calls
(ff:def-foreign-call (c-qsort "qsort") ((base (* :void)) (count :unsigned-long) (size :unsigned-long) (compare :foreign-address)) :returning :void) => c-qsort
(ff:defun-foreign-callable compare-ints ((a (* :int)) (b (* :int))) (declare (:convention :c)) (- (ff:fslot-value-typed :int :c a) (ff:fslot-value-typed :int :c b))) => compare-ints
(defun sorted (callable) (let ((v (make-array 5 :element-type '(signed-byte 32) :initial-contents '(5 3 9 -1 2)))) (c-qsort v 5 4 (ff:register-foreign-callable callable :reuse t)) v)) => sorted
(sorted 'compare-ints) => #(-1 2 3 5 9)
(multiple-value-bind (address index) (ff:register-foreign-callable 'compare-ints) (multiple-value-bind (again place f before) (ff:register-foreign-callable 'compare-ints index t) (list (= place index) (functionp f) (= before address) (integerp again) (ff:unregister-foreign-callable index) (ff:unregister-foreign-callable index)))) => (t t t t t nil)
(ff:register-foreign-callable 'no-such-callable) => :error error
(ff:defun-foreign-callable thrower ((a (* :int)) (b (* :int))) (throw 'out (list :thrown a))) => thrower
(car (catch 'out (sorted 'thrower))) => :thrown
(ff:defun-foreign-callable failer ((a (* :int)) (b (* :int))) (error "in a callback")) => failer
(handler-case (sorted 'failer) (error (c) (princ-to-string c))) => "in a callback"
(sorted 'compare-ints) => #(-1 2 3 5 9)
(ff:defun-foreign-callable wrong-result ((a (* :int)) (b (* :int))) "text") => wrong-result
(sorted 'wrong-result) => :error type-error
(ff:defun-foreign-callable half ((x :double)) (declare (:returning :double)) (/ x 2)) => half
(system::ff-funcall (ff:register-foreign-callable 'half nil t) '(:double) 3d0 '(:double)) => 1.5d0

;; strings
(multiple-value-bind (address size) (excl:string-to-native "aß") (prog1 (list size (multiple-value-list (excl:native-to-string address)) (ff:char*-string-length address) (ff:foreign-strlen address)) (excl:aclfree address))) => (4 ("aß" 2 3) 2 3)
(excl:with-native-string (s "hello" :native-length-var n) (list n (excl:native-to-string s) (excl:native-to-string s :length 2) (excl:native-to-octets s :length 3))) => (6 "hello" "he" #(104 101 108))
(excl:with-native-strings* ((a "x") (b "yz")) (list (ff:char*-to-string a) (ff:char*-to-string b))) => ("x" "yz")
(excl:string-to-native "abc" :result-vector t) => #(97 98 99 0) 4
(let ((w (ff:string-to-wchar* "aß"))) (prog1 (list (ff:wchar*-to-string w) (ff:wchar*-string-length w)) (excl:aclfree w))) => ("aß" 2)
(multiple-value-bind (a n) (excl:octets-to-native (excl:string-to-octets "abc")) (prog1 (list n (excl:native-to-string a)) (excl:aclfree a))) => (4 "abc")
(excl:native-to-string 0) => :error error
(let ((a (ff:string-to-char* "abc"))) (prog1 (let ((s (make-string 3))) (excl:native-to-string a :string s) s) (excl:aclfree a))) => "abc"

;; older programs
(ff:defforeign 'labs :arguments '(fixnum) :return-type :fixnum) => t
(labs -9) => 9
(ff:defforeign-list '((older-length :entry-point "strlen" :arguments (string) :return-type :integer))) => t
(older-length "four") => 4
(ff:defcstruct older-point (x :long) (y :short-float) (name 8 :char) (next * older-point)) => older-point
(let ((p (make-older-point))) (setf (older-point-x p) 5 (older-point-y p) 1.5 (older-point-name p 2) 65) (list (older-point-x p) (older-point-y p) (older-point-name p 2) (older-point-next p) (ff:sizeof-fobject 'older-point))) => (5 1.5 65 0 32)
(ff:def-c-type (older-pair :in-foreign-space) :struct (a :int) (b :union (i :int) (d :double-float))) => older-pair
(let ((p (make-older-pair))) (setf (older-pair-b p 'd) 2d0) (prog1 (list (integerp p) (older-pair-b p 'd)) (ff:free-cstruct p))) => (t 2d0)
(ff:def-c-typedef older-number :unsigned-long) => older-number
(list (ff:sizeof-fobject 'older-number) (fboundp 'make-older-number)) => (8 nil)
(let ((p (ff:malloc-cstruct 'older-point))) (setf (older-point-x p) 3) (prog1 (older-point-x p) (ff:free-cstruct p))) => 3
(macroexpand-1 '(ff:defcstruct bad-point 7)) => :error error
