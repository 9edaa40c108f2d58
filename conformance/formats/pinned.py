"""The contracts as they were released: the kit's own copies, in `conformance/contract`."""

from importlib.resources import files


def contract(name: str) -> bytes:
    """A file of the pinned contracts."""
    return files("conformance").joinpath("contract", *name.split("/")).read_bytes()
