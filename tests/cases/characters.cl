;;; Characters (chapter 13).

(list (characterp #\a) (characterp "a") (characterp 97)) => (t nil nil)
(list (char-code #\A) (char-int #\Space) (code-char 97) char-code-limit) => (65 32 #\a 1114112)
(char-code 3) => :error type-error
(code-char char-code-limit) => :error type-error
(code-char -1) => :error type-error
(code-char "a") => :error type-error
(list (character #\a) (character "b") (character 'c)) => (#\a #\b #\C)
(character "ab") => :error type-error
(character nil) => :error type-error
(character 3) => :error type-error

;; Names

(mapcar #'char-name '(#\Space #\Newline #\Tab #\Page #\Return #\Backspace #\Rubout #\a)) => ("Space" "Newline" "Tab" "Page" "Return" "Backspace" "Rubout" nil)
(mapcar #'name-char '("SPACE" newline "linefeed" "Nul" "esc" "^a" "U+e9")) => (#\Space #\Newline #\Newline #\Null #\Escape #\^a #\é)
(name-char "latin_small_letter_e_with_acute") => #\é
(name-char "no such name") => nil
(name-char 'x) => nil
(name-char 3) => :error type-error
(char-name "a") => :error type-error
(loop for i below 1000 for c = (code-char i) for n = (char-name c) always (or (null n) (eql c (name-char n)))) => t
(loop for i below 1000 for c = (code-char i) always (or (graphic-char-p c) (char-name c))) => t
#\greek_small_letter_alpha => #\α

;; Digits

(list (digit-char-p #\7) (digit-char-p #\a) (digit-char-p #\a 16) (digit-char-p #\F 16) (digit-char-p #\9 8)) => (7 nil 10 15 nil)
(digit-char-p (code-char #x663)) => 3
(digit-char-p #\1 37) => :error type-error
(digit-char-p 1) => :error type-error
(list (digit-char 7) (digit-char 11 16) (digit-char 7 7) (digit-char 100)) => (#\7 #\B nil nil)
(digit-char -1) => :error type-error
(digit-char 1 1) => :error type-error

;; Kinds and case

(mapcar #'alpha-char-p '(#\a #\Z #\5 #\- #\é)) => (t t nil nil t)
(mapcar #'alphanumericp '(#\a #\5 #\-)) => (t t nil)
(mapcar #'graphic-char-p '(#\a #\Space #\Newline #\Rubout)) => (t t nil nil)
(mapcar #'standard-char-p '(#\a #\~ #\Newline #\Tab #\é)) => (t t t nil nil)
(mapcar #'upper-case-p '(#\A #\a #\5)) => (t nil nil)
(mapcar #'lower-case-p '(#\A #\a #\ß)) => (nil t nil)
(mapcar #'both-case-p '(#\A #\é #\1 #\ß)) => (t t nil nil)
(mapcar #'char-upcase '(#\a #\B #\1 #\é #\ß #\ÿ)) => (#\A #\B #\1 #\É #\ß #\Ÿ)
(mapcar #'char-downcase '(#\a #\B #\1 #\É)) => (#\a #\b #\1 #\é)
(loop for i below 70000 for c = (code-char i) always (eq (both-case-p c) (or (upper-case-p c) (lower-case-p c)))) => t
(loop for i below 70000 for c = (code-char i) always (or (not (both-case-p c)) (and (alpha-char-p c) (eql c (if (upper-case-p c) (char-upcase (char-downcase c)) (char-downcase (char-upcase c))))))) => t
(alpha-char-p 1) => :error type-error
(alphanumericp "a") => :error type-error
(both-case-p nil) => :error type-error
(char-upcase "a") => :error type-error

;; Comparison

(list (char= #\a) (char= #\a #\a) (char= #\a #\b) (char= #\a #\a #\a) (char= #\a #\a #\b)) => (t t nil t nil)
(list (char/= #\a #\b #\a) (char/= #\a #\b #\c) (char/= #\a #\a)) => (nil t nil)
(list (char< #\a #\b #\c) (char< #\a #\c #\b) (char< #\a #\a) (char<= #\a #\a #\b)) => (t nil nil t)
(list (char> #\c #\b) (char> #\a #\b) (char>= #\b #\b #\a) (char>= #\a #\b)) => (t nil t nil)
(list (char-equal #\a #\A) (char-equal #\a #\A #\b) (char-not-equal #\a #\A) (char-not-equal #\a #\b)) => (t nil nil t)
(list (char-lessp #\a #\B) (char-lessp #\A #\a) (char-greaterp #\B #\a) (char-not-lessp #\a #\A) (char-not-greaterp #\A #\b #\B)) => (t nil t t t)
(apply #'char= '(#\a #\a #\a)) => t
(char=) => :error program-error
(funcall 'char-lessp) => :error program-error
(char= 1 #\a) => :error type-error
(char= #\a 1) => :error type-error
(char= #\a #\b 1) => :error type-error
(char< #\a 1) => :error type-error
(char-equal "a" #\a) => :error type-error
(char= 1) => :error type-error
(let ((i 0) a b) (list (char< (progn (setq a (incf i)) #\a) (progn (setq b (incf i)) #\b)) a b)) => (t 1 2)
(char-code #\%space) => 160
