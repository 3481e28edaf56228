"""Text that people type and others read: names and titles."""

import re
import unicodedata

from boxoffice.kernel.errors import InvalidRequest

# Every control (Cc), format (Cf) and line-separating (Zl, Zp) character but the two joiners (U+200C, U+200D), which
# several scripts and emoji need. Beyond U+FFFF the characters themselves: an escape there differs between dialects
# of regular expressions, and this one is published.
_UNREADABLE = (
    "\\x00-\\x1f\\x7f-\\x9f\\xad\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u180e\\u200b\\u200e\\u200f"
    "\\u2028-\\u202e\\u2060-\\u2064\\u2066-\\u206f\\ufeff\\ufff9-\\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
LINE_PATTERN = f"^[^{_UNREADABLE}]*[^{_UNREADABLE}\\s][^{_UNREADABLE}]*$"
"""One line with something to read in it; for `msgspec.Meta(pattern=...)`, so that the API reference says it too."""

_line = re.compile(LINE_PATTERN)


def clean_line(text: str, what: str, max_characters: int) -> str:
    """`text` composed (NFC) and without spaces around it. Raises `InvalidRequest` naming `what`.

    Refused: nothing to read, more than `max_characters`, control and format characters other than joiners.
    """
    cleaned = unicodedata.normalize("NFC", text).strip()
    if not 1 <= len(cleaned) <= max_characters:
        raise InvalidRequest(f"The {what} needs 1 to {max_characters} characters.")
    if not _line.match(cleaned):
        raise InvalidRequest(f"The {what} may not contain control characters.")
    return cleaned
