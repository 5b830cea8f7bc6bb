"A shop in Hy whose prices are Lisp's: pricing.cl again, with Lisp's control operators in their own syntax."

(require acl.python.macros *)
(import acl
        pathlib [Path])

(acl.load (.with-name (Path __file__) "pricing.cl"))
(setv add-product (acl.function "pricing:add-product")
      add-rule (acl.function "pricing:add-rule")
      order (acl.function "pricing:order"))

(for [product [["A1" "Anvil" 4500] ["R2" "Rocket skates" 12900] ["B3" "Birdseed" 250]]]
  (add-product #* product))

(defn unknown-product [condition]
  "Sell one article all the same; leave others out."
  (print "?" condition)
  (if (= condition.sku "X9")
      (invoke-restart use-price 999)
      (invoke-restart skip-line)))

(setv wile
  (handler-bind [["pricing:unknown-product" unknown-product]
                 ["pricing:bad-quantity" (fn [condition] (invoke-restart use-value 1))]]
    (order "Wile" [#("R2" 1) #("X9" 2) #("Y0" 1) #("B3" "many")])))
(print wile (lfor line wile.lines line.product.name))

;; All or nothing: the first mistake ends the order.
(print (handler-case (order "Eve" [#("A1" 1) #("E5" 1)])
         ("pricing:unknown-product" [condition] (+ "Nothing for Eve: " (str condition)))))

;; A restart of ours, which a rule in Lisp invokes.
(acl.eval "(defun careful (order) (when (> (pricing:total order) 20000) (invoke-restart 'ask-a-human order)))")
(add-rule (acl.eval "'careful") (acl.function "careful"))
(print (restart-case (order "Ada" [#("R2" 2)])
         (ask-a-human [order] (+ "Somebody looks at " (str order)))))
