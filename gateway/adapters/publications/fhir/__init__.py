"""Everything that is published in FHIR R4 (4.0.1), and the operations of terminology over it.

Pure: tables in, resources out. `library` is all of it, `shelf` answers who asks for it.
"""

from gateway.adapters.publications.fhir.library import KINDS, Library, library
from gateway.adapters.publications.fhir.shelf import Shelf

__all__ = ["KINDS", "Library", "Shelf", "library"]
