;;; Numbers (chapter 12): arithmetic, comparison, division, bits, floats.

(+) => 0
(*) => 1
(+ 1 2 3) => 6
(- 5) => -5
(- 10 1 2) => 7
(/ 2) => 1/2
(/ 6 3) => 2
(/ 6 4) => 3/2
(/ -6 4) => -3/2
(/ 1 0) => :error division-by-zero
(/ 1.0 0.0) => :error division-by-zero
(/ 1/2 0) => :error division-by-zero
(+ 1/2 1/2) => 1
(+ 1/2 0.5) => 1.0
(+ 1/2 0.5d0) => 1.0d0
(+ 1.5 1.5d0) => 3.0d0
(* 1.1 1.1) => 1.21
(+ 16777217 1.0) => 1.6777216e+7
(+ 1 'a) => :error type-error
(+ 'a) => :error type-error
(- 'a) => :error type-error
(* 2 "x") => :error type-error
(* most-positive-single-float 2) => :error floating-point-overflow
(apply #'* (list most-positive-double-float 2)) => :error floating-point-overflow
(1+ 1/2) => 3/2
(1- 0) => -1
(let ((x 5)) (incf x) (decf x 3) x) => 3
(let ((c #c(1 2))) (list (+ c c) (* c c) (- c c) (/ c c) (/ 1 c) (- 1 c))) => (#C(2 4) #C(-3 4) 0 1 #C(1/5 -2/5) #C(0 -2))
(* #c(1 2) 1.0) => #C(1.0 2.0)
(+ #c(1.0 2.0) 1d0) => #C(2.0d0 2.0d0)

(= 1 1.0 1d0 #c(1 0)) => T
(= 1/2 0.5) => T
(= 1/3 0.33333333333d0) => NIL
(= 16777217 1.6777216e7) => NIL
(= 'a 'a) => :error type-error
(= 1 nil) => :error type-error
(= #c(1 2) #c(1.0 2.0)) => T
(= #c(1 2) 'a) => :error type-error
(/= 1 2 3) => T
(/= 1 2 1) => NIL
(let ((x 5)) (list (<= 0 x 10) (< 0 x 5) (> 10 x 1 0) (>= 1 x 0))) => (T NIL T NIL)
(let ((x 'a)) (<= 0 x 10)) => :error type-error
(let ((x 'a)) (< 2 1 x)) => :error type-error
(< 1 #c(1 2)) => :error type-error
(funcall #'<= #c(1 2) #c(1 2)) => :error type-error
(funcall #'< 'a) => :error type-error
(max 1 2.5 2) => 2.5
(min 1/2 1/3 3) => 1/3
(max 'a) => :error type-error
(max 1 'a) => :error type-error
(zerop -0.0) => T
(zerop 'a) => :error type-error
(list (plusp 1/2) (minusp -1) (evenp 0) (oddp -3) (evenp 3)) => (T T T T NIL)
(evenp 1.0) => :error type-error
(oddp 1/2) => :error type-error
(list (abs -3) (abs -1/2) (abs -1.5) (abs #c(3 4))) => (3 1/2 1.5 5.0)
(list (signum -3) (signum 1/2) (signum -2.5) (signum 0.0d0) (signum #c(0 3))) => (-1 1 -1.0 0.0d0 #C(0.0 1.0))
(list (gcd) (gcd 12 -18) (lcm) (lcm 4 6) (lcm 0 3)) => (0 6 1 12 0)
(gcd 1.0) => :error type-error

(floor 7 2) => 3 1
(floor -7 2) => -4 1
(floor 7 -2) => -4 -1
(ceiling 7 2) => 4 -1
(truncate -7 2) => -3 -1
(round 5 2) => 2 1
(round 7 2) => 4 -1
(round -2.5) => -2 -0.5
(floor 5/2) => 2 1/2
(floor 7.5 2) => 3 1.5
(floor 1 1/3) => 3 0
(truncate 1d15) => 1000000000000000 0.0d0
(ffloor 7 2) => 3.0 1
(fround 2.5d0) => 2.0d0 0.5d0
(ftruncate -7.5) => -7.0 -0.5
(fceiling 7/2) => 4.0 -1/2
(mod -7 2) => 1
(rem -7 2) => -1
(mod 5.5 2) => 1.5
(mod 5 0) => :error division-by-zero
(floor 1 0) => :error division-by-zero
(floor 'a) => :error type-error
(floor #c(1 2) 2) => :error type-error
(multiple-value-bind (q r) (floor 17 5) (list q r)) => (3 2)
(multiple-value-bind (q r) (truncate -17 5) (list q r)) => (-3 -2)
(multiple-value-bind (q r) (floor 17 0) (list q r)) => :error division-by-zero

(logand 12 10) => 8
(logior 12 10) => 14
(logxor 12 10) => 6
(list (logand) (logior) (logxor) (logeqv)) => (-1 0 0 -1)
(list (lognot 5) (lognand 12 10) (lognor 12 10) (logandc1 12 10) (logandc2 12 10) (logorc1 12 10) (logorc2 12 10) (logeqv 12 10)) => (-6 -9 -15 2 4 -5 -3 -7)
(logand 1 2.0) => :error type-error
(logior 'a 1) => :error type-error
(list (ash 1 10) (ash -5 -1) (ash 1 -100) (ash 0 100000000000000)) => (1024 -3 0 0)
(ash 1.0 1) => :error type-error
(list (logbitp 1 2) (logbitp 100 -1) (logtest 3 4) (logcount -1) (logcount 255) (integer-length -8) (integer-length 255)) => (T T NIL 0 8 3 8)
(logbitp -1 2) => :error type-error
(boole boole-xor 5 3) => 6
(boole 16 1 1) => :error type-error
(list (ldb (byte 4 4) #xAB) (dpb 1 (byte 4 4) #xAB) (mask-field (byte 4 4) #xAB) (deposit-field #x10 (byte 4 4) #xAB) (ldb-test (byte 1 0) 2)) => (10 27 160 27 NIL)
(let ((x 0)) (setf (ldb (byte 4 4) x) 15) x) => 240
(let ((x 255)) (setf (mask-field (byte 4 4) x) 16) x) => 31
(list (byte-size (byte 3 5)) (byte-position (byte 3 5))) => (3 5)

(list (float 1) (float 1/3 1d0) (float 1.5d0) (float 1d0 1.0)) => (1.0 0.3333333333333333d0 1.5d0 1.0)
(decode-float 1.0) => 0.5 1 1.0
(integer-decode-float 1d0) => 4503599627370496 -52 1
(list (scale-float 1.0 3) (float-radix 1.0) (float-digits 1.0) (float-digits 1d0) (float-precision 0.0) (float-sign -2.0) (float-sign -2.0 3d0)) => (8.0 2 24 53 0 -1.0 -3.0d0)
(list (rational 0.5) (rational 2.0) (rationalize 0.1) (rationalize 3.14d0) (rational 1/3)) => (1/2 2 1/10 157/50 1/3)
(list (numerator 6/4) (denominator 6/4) (denominator 5)) => (3 2 1)
(numerator 1.5) => :error type-error
(list most-positive-fixnum most-negative-fixnum) => (1152921504606846975 -1152921504606846976)
(/= (+ 1.0 single-float-epsilon) 1.0) => T
(/= (- 1d0 double-float-negative-epsilon) 1d0) => T
(= (+ 1.0 (/ single-float-epsilon 2)) 1.0) => T

(list (exp 0) (expt 2 100) (expt 2 -2) (expt 1/2 2) (expt 2.0 3) (expt 0 0) (expt #c(0 1) 2)) => (1.0 1267650600228229401496703205376 1/4 1/4 8.0 1 -1)
(expt 0 -1) => :error division-by-zero
(expt 4 1/2) => 2.0
(exp 1000) => :error floating-point-overflow
(expt 1d-300 2) => :error floating-point-underflow
(list (log 8 2) (log 1) (log 100d0 10)) => (3.0 0.0 2.0d0)
(log 0) => :error division-by-zero
(list (sqrt 16) (sqrt -4) (sqrt 2d0) (isqrt 17)) => (4.0 #C(0.0 2.0) 1.4142135623730951d0 4)
(isqrt -1) => :error type-error
(list (sin 0) (cos 0) (atan 1 1) (atan 1d0 -1) (asin 2)) => (0.0 1.0 0.7853982 2.356194490192345d0 #C(1.5707964 -1.316958))
(atanh 1) => :error division-by-zero
(list (atanh 2) (acos 2) (acosh 1/2)) => (#C(0.54930615 1.5707964) #C(0.0 1.316958) #C(0.0 1.0471976))
(atan #c(1 2) 1) => :error type-error
(list (cis 0) (phase -1) (realpart #c(1 2)) (imagpart #c(1 2)) (imagpart 1.5) (conjugate #c(1 2))) => (#C(1.0 0.0) 3.1415927 1 2 0.0 #C(1 -2))
(list (complex 1 0) (complex 1.0 0) (complex 1 2.5d0)) => (1 #C(1.0 0.0) #C(1.0d0 2.5d0))
(complex #c(1 2) 1) => :error type-error
(list (numberp 1) (realp #c(1 2)) (rationalp 1/2) (rationalp 1.5) (integerp 1.0) (floatp 1d0) (complexp #c(1 2)) (numberp 'a)) => (T NIL T NIL NIL T T NIL)

(parse-integer " -123 ") => -123 6
(parse-integer "ff" :radix 16) => 255 2
(parse-integer "x12y" :start 1 :end 3) => 12 3
(parse-integer "12y" :junk-allowed t) => 12 2
(parse-integer "" :junk-allowed t) => NIL 0
(parse-integer "12y") => :error parse-error
(parse-integer "+") => :error parse-error
(parse-integer 12) => :error type-error
(parse-integer "1" :radix 37) => :error type-error

(let ((s1 (make-random-state nil))) (let ((s2 (make-random-state s1))) (equal (list (random 1000 s1) (random 1.0 s1)) (list (random 1000 s2) (random 1.0 s2))))) => T
(random 0) => :error type-error
(random -1.5) => :error type-error
(random 1) => 0
(list (random-state-p *random-state*) (typep *random-state* 'random-state) (random-state-p 1)) => (T T NIL)
(upgraded-complex-part-type 'integer) => RATIONAL
(let ((x #xABCD)) (list (ldb (byte 8 4) x) (ldb (byte 0 0) x) (dpb -1 (byte 4 8) x) (dpb 0 (byte 4 0) -1))) => (188 0 45005 -16)
(let ((x 'a)) (ldb (byte 8 4) x)) => :error type-error
(let ((x 1.5)) (dpb x (byte 8 4) 0)) => :error type-error
(let ((x nil)) (dpb 1 (byte 8 4) x)) => :error type-error
(atan 1 nil) => :error type-error
(upgraded-complex-part-type nil) => nil

;; the bits of floats
(excl:single-float-to-shorts 1.5)                    => 16320 0
(excl:shorts-to-single-float 16320 0)                => 1.5
(excl:double-float-to-shorts -1.1d0)                 => 49137 39321 39321 39322
(excl:shorts-to-double-float 49137 39321 39321 39322) => -1.1d0
(excl:single-float-to-shorts 1d0)                    => :error type-error
(excl:double-float-to-shorts 1.0)                    => :error type-error
(excl:shorts-to-single-float 65536 0)                => :error type-error
