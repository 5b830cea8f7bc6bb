"""What tests Lisp: case files, transcripts, documentation pages.  Shipped, for users' programs too."""
