;;;; A connection that is refused, and the restarts that a careful client offers around it.

(defvar *attempts* 0)

(defun connect (port)
  "Connect to PORT; if that fails let a handler choose: try again, use another port, or give up."
  (do () (nil)
    (restart-case
        (progn
          (incf *attempts*)
          (return (socket:make-socket :remote-host "127.0.0.1" :remote-port port)))
      (try-again ()
        :report "Try the same port again.")
      (use-value (other)
        :report "Use another port."
        (setq port other))
      (give-up ()
        :report "Do without a connection."
        (return nil)))))

(defun free-port ()
  "Return a port that nobody listens on."
  (let ((passive (socket:make-socket :connect :passive :local-host "127.0.0.1")))
    (prog1 (socket:local-port passive)
      (close passive))))

(let ((passive (socket:make-socket :connect :passive :local-host "127.0.0.1"))
      (closed (free-port)))
  (handler-bind ((excl:socket-error
                   (lambda (problem)
                     (format t "attempt ~d: ~s~%" *attempts* (excl:stream-error-identifier problem))
                     (if (< *attempts* 3)
                         (invoke-restart 'try-again)
                         (use-value (socket:local-port passive))))))
    (let ((client (connect closed)))
      (format t "connected to the right port: ~s~%" (= (socket:remote-port client) (socket:local-port passive)))
      (close client)))
  (handler-bind ((excl:socket-error
                   (lambda (problem)
                     (declare (ignore problem))
                     (invoke-restart 'give-up))))
    (format t "given up: ~s~%" (connect closed)))
  (close passive))
