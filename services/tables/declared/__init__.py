"""The declarations of the office's tables, one module per subject."""
