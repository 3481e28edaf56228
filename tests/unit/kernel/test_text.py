"""Names and titles."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.kernel.errors import InvalidRequest
from boxoffice.kernel.text import LINE_PATTERN, clean_line

LINE = re.compile(LINE_PATTERN)


def test_the_pattern_refuses_exactly_what_unicode_calls_control_format_and_line_separating() -> None:
    joiners = {0x200C, 0x200D}
    unreadable = {
        code
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp") and code not in joiners
    }
    refused = {
        code for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000 and not LINE.match(f"a{chr(code)}b")
    }

    # Newer editions of Unicode may know more than this Python does.
    assert unreadable <= refused
    assert len(refused - unreadable) < 16


@given(st.from_regex(LINE, fullmatch=True).filter(lambda text: len(text) <= 60))
def test_what_the_published_pattern_allows_is_accepted(text: str) -> None:
    cleaned = clean_line(text, "name", 200)

    assert cleaned == cleaned.strip() == unicodedata.normalize("NFC", cleaned)
    assert cleaned


@given(st.text(max_size=60))
def test_a_text_is_either_refused_or_clean(text: str) -> None:
    try:
        cleaned = clean_line(text, "name", 50)
    except InvalidRequest:
        return
    assert clean_line(cleaned, "name", 50) == cleaned


def test_the_sentence_names_what_is_wrong() -> None:
    with pytest.raises(InvalidRequest, match="The title needs 1 to 5 characters"):
        clean_line("too long", "title", 5)
    with pytest.raises(InvalidRequest, match="The title may not contain control characters"):
        clean_line("a\tb", "title", 5)
