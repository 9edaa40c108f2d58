"""The kit in a browser on the tester's own machine: choose, follow, download. `verwijsindex-toets serve`.

A run is a folder in which the kit's own command plays, in a process of its own; the page starts it, looks at what it
wrote and can stop it. So a run outlives the page, goes on after a stop, and is as one from the command line.
"""
