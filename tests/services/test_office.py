"""The office as one value."""

from services.office import Office


def test_it_is_printed_in_a_line(office: Office) -> None:
    """asyncio prints what a task gave, a dozen times a test: the catalogue would be half of it."""
    assert office.name.zh in repr(office)
    assert len(repr(office)) < 500
