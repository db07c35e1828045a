"""The rules of the city: pure, without I/O, clock or randomness.

Where is …?  `areas` the tree of areas · `reports` what may arrive · `rules` categories and limits ·
`deadlines` when a case is due · `lifecycle` which step may follow which · `cases` the table of cases ·
`ledger` people and daily counts · `workers` shifts, silence, rhythm · `orders` receipts · `seen` duplicates ·
`city` the one door to all of it · `indicators` and `views` what is read from it · `frames` what screens get.
"""
