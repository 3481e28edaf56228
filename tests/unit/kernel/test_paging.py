import pytest

from boxoffice.kernel.paging import cut_page


@pytest.mark.parametrize(
    ("found", "page"), [("", ("", None)), ("ab", ("ab", None)), ("abc", ("abc", None)), ("abcd", ("abc", "c"))]
)
def test_a_page_ends_with_a_cursor_where_more_was_found_than_it_has(found: str, page: tuple[str, str | None]) -> None:
    shown, following = cut_page(list(found), 3, str)

    assert ("".join(shown), following) == page
