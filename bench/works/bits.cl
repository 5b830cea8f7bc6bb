(defun rol (x n) (logand #xFFFFFFFF (logior (ash x n) (ash x (- n 32)))))
(defun bench (n)
  (let ((a #x67452301) (b #xefcdab89) (c #x98badcfe) (d #x10325476))
    (dotimes (i n a)
      (let ((f (logior (logand b c) (logand (lognot b) d))))
        (let ((temp d))
          (setf d c c b
                b (logand #xFFFFFFFF (+ b (rol (logand #xFFFFFFFF (+ a f i #xd76aa478)) 7)))
                a temp))))))
