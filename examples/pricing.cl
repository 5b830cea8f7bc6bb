;;;; A small engine of pricing rules: products and orders are objects, rules are closures in a table, and what to do
;;;; about a mistake in an order is left to the host, which chooses among restarts.

(defpackage :pricing
  (:use :common-lisp)
  (:export #:unknown-product #:unknown-product-sku #:bad-quantity #:skip-line #:use-price #:product #:order #:line
           #:add-product #:find-product #:defrule #:add-rule #:remove-rule #:price #:name #:lines #:customer #:total))

(in-package :pricing)

(defclass product ()
  ((sku :initarg :sku :reader sku)
   (name :initarg :name :reader name)
   (unit-price :initarg :unit-price :accessor unit-price :documentation "In cents.")))

(defclass line ()
  ((product :initarg :product :reader product)
   (quantity :initarg :quantity :reader quantity)))

(defclass order ()
  ((customer :initarg :customer :initform nil :reader customer)
   (lines :initform '() :accessor lines)
   (notes :initform '() :accessor notes)
   (total :initform 0 :accessor total)))

(defmethod print-object ((order order) stream)
  (print-unreadable-object (order stream :type t)
    (format stream "for ~a: ~d line~:p, ~,2f" (customer order) (length (lines order)) (/ (total order) 100))))

;;; Products

(defvar *products* (make-hash-table :test #'equal) "From the number of a product to the product.")

(define-condition unknown-product (error)
  ((sku :initarg :sku :reader unknown-product-sku))
  (:report (lambda (condition stream)
             (format stream "There is no product ~s." (unknown-product-sku condition)))))

(defun add-product (sku name unit-price)
  (setf (gethash sku *products*) (make-instance 'product :sku sku :name name :unit-price unit-price)))

(defun find-product (sku)
  "Return the product with the number SKU.  The restart USE-PRICE takes a price for it."
  (or (gethash sku *products*)
      (restart-case (error 'unknown-product :sku sku)
        (use-price (unit-price)
          :report "Sell it at another price."
          (make-instance 'product :sku sku :name sku :unit-price unit-price)))))

;;; Rules

(defvar *rules* (make-hash-table) "From the name of a rule to its function of an order, which returns a change or NIL.")

(defmacro defrule (name (order) documentation &body body)
  "Define a rule: BODY returns what is to be added to the total of ORDER, or NIL."
  `(progn (setf (gethash ',name *rules*) (lambda (,order) ,documentation ,@body))
          ',name))

(defun add-rule (name function)
  "Add a rule whose FUNCTION comes from the host."
  (setf (gethash name *rules*) function))

(defun remove-rule (name)
  (remhash name *rules*))

(defgeneric price (thing)
  (:documentation "Return what THING costs, in cents."))

(defmethod price ((line line))
  (* (quantity line) (unit-price (product line))))

(defmethod price ((order order))
  (setf (total order) (reduce #'+ (lines order) :key #'price)
        (notes order) '())
  (maphash (lambda (name rule)
             (let ((change (funcall rule order)))
               (when change
                 (incf (total order) change)
                 (push (list name change) (notes order)))))
           *rules*)
  (total order))

(defun tier (least percent)
  "Return a rule: orders of LEAST cents and more are PERCENT cheaper."
  (lambda (order)
    (when (>= (total order) least)
      (- (round (* (total order) percent) 100)))))

(setf (gethash 'large-order *rules*) (tier 10000 5))

(defrule shipping (order)
  "Small orders pay for the parcel."
  (when (< (total order) 5000) 490))

;;; Orders

(define-condition bad-quantity (error)
  ((quantity :initarg :quantity :reader bad-quantity-quantity))
  (:report (lambda (condition stream)
             (format stream "~s is no quantity." (bad-quantity-quantity condition)))))

(defun read-line-of-order (sku quantity)
  (unless (typep quantity '(integer 1))
    (restart-case (error 'bad-quantity :quantity quantity)
      (use-value (other)
        :report "Use another quantity."
        (setq quantity other))))
  (make-instance 'line :product (find-product sku) :quantity quantity))

(defun order (customer items)
  "Return the order of CUSTOMER for ITEMS, a sequence of lists of a product's number and a quantity, priced."
  (let ((order (make-instance 'order :customer customer)))
    (map nil (lambda (item)
               (with-simple-restart (skip-line "Leave ~a out." (first item))
                 (push (read-line-of-order (first item) (second item)) (lines order))))
         items)
    (setf (lines order) (nreverse (lines order)))
    (price order)
    order))
