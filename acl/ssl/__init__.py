"""SSL (TLS) streams, section 11 of Allegro's socket documentation: pyOpenSSL driven by acl's one wait.

`library` loads OpenSSL, `contexts` holds parameters and credentials, `engine` moves records between a socket and
OpenSSL's memory, `streams` has the Lisp streams, `certificates` what is known of a peer; `operators` declares the
functions; `lessons` those that make certificates, which `acl.testing.authority` does.
"""
