"""What suppliers build against changes only on purpose."""

from tests.golden.definitions import rendered, shown


def test_the_definitions_are_the_files() -> None:
    assert shown() == rendered(), "run: python -m tests.golden.definitions --update"
