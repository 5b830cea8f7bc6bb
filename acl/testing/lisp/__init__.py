"""The operators of package ACL-TESTING: what `acl.testing` offers to Lisp."""
