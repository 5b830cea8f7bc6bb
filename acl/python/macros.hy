"Lisp's control operators with their syntax, for Hy:  (require acl.python.macros *)"

(defmacro catch [tag #* body]
  "Evaluate the body; (throw tag value) below returns value from here."
  `(hy.I.acl/python/control.catch ~tag (fn [] ~@body)))

(defmacro throw [tag [value None]]
  "Leave the catch for tag with value."
  `(hy.I.acl/python/control.throw ~tag ~value))

(defmacro block [name #* body]
  "Evaluate the body, in which (name value) returns value from here."
  `(hy.I.acl/python/control.block (fn [~name] ~@body)))

(defmacro unwind-protect [form #* cleanup]
  "Evaluate form; evaluate cleanup however it is left."
  `(hy.I.acl/python/control.unwind-protect (fn [] ~form) (fn [] ~@cleanup)))

(defmacro handler-case [form #* clauses]
  "Evaluate form; the first clause (type [condition] body...) that applies to an error gives the value."
  `(hy.I.acl/python/control.handler-case
     (fn [] ~form)
     ~@(lfor clause clauses
             `#(~(get clause 0) (fn [~(get (get clause 1) 0)] ~@(cut clause 2 None))))))

(defmacro handler-bind [bindings #* body]
  "Evaluate the body with handlers: bindings is [[type function]...]; they run where a condition is signalled."
  `(hy.I.acl/python/control.handler-bind
     (fn [] ~@body)
     ~@(lfor binding bindings `#(~(get binding 0) ~(get binding 1)))))

(defmacro restart-case [form #* clauses]
  "Evaluate form with restarts: clauses are (name [parameters] body...)."
  `(hy.I.acl/python/control.restart-case
     (fn [] ~form)
     ~@(lfor clause clauses
             `#(~(str (get clause 0)) (fn ~(get clause 1) ~@(cut clause 2 None)) ~(str (get clause 0))))))

(defmacro invoke-restart [name #* args]
  "Invoke the newest restart of that name."
  `(hy.I.acl/python/control.invoke-restart ~(str name) ~@args))
