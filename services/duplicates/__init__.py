"""Records that are probably one and the same: found, shown in pairs, dismissed or made one, and that taken back.

`people` and `companies` weigh two records, `blocks` says which are compared at all, `search` runs over the base (in a
process of its own, `jobs`), `pairs` lists and dismisses, `comparing`, `moving` and `merging` make one of two.
"""
