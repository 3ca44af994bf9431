"""How a row of each table of the office becomes records: one module per subject.

Each `plan(draft, row)` reads every cell of the row; it raises `SkipRow` before it has changed anything. `link` runs
when the rows of all sheets are planned, for what refers to other sheets' records.
"""
