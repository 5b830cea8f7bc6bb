;;; The LOOP macro (CLHS 6.1).

;;; The simple LOOP.
(let ((i 0)) (loop (when (> (incf i) 3) (return i)))) => 4
(loop (return (values 1 2))) => 1 2
(block nil (loop (return 1)) 2) => 2

;;; Arithmetic.
(loop for i from 1 to 5 collect i) => (1 2 3 4 5)
(loop for i below 4 collect i) => (0 1 2 3)
(loop for i upto 3 collect i) => (0 1 2 3)
(loop for i from 3 below 3 collect i) => nil
(loop for i from 0 below 10 by 3 collect i) => (0 3 6 9)
(loop for i by 2 to 6 from 1 collect i) => (1 3 5)
(loop for i from 5 downto 1 by 2 collect i) => (5 3 1)
(loop for i downfrom 3 to 1 collect i) => (3 2 1)
(loop for i from 3 above 0 collect i) => (3 2 1)
(loop for i upfrom 2 below 4 collect i) => (2 3)
(loop for i from 0 to 3/2 collect i) => (0 1)
(loop for i from 1 below 3.5 collect i) => (1 2 3)
(loop for i from 0 below -7/2 collect i) => nil
(loop for i from 1.0 below 2 by 0.25 collect i) => (1.0 1.25 1.5 1.75)
(loop for i from 0 to 1 by 1/3 collect i) => (0 1/3 2/3 1)
(loop for i from #c(0 1) repeat 2 collect i) => (#c(0 1) #c(1 1))
(loop for nil from 1 to 3 collect 'x) => (x x x)
(let ((n 3)) (loop for n from 1 to n collect n)) => (1 2 3)
(loop for i from 0 below 6 do (incf i) collect i) => (1 3 5)
(loop for i from 1 to 5 finally (return i)) => 6
(loop for i from 1 below 5 finally (return i)) => 5
(loop for i from 1 below 10 by 4 thereis nil while t finally (return i)) => 13
(loop for i from 1 to 0 finally (return i)) => 1
(loop for j in '(a b c) for i from 1 below 3 finally (return (list i j))) => (3 c)
(loop for j in '(a b) for i from 1 below 30 finally (return (list i j))) => (2 b)
(loop for i from 5 downto 1 finally (return i)) => 0
(let ((x nil)) (loop for i from (progn (push 1 x) 0) below (progn (push 2 x) 1) by (progn (push 3 x) 1)) x) => (3 2 1)
(loop for i of-type fixnum from 0 to 2 collect i) => (0 1 2)
(mapcar #'funcall (loop for i from 0 below 3 collect (lambda () i))) => (3 3 3)
(loop for i from 0 below nil collect i) => :error type-error
(loop for i downto 1) => :error program-error
(loop for i from 1 from 2 to 3) => :error program-error
(loop for i upfrom 1 downto 3) => :error program-error
(loop for (a b) from 1 to 3) => :error program-error

;;; Lists.
(loop for x in '(1 2 3) collect (* x x)) => (1 4 9)
(loop for x in '(1 2 3 4 5) by #'cddr collect x) => (1 3 5)
(loop for x in '(1 2 3 4) by (lambda (l) (cddr l)) collect x) => (1 3)
(loop for x in nil collect x) => nil
(loop for x in '(1 . 2) collect x) => :error type-error
(loop for x in 5 collect x) => :error type-error
(loop for x on '(1 2 3) collect x) => ((1 2 3) (2 3) (3))
(loop for x on '(1 2 . 3) collect (car x)) => (1 2)
(loop for (k v) on '(a 1 b 2) by #'cddr collect (cons k v)) => ((a . 1) (b . 2))
(loop for x on '(1 2 3) while (cdr x) finally (return x)) => (3)
(loop for (a . b) in '((1 . 2) (3 . 4)) collect (+ a b)) => (3 7)
(loop for (a nil (b . c)) in '((1 2 (3 4)) (5)) collect (list a b c)) => ((1 3 (4)) (5 nil nil))
(loop for nil in '(1 2) count t) => 2
(loop for (a b) in '((1 2) 3) collect a) => :error type-error

;;; Vectors, hash tables, packages.
(loop for x across #(1 2 3) sum x) => 6
(loop for c across "abc" for i from 1 collect (cons i c)) => ((1 . #\a) (2 . #\b) (3 . #\c))
(loop for b across #*1011 collect b) => (1 0 1 1)
(loop for (a . b) across #((1 . 2)) collect (list a b)) => ((1 2))
(loop for x across (make-array 5 :fill-pointer 2 :initial-element 'x) collect x) => (x x)
(loop for x across '(1 2) collect x) => :error type-error
(let ((v (vector 1 2 3))) (loop for x across v do (setf (svref v 2) 9) collect x)) => (1 2 9)
(let ((s (copy-seq "abc"))) (loop for c across s do (setf (char s 2) #\z) collect c)) => (#\a #\b #\z)
(let ((v (make-array 2 :element-type '(unsigned-byte 8) :initial-contents '(1 2)))) (loop for x across v do (setf (aref v 1) 7) collect x)) => (1 7)
(let ((v (make-array 1 :adjustable t :fill-pointer 1 :initial-element 1))) (loop for x across v do (vector-push-extend 5 v) collect x)) => (1)
(loop for x across (make-array 2 :displaced-to (vector 1 2 3) :displaced-index-offset 1) collect x) => (2 3)
(loop for x across #(1 2 3) finally (return x)) => 3
(loop for x across #(1 2 3) do (incf x) collect x) => (2 3 4)
(mapcar #'funcall (loop for x across #(1 2) collect (lambda () x))) => (2 2)
(loop for x across #(1 2 3) until (= x 2) collect x) => (1)
(loop for x of-type fixnum across #() finally (return x)) => 0
(loop for (a b) across #((1 2) (3 4)) for i from 1 collect (list i a b) into l finally (return (list a b l))) => (3 4 ((1 1 2) (2 3 4)))
(loop for x across #(1 2) for y across #(3 4 5) collect (+ x y)) => (4 6)
(loop for x across #(1 2) and y = 0 then x collect (list x y)) => ((1 0) (2 1))
(loop for x across #(1 2 3) when (= x 2) do (loop-finish) collect x) => (1)
(let ((h (make-hash-table))) (setf (gethash 1 h) 2) (loop for k being the hash-keys of h using (hash-value v) collect (list k v))) => ((1 2))
(let ((h (make-hash-table))) (setf (gethash 1 h) 2) (loop for v being each hash-value in h using (hash-key k) collect (list k v))) => ((1 2))
(let ((h (make-hash-table))) (setf (gethash 1 h) '(2 3)) (loop for (a b) being the hash-values in h collect (list a b))) => ((2 3))
(let ((h (make-hash-table))) (dotimes (i 3) (setf (gethash i h) i)) (loop for k being the hash-keys of h do (remhash k h)) (hash-table-count h)) => 0
(loop for k being the hash-keys of 3) => :error type-error
(loop for k being the hash-keys of h using (hash-key v)) => :error program-error
(loop for s being the external-symbols of :keyword repeat 1 collect (keywordp s)) => (t)
(loop for s being each symbol of :no-such-package) => :error package-error

;;; FOR = THEN, the order of stepping.
(loop for x = 1 then (* 2 x) repeat 5 collect x) => (1 2 4 8 16)
(loop for i from 0 below 3 for y = (* i i) collect y) => (0 1 4)
(loop for (a b) = '(1 2) then (list b a) repeat 3 collect (list a b)) => ((1 2) (2 1) (1 2))
(loop for i from 1 to 5 for j = 0 then (+ j i) collect j) => (0 2 5 9 14)
(loop for i from 1 to 5 and j = 0 then (+ j i) collect j) => (0 1 3 6 10)
(loop for i from 0 below 0 for x = (error "no") then (error "no") collect x) => nil
(let ((n 0)) (loop for x in '(1 2) for y = (incf n) then (incf n) collect y) n) => 2
(loop for i from 0 below 10 for x in '(1 2 3) finally (return (list i x))) => (3 3)
(loop for x in '(1 2 3) for i from 0 below 10 finally (return (list i x))) => (2 3)
(loop for x in '(1 2 3) for i from 0 finally (return i)) => 2
(loop for a in '(1 2 3) for b = nil then a collect (list a b)) => ((1 nil) (2 2) (3 3))
(loop for a in '(1 2 3) and b = nil then a collect (list a b)) => ((1 nil) (2 1) (3 2))
(loop for prev = nil then cur and cur in '(1 2 3) collect (list prev cur)) => ((nil 1) (1 2) (2 3))
(loop for i from 1 to 3 for j from 10 and k = i then (+ j k) collect (list i j k)) => ((1 10 1) (2 11 11) (3 12 22))
(let ((x 7)) (loop for x in (list x 2) and y in (list x x) collect (list x y))) => ((7 7) (2 7))
(let ((l (list 1 2 3))) (loop while l for x = (pop l) collect x)) => (1 2 3)
(loop for x in '(1 2 3 4) repeat 2 collect x) => (1 2)
(loop repeat 3 for x from 1 collect x) => (1 2 3)
(loop repeat -1 collect 1) => nil
(loop for x fixnum = 3 then (1+ x) until (> x 5) sum x) => 12
(loop as x in '(1 2) as y = x collect y) => (1 2)

;;; WITH, INITIALLY, FINALLY, NAMED.
(loop with x = 1 with y = (1+ x) return (list x y)) => (1 2)
(let ((x 5)) (loop with x = 1 and y = x return (list x y))) => (1 5)
(loop with (a (b . c)) of-type (fixnum (float . t)) return (list a b c)) => (0 0.0 nil)
(loop with (a nil b) = '(1 2 3) and c = 4 return (list a b c)) => (1 3 4)
(loop with x of-type double-float return x) => 0.0d0
(loop with nil = 1 return 2) => 2
(loop with x = 0 initially (incf x 2) (incf x) until t finally (incf x 10) (return x)) => 13
(loop named foo for x in '(1 2) do (loop (return-from foo x))) => 1
(let ((x 0)) (list (loop for i below 3 always (< i 1) finally (incf x)) x)) => (nil 0)
(loop finally return 1) => :error program-error
(loop with x = 1 with x = 2) => :error program-error
(loop for x in '(1) for x in '(2)) => :error program-error
(loop for (x . x) in nil) => :error program-error
(loop for 3 in nil) => :error program-error
(loop with pi = 3) => :error program-error

;;; Ends of the loop.
(loop for x in '(1 2 3) while (< x 3) collect x) => (1 2)
(loop for x in '(1 2 3) until (= x 2) collect x) => (1)
(loop for x in '(1 2 3) collect x until (= x 2) collect '/) => (1 / 2)
(loop for x in '(1 2 3) always (plusp x)) => t
(loop for x in '(1 2 3) never (evenp x)) => nil
(loop for x in '(1 2 3) thereis (and (evenp x) (* x 10))) => 20
(loop for x in '(1 3) thereis (evenp x)) => nil
(loop for x in '(1 2 3) always (plusp x) collect x into l finally (return l)) => (1 2 3)
(loop for x in '(1 2 3) do (when (= x 3) (loop-finish)) collect x) => (1 2)
(macrolet ((m (x) `(when ,x (loop-finish)))) (loop for x in '(1 2 3) do (m (= x 2)) collect x)) => (1)
(loop for x in '(1 2 3) do (loop (loop-finish)) collect x finally (return 'end)) => end
(loop for x in '(1 2 3) do (mapc (lambda (y) (when (= y 2) (loop-finish))) (list x)) collect x) => (1)
(loop initially (loop-finish) do (error "no") finally (return 2)) => 2
(loop-finish) => :error program-error

;;; Accumulation.
(loop for x in '(1 2) collect x collect (- x)) => (1 -1 2 -2)
(loop for x in '((1 2) nil (3)) append x) => (1 2 3)
(loop for x in '((1) (2 . 3)) append x) => (1 2 . 3)
(loop for x in '((a . b) (c . d)) append x collect 1) => (a 1 c 1)
(loop for x in (list (list 1 2) nil (list 3)) nconc x) => (1 2 3)
(loop for x in '(1 2) nconc (list x) collect x append (list x x)) => (1 1 1 1 2 2 2 2)
(loop for x in '(1 2 3) collect x into a sum x into b minimize x into c finally (return (values a b c))) => (1 2 3) 6 1
(loop for x in '(1 2 3) collect x into l collect (length l)) => (1 2 3)
(loop for x in '(1 nil 2) count x) => 2
(loop for x in '(1 2.5) sum x) => 3.5
(loop for x in nil sum x of-type float) => 0.0
(loop for x in '(t t) count x into n float finally (return n)) => 2.0
(loop for x in '(1 5 3) maximize x) => 5
(loop for x in nil maximize x) => nil
(loop for x in '(4 2 3) minimizing x fixnum) => 2
(loop for x in '(1 2) sum x count t) => 5
(loop for i from 1 to 10 minimize i maximize (- i)) => 1
(loop for x in '(1 2 3) summing x into s finally (return s)) => 6
(let ((s 9)) (list (loop for x in '(1 2) sum x into s finally (return s)) s)) => (3 9)
(loop for x in '(1) collect x sum x) => :error program-error
(loop for x in '(1) collect x into a sum x into a) => :error program-error
(loop for x in '(1) collect x always x) => :error program-error
(loop for x in '(1) thereis x collect x) => :error program-error
(loop for x in '(1) sum x into x) => :error program-error

;;; Conditionals.
(loop for i below 6 when (evenp i) collect i) => (0 2 4)
(loop for i below 6 unless (evenp i) collect i else collect 'e) => (e 1 e 3 e 5)
(loop for i below 3 if (oddp i) collect i and collect 'odd else collect 'even end collect '/) => (even / 1 odd / even /)
(loop for i below 7 if (evenp i) if (= (mod i 3) 0) collect i else collect 'x end else collect 'odd) => (0 odd x odd x odd 6)
(loop for x in '(nil a nil b) when x collect it) => (a b)
(loop for x in '(nil a nil b) when x return it) => a
(let ((it 'z)) (loop for x in '(a b) when x collect it and collect it)) => (a z b z)
(loop for x in '((1) nil (2)) when x when (cdr x) collect it else collect (car x)) => (1 2)
(loop for x in '(1 2 3) when (> x 1) do (return x) else collect x) => 2
(loop for x in '(1 2) when x while t) => :error program-error

;;; Malformed.
(loop for x in '(1) foo x) => :error program-error
(loop sum) => :error program-error
(loop do) => :error program-error
(loop do 3) => :error program-error
(loop for x of '(1)) => :error program-error
(macroexpand '(loop for x in '(1) for x in '(2))) => :error program-error
(loop :for x :in '(1 2) #:collect x) => (1 2)
(let ((*print-base* 10)) (loop for *print-base* from 2 to 4 collect *print-base*)) => (2 3 4)
