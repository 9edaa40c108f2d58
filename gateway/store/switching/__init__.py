"""A signal at two indexes: one leads for it, the other holds a copy. To move it is to make the copy and turn the two.

`register` knows the moves, `routes` which index leads for what comes in; `scope` says which signals a move is about.
`copies` brings signals to a second index and looks what it holds, `letters` are the messages for that; `mirrored` keeps
the matches of an index that does not lead, `comparing` lays both beside each other. `turning` lets the other lead,
`relinking` knows a match again under its new number, `closing` ends it. `counting` and `looking` are for who watches.
"""
