from tests.spec.conftest import office

__all__ = ["office"]
