;;; The metaobject protocol.

(defclass tabled-class (standard-class) ((table :initarg :table :reader table)))
(defmethod clos:validate-superclass ((a tabled-class) (b standard-class)) t)
(defclass tabled () ((a :initform 1 :initarg :a)) (:metaclass tabled-class) (:table "t"))
(table (find-class 'tabled)) => ("t")
(slot-value (make-instance 'tabled :a 5) 'a) => 5
(defmethod clos:slot-value-using-class ((c tabled-class) object slot) (list :through (call-next-method)))
(slot-value (make-instance 'tabled :a 6) 'a) => (:through 6)
(mapcar #'clos:slot-definition-name (clos:class-slots (find-class 'tabled))) => (a)
(mapcar #'class-name (clos:class-precedence-list (find-class 'tabled))) => (tabled standard-object t)
(class-name (class-of (find-class 't))) => built-in-class
(class-name (class-of (find-class 'standard-class))) => standard-class

;; Slot definitions of one's own
(defclass fancy-slot (clos:standard-direct-slot-definition) ((fancy :initarg :fancy :initform nil :reader fancy)))
(defmethod clos:direct-slot-definition-class ((c tabled-class) &rest initargs) (declare (ignore initargs)) (find-class 'fancy-slot))
(defclass fancy-class () ((a :fancy 33)) (:metaclass tabled-class))
(fancy (first (clos:class-direct-slots (find-class 'fancy-class)))) => 33

;; Funcallable instances
(defclass callable () ((n :initarg :n)) (:metaclass clos:funcallable-standard-class))
(let ((f (make-instance 'callable :n 3)))
  (clos:set-funcallable-instance-function f (lambda (x) (* x (slot-value f 'n))))
  (list (funcall f 4) (functionp f) (class-name (class-of f)))) => (12 t callable)

;; Generic functions of one's own class
(defclass wrapping (standard-generic-function) ((extra :initform 9)) (:metaclass clos:funcallable-standard-class))
(defmethod clos:compute-effective-method ((g wrapping) combination methods) `(list :wrapped ,(call-next-method)))
(defgeneric wrapped (x) (:generic-function-class wrapping) (:method (x) (list :x x)))
(list (wrapped 1) (slot-value #'wrapped 'extra)) => ((:wrapped (:x 1)) 9)

;; Metaobjects made by hand
(clos:ensure-class 'ensured :direct-superclasses '(tabled) :metaclass 'tabled-class
  :direct-slots '((:name q :initargs (:q) :readers (ensured-q))))
(ensured-q (make-instance 'ensured :q 3)) => (:through 3)
(defgeneric by-hand (x))
(progn (add-method #'by-hand (make-instance 'standard-method :qualifiers nil :lambda-list '(x) :specializers (list (find-class 'integer))
  :function (lambda (args next-methods) (list args (null next-methods))))) (by-hand 4)) => ((4) t)
(funcall (clos:method-function (first (clos:generic-function-methods #'wrapped))) '(1) nil) => (:x 1)
(clos:eql-specializer-object (clos:intern-eql-specializer 5)) => 5
(defclass made (standard-object) ())
(class-name (make-instance 'standard-class :name 'anonymous :direct-superclasses (list (find-class 'made)))) => anonymous

;; Metaclasses take part in make-instance; the metaclass of a class is that of its form
(defclass counted-class (standard-class) ((made :initform 0 :accessor made)))
(defmethod mop:validate-superclass ((c counted-class) (s standard-class)) t)
(defmethod make-instance :after ((c counted-class) &key) (incf (made c)))
(defclass counted () ((a :initarg :a)) (:metaclass counted-class))
(let ((name 'counted)) (make-instance 'counted :a 1) (make-instance name) (make-instance (find-class 'counted)) (made (find-class 'counted))) => 3
(defclass uncounted (counted) ()) => :error error

;; A discriminating function of one's own
(defclass noting (standard-generic-function) () (:metaclass mop:funcallable-standard-class))
(defmethod mop:compute-discriminating-function ((g noting)) (let ((next (call-next-method))) (lambda (&rest args) (values-list (list* :noted (multiple-value-list (apply next args)))))))
(defgeneric noted (x) (:generic-function-class noting) (:method (x) (values x 2)))
(multiple-value-list (noted 1)) => (:noted 1 2)
(progn (defmethod noted ((x integer)) (list x)) (multiple-value-list (noted 1))) => (:noted (1))

;; Slots that are computed, slots in another order
(defclass virtual-class (standard-class) ())
(defmethod mop:validate-superclass ((c virtual-class) (s standard-class)) t)
(defclass virtual-direct (mop:standard-direct-slot-definition) ((how :initarg :how :reader how)))
(defclass virtual-effective (mop:standard-effective-slot-definition) ((how :initform nil :accessor effective-how)))
(defmethod mop:direct-slot-definition-class ((c virtual-class) &rest initargs) (if (getf initargs :how) (find-class 'virtual-direct) (call-next-method)))
(defmethod mop:effective-slot-definition-class ((c virtual-class) &rest initargs) (declare (ignore initargs)) (find-class 'virtual-effective))
(defmethod mop:compute-effective-slot-definition ((c virtual-class) name directs) (let ((slot (call-next-method)) (d (find-if (lambda (d) (typep d 'virtual-direct)) directs))) (when d (setf (effective-how slot) (eval (how d)))) slot))
(defmethod mop:slot-value-using-class ((c virtual-class) object (slot virtual-effective)) (if (effective-how slot) (funcall (effective-how slot) object) (call-next-method)))
(defmethod mop:compute-slots ((c virtual-class)) (reverse (call-next-method)))
(defclass virtual () ((a :initarg :a) (b :how (lambda (x) (* 2 (slot-value x 'a))) :reader b)) (:metaclass virtual-class))
(list (b (make-instance 'virtual :a 4)) (slot-value (make-instance 'virtual :a 5) 'b)) => (8 10)
(mapcar #'mop:slot-definition-name (mop:class-slots (find-class 'virtual))) => (b a)

;; Dependents
(defclass dependent () ((log :initform nil :accessor dependent-log)))
(defmethod mop:update-dependent (x (d dependent) &rest args) (push (first args) (dependent-log d)))
(defgeneric watched (x))
(let ((d (make-instance 'dependent))) (mop:add-dependent #'watched d) (eval '(defmethod watched ((x integer)) x)) (remove-method #'watched (find-method #'watched nil (list (find-class 'integer)))) (dependent-log d)) => (remove-method add-method)
(let (seen) (mop:map-dependents #'watched (lambda (d) (push (type-of d) seen))) seen) => (dependent)

;; Specializers
(defmethod watched ((x (eql 5))) :five)
(list (eq (mop:intern-eql-specializer 'a) (mop:intern-eql-specializer 'a)) (mop:eql-specializer-object (first (mop:method-specializers (first (mop:generic-function-methods #'watched)))))) => (t 5)
(mapcar #'mop:generic-function-name (mop:specializer-direct-generic-functions (mop:intern-eql-specializer 5))) => (watched)

;; a method on finalize-inheritance finds the slots of the class's own metaclass filled
(defclass filled-class (standard-class) ((lock :initform :lock :reader lock-of) (seen :accessor seen)))
(defmethod clos:validate-superclass ((a filled-class) (b standard-class)) t)
(defmethod clos:finalize-inheritance :before ((c filled-class)) (setf (seen c) (lock-of c)))
(defclass filled () ((a :initform 1)) (:metaclass filled-class))
(list (seen (find-class 'filled)) (slot-value (make-instance 'filled) 'a)) => (:lock 1)

; default initargs of the classes of metaobjects; unbound slots of functions
(defclass defaulting-class (standard-class) ((a :initarg :a :initform :none :reader a-of)) (:default-initargs :a (list 5)))
(defmethod mop:validate-superclass ((c defaulting-class) (s standard-class)) t)
(defclass defaulted-1 () () (:metaclass defaulting-class))
(defclass defaulted-2 () () (:metaclass defaulting-class) (:a 3))
(list (a-of (find-class 'defaulted-1)) (a-of (find-class 'defaulted-2)) (a-of (mop:ensure-class 'defaulted-3 :metaclass 'defaulting-class)) (a-of (make-instance 'defaulting-class))) => ((5) (3) (5) (5))
(defclass defaulting-function (standard-generic-function) ((b :initarg :b :reader b-of) (k :reader k-of)) (:metaclass mop:funcallable-standard-class) (:default-initargs :b 6))
(defclass defaulting-method (standard-method) ((c :initarg :c :reader c-of)) (:default-initargs :c 7))
(defgeneric defaulted-function (x) (:generic-function-class defaulting-function) (:method-class defaulting-method) (:method (x) x))
(list (b-of #'defaulted-function) (c-of (first (mop:generic-function-methods #'defaulted-function)))) => (6 7)
(list (handler-case (k-of #'defaulted-function) (unbound-slot (c) (cell-error-name c))) (handler-case (slot-value #'defaulted-function 'k) (unbound-slot () :unbound)) (setf (slot-value #'defaulted-function 'k) 8) (k-of #'defaulted-function)) => (k :unbound 8 8)

; a class that is defined anew is finalized and has its old slots until the new ones are computed
(defvar *seen* '())
(defclass watching-class (standard-class) ())
(defmethod mop:validate-superclass ((c watching-class) (s standard-class)) t)
(defmethod mop:compute-slots :before ((c watching-class)) (push (list (not (not (mop:class-finalized-p c))) (if (mop:class-finalized-p c) (mapcar #'mop:slot-definition-name (mop:class-slots c)))) *seen*))
(defmethod mop:finalize-inheritance :after ((c watching-class)) (push (mapcar #'mop:slot-definition-name (mop:class-slots c)) *seen*))
(defclass watched () (a) (:metaclass watching-class))
(defclass watched () (a b) (:metaclass watching-class))
(progn (make-instance 'watched) (reverse *seen*)) => ((nil nil) (a) (t (a)) (a b))
(let ((x (make-instance 'watched))) (setf (slot-value x 'a) 1) (mop:slot-makunbound-using-class (class-of x) x 'a) (slot-boundp x 'a)) => nil
