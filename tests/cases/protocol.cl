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
