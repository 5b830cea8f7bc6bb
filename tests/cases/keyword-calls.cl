;;; Calls of the system's functions with keywords, which the compiler spells in Python's way if it knows them all

(position 3 '(3 1 3) :start 1) => 2
(let ((log nil)) (list (position (progn (push 1 log) 3) '(3 1 3) :end (progn (push 2 log) 3) :start (progn (push 3 log) 1)) (reverse log))) => (2 (1 2 3))
(position 3 '(3 1 3) :start 1 :start 0) => 2
(position 3 '(3 1 3) :allow-other-keys nil :start 1) => 2
(position 3 '(3 1 3) :nonsense 1) => :error program-error
(position 3 '(3 1 3) :nonsense 1 :allow-other-keys t) => 0
(position 3 '(3 1 3) :start) => :error program-error
(position 3 '(3 1 3) 'start 1) => :error program-error
(let ((key :start)) (position 3 '(3 1 3) key 1)) => 2
(locally (declare (notinline position)) (position 3 '(3 1 3) :start 1)) => 2
(multiple-value-list (read-from-string "a b" t nil :start 1 :preserve-whitespace t)) => (b 3)
(values (read-from-string "a b" t nil :start 1)) => b

;; A new definition counts, also in code that is there already; so does the old one when it comes back
(defun parsed (x) (socket:dotted-to-ipaddr x :errorp nil)) => parsed
(parsed "127.0.0.1") => 2130706433
(let ((old #'socket:dotted-to-ipaddr))
  (unwind-protect (progn (setf (fdefinition 'socket:dotted-to-ipaddr) (lambda (x &key (errorp t)) (list x errorp)))
                         (list (parsed "a") (socket:dotted-to-ipaddr "b" :errorp 5)))
    (setf (fdefinition 'socket:dotted-to-ipaddr) old))) => (("a" nil) ("b" 5))
(parsed "127.0.0.2") => 2130706434
(let ((shown (with-output-to-string (*trace-output*) (trace socket:dotted-to-ipaddr) (parsed "127.0.0.3") (untrace socket:dotted-to-ipaddr)))) (list (and (search ":ERRORP" shown) t) (and (search "2130706435" shown) t))) => (t t)
(parsed "x") => nil
