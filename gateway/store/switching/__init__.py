"""A signal at two indexes: one leads for it, the other holds a copy. To move it is to make the copy and turn the two.

`routes` says which index leads for what comes in, `copies` brings signals to a second index and looks what it holds,
`mirrored` keeps the matches of an index that does not lead, `comparing` lays both beside each other, `turning` lets the
other lead, `relinking` knows a match again under its new number, `register` knows the moves.
"""
