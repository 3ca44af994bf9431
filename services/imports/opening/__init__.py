"""The readers of files, run inside the limited child process only; they import nothing else of the product.

Each gives `Sheet`s; what a user must know of a file that cannot be read is a `Refused` with one sentence.
"""
