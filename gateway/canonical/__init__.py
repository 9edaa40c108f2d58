"""What everything means: frozen values that refuse to exist wrong and never print a person.

No I/O, no wire words, no storage. `command` holds what a sender asked, as text with its place;
the rest holds what was understood.
"""
