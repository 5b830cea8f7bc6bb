;;; Classes, instances, generic functions, methods, method combination.

;; Instances and slots
(defclass point () ((x :initarg :x :accessor point-x) (y :initarg :y :initform 7 :accessor point-y)))
(defvar *p* (make-instance 'point :x 1))
(list (point-x *p*) (slot-value *p* 'y) (slot-boundp *p* 'x) (slot-exists-p *p* 'z)) => (1 7 t nil)
(progn (setf (point-x *p*) 10 (slot-value *p* 'y) 2) (with-slots (x (why y)) *p* (list x why (incf x)))) => (10 2 11)
(with-accessors ((a point-x)) *p* (decf a) a) => 10
(slot-value *p* 'nope) => :error error
(slot-value (allocate-instance (find-class 'point)) 'x) => :error unbound-slot
(slot-boundp (slot-makunbound (make-instance 'point :x 1) 'x) 'x) => nil
(make-instance 'point :bad 1) => :error program-error
(make-instance 'point :x) => :error program-error
(slot-value (make-instance 'point :bad 1 :allow-other-keys t :x 3) 'x) => 3
(class-name (class-of *p*)) => point
(defvar *count* 0)
(defclass counted () ((n :initform (incf *count*) :initarg :n :reader n) (shared :allocation :class :initform :s)))
(list (n (make-instance 'counted)) (n (make-instance 'counted)) (n (make-instance 'counted :n 0))) => (1 2 0)
(let ((a (make-instance 'counted)) (b (make-instance 'counted))) (setf (slot-value a 'shared) 5) (slot-value b 'shared)) => 5
(defclass defaulted (point) () (:default-initargs :x (+ 40 2)))
(list (point-x (make-instance 'defaulted)) (point-x (make-instance 'defaulted :x 1))) => (42 1)
(defclass twice () (a a)) => :error program-error

;; Dispatch
(defgeneric shape (x))
(defmethod shape ((x integer)) (list :integer x))
(defmethod shape ((x (eql 3))) (list :three (call-next-method)))
(defmethod shape ((x fixnum)) (list :fixnum (call-next-method)))
(defmethod shape ((x symbol)) :symbol)
(defmethod shape ((x null)) (list :null (call-next-method)))
(defmethod shape ((x string)) :string)
(mapcar #'shape (list 3 4 (expt 10 40) 'a nil "s"))
  => ((:three (:fixnum (:integer 3))) (:fixnum (:integer 4)) (:integer 10000000000000000000000000000000000000000) :symbol (:null :symbol) :string)
(shape 1.5) => :error program-error
(defmethod eql-float ((x (eql 1.0))) :one)
(defmethod eql-float ((x float)) :float)
(list (eql-float 1.0) (eql-float 2.0) (eql-float 1.0d0)) => (:one :float :float)
(defmethod two ((a integer) (b string)) :is)
(defmethod two ((a symbol) (b (eql 'x))) :sx)
(list (two 1 "a") (two 'y 'x) (two nil 'x)) => (:is :sx :sx)
(two 1 2) => :error program-error
(defmethod of-function ((f function)) :function)
(defmethod of-function ((f generic-function)) :generic)
(list (of-function #'car) (of-function #'two) (of-function (lambda ()))) => (:function :generic :function)
(defgeneric order (a b) (:argument-precedence-order b a)
  (:method ((a integer) (b t)) :a) (:method ((a t) (b integer)) :b))
(order 1 1) => :b
(shape 1 2) => :error program-error

;; Qualifiers, next methods
(defvar *log* nil)
(defclass shape-3d (point) ())
(defmethod area ((s point)) (push :primary *log*) (values 1 2))
(defmethod area :before ((s point)) (push :before *log*))
(defmethod area :after ((s point)) (push :after *log*))
(defmethod area :around ((s shape-3d)) (push :around *log*) (multiple-value-call #'list (call-next-method) (next-method-p)))
(multiple-value-list (area *p*)) => (1 2)
(progn (setq *log* nil) (list (area (make-instance 'shape-3d :x 1)) (reverse *log*))) => ((1 2 t) (:around :before :primary :after))
(defmethod other-args ((a integer)) (setq a 5) (list (call-next-method) (call-next-method 6) (mapcar #'call-next-method '(1 2))))
(defmethod other-args (a) (list :t a))
(other-args 3) => ((:t 3) (:t 6) ((:t 1) (:t 2)))
(defmethod nothing-next ((a integer)) (list (next-method-p) (call-next-method)))
(nothing-next 1) => :error error
(defmacro hidden-call () '(call-next-method))
(defmethod other-args ((a symbol)) (list (hidden-call)))
(other-args 'q) => ((:t q))
(defmethod closed ((x integer)) (lambda () (call-next-method)))
(defmethod closed (x) (list :t x))
(funcall (closed 1)) => (:t 1)

;; Lambda lists
(defgeneric opt (a &optional b))
(defmethod opt ((a integer) &optional (b 3 bp)) (list a b bp))
(defmethod opt ((a string) &optional b) (call-next-method))
(defmethod opt (a &optional (b 4)) (list :t b))
(list (opt 1) (opt 1 2) (opt "s") (opt "s" 2)) => ((1 3 nil) (1 2 t) (:t 4) (:t 2))
(opt) => :error program-error
(opt 1 2 3) => :error program-error
(defgeneric keys (a &key k))
(defmethod keys ((a integer) &key k j) (list k j))
(defmethod keys (a &key k) (list k))
(list (keys 1 :k 2 :j 3) (keys 'a :k 1) (keys 'a :z 2 :allow-other-keys t)) => ((2 3) (1) (nil))
(keys 'a :j 1) => :error program-error
(keys 1 :k) => :error program-error
(defmethod keys (a b) 1) => :error program-error
(defmethod keys ((a string) &key j) 1) => :error program-error

;; Method combinations
(defgeneric all (x) (:method-combination list :most-specific-last) (:method list ((x integer)) 1) (:method list ((x t)) 2))
(all 1) => (2 1)
(defgeneric sum (x) (:method-combination +) (:method + ((x integer)) 1) (:method + ((x t)) 2) (:method :around ((x (eql 9))) (- (call-next-method))))
(list (sum 1) (sum 'a) (sum 9)) => (3 2 -3)
(defgeneric disjunction (x) (:method-combination or) (:method or ((x integer)) nil) (:method or ((x t)) (values 1 2)))
(multiple-value-list (disjunction 1)) => (1 2)
(defmethod sum ((x string)) 1)
(sum "s") => :error error
(define-method-combination custom (&optional (n 3)) ((before (:before)) (prim () :order :most-specific-last :required t))
  (:arguments x) (:generic-function gf)
  `(list ,n ,x (call-method (make-method (list 1))) ,@(mapcar (lambda (m) `(call-method ,m)) prim)))
(defgeneric combined (a) (:method-combination custom 5) (:method ((a integer)) :i) (:method (a) :t))
(combined 1) => (5 1 (1) :t :i)
(define-method-combination vector-of :operator vector)
(defgeneric in-vector (x) (:method-combination vector-of) (:method vector-of ((x integer)) 1) (:method vector-of (x) 2))
(in-vector 1) => #(1 2)

;; Initialization, change, redefinition
(defmethod initialize-instance :after ((p defaulted) &key offset) (when offset (incf (point-x p) offset)))
(point-x (make-instance 'defaulted :x 1 :offset 5)) => 6
(point-x (reinitialize-instance (make-instance 'point :x 1) :x 8)) => 8
(let ((p (make-instance 'point :x 1))) (change-class p 'counted :n 4) (list (class-name (class-of p)) (n p) (slot-exists-p p 'x))) => (counted 4 nil)
(defclass growing () ((a :initarg :a)))
(defvar *g* (make-instance 'growing :a 1))
(defmethod update-instance-for-redefined-class :after ((g growing) added discarded plist &key) (push (list added discarded plist) *log*))
(defclass growing () ((b :initform 2)))
(list (slot-value *g* 'b) (slot-exists-p *g* 'a) (first *log*)) => (2 nil ((b) (a) (a 1)))
(defclass child (parent-to-come) ((c :initform 3)))
(make-instance 'child) => :error error
(defclass parent-to-come () ((d :initform 4)))
(slot-value (make-instance 'child) 'd) => 4
(defclass x1 () ())
(defclass x2 (x1) ())
(defclass bad-order (x1 x2) ()) => :error program-error

;; Generic functions and methods as objects
(defgeneric removable (x) (:method (x) :t))
(let ((m (defmethod removable ((x integer)) :integer))) (list (removable 1) (progn (remove-method #'removable m) (removable 1)))) => (:integer :t)
(method-qualifiers (find-method #'area '(:around) (list (find-class 'shape-3d)))) => (:around)
(find-method #'area '(:around) (list (find-class 'integer)) nil) => nil
(length (compute-applicable-methods #'shape (list 3))) => 3
(let ((f #'removable)) (defmethod removable ((x symbol)) :symbol) (funcall f 'a)) => :symbol
(defun ordinary () 1)
(defgeneric ordinary ()) => :error program-error
(princ-to-string #'area) => "#<STANDARD-GENERIC-FUNCTION AREA>"
(princ-to-string (find-class 'point)) => "#<STANDARD-CLASS POINT>"
(defmethod print-object ((p point) stream) (format stream "#<point at ~a>" (point-x p)))
(princ-to-string (list *p*)) => "(#<point at 10>)"

;; Safety: other arguments for the next method must have the same methods.
(defgeneric careful (x) (:method ((x integer)) (declare (optimize (safety 3))) (call-next-method (if (= x 0) :other (1+ x)))) (:method (x) x))
(careful 1) => 2
(careful 0) => :error simple-error
(defgeneric block ()) => :error program-error
(defgeneric when ()) => :error program-error
;; call-next-method is found where macros of the program expand to it, and those are expanded only where they stand.
(defmacro next () '(call-next-method))
(defmacro nesting (&rest things) (reduce (lambda (outer inner) `(,@outer ,inner)) things :from-end t))
(defmacro one-part (x &body (form)) `(list ,x ,form))
(defgeneric find-next (x))
(defmethod find-next (x) (list :top x))
(defmethod find-next ((x number)) (one-part :number (next)))
(defmethod find-next ((x integer)) (nesting (one-part :integer) (progn (next))))
(find-next 5) => (:integer (:number (:top 5)))
(defmethod find-next ((x symbol)) (if (next-method-p) (mapcar #'call-next-method '(a b)) nil))
(find-next 'c) => ((:top a) (:top b))
(defclass with-reader () ((a :initform 1 :reader reader-of-a)))
(class-name (mop:reader-method-class (find-class 'with-reader) (first (mop:class-direct-slots (find-class 'with-reader))))) => mop:standard-reader-method


;; Restarts of slots that are not there
(handler-bind ((error (lambda (c) (use-value 5 c)))) (list (slot-value (make-instance 'point) 'nope) (slot-value (make-instance 'point) 'x))) => (5 5)
(let ((p (make-instance 'point))) (handler-bind ((unbound-slot (lambda (c) (store-value 6 c)))) (slot-value p 'x)) (point-x p)) => 6
(slot-value 3 'x) => :error simple-error
(define-method-combination no-value :operator) => :error program-error
(define-method-combination no-key 5 6) => :error program-error
