"""The operators written in Python, one file or folder for each chapter of the standard."""
