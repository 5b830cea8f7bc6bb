(defun bench (port n)
  (with-open-stream (s (acl-socket:make-socket :remote-host "127.0.0.1" :remote-port port))
    (format s "send ~d~%" n)
    (force-output s)
    (let ((sum 0))
      (loop
        (let ((c (read-char s nil)))
          (unless c (return sum))
          (incf sum))))))
