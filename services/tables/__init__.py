"""The column idea: declarations, the row index, filters, search, export."""
