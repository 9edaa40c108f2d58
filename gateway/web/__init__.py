"""The asynchronous edge: who is calling, how much may come in, which door. What a message means is not known here."""
