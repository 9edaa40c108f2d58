"""What is right, in words a lawyer can follow: admission, vocabulary, policy and the two lives.

Pure functions from values to values: no I/O, no clock, no wire words. What a rule needs to know of
today, a region or an organisation comes in as an argument.
"""
