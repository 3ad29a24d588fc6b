"""Draw a badge and put its credential into the picture, as Open Badges 3.0 has it («Baked Badge»)."""

import struct
import zlib
from typing import Final

from selfie.domain.badge import IssuedBadge

PNG_HEAD: Final = b"\x89PNG\r\n\x1a\n"
# Signature, and the first chunk, which is always of this length.
_AFTER_HEADER: Final = len(PNG_HEAD) + 25
_NAMESPACE: Final = "https://purl.imsglobal.org/ob/v3p0"


def emblem() -> bytes:
    """Draw what all badges share, as PNG."""
    from selfie_reporting.badge_image import badge_png

    return badge_png()


def baked_png(issued: IssuedBadge) -> bytes:
    """Draw a badge with its credential inside, as PNG."""
    from selfie_reporting.badge_image import badge_png, session_label

    return bake_png(badge_png(session_label(issued.badge.session_id)), issued.credential)


def baked_svg(issued: IssuedBadge) -> str:
    """Draw a badge with its credential inside, as SVG."""
    from selfie_reporting.badge_image import badge_svg, session_label

    badge = issued.badge
    return bake_svg(badge_svg(session_label(badge.session_id), badge.school), issued.credential)


def bake_png(picture: bytes, credential: str) -> bytes:
    """Add the credential as international text behind the header."""
    # Keyword, not compressed, no language, no translated keyword.
    content = b"openbadgecredential\0\0\0\0\0" + credential.encode()
    kind = b"iTXt"
    chunk = struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    return picture[:_AFTER_HEADER] + chunk + picture[_AFTER_HEADER:]


def bake_svg(picture: str, credential: str) -> str:
    """Add the credential as the first element of the picture."""
    head, tag, rest = picture.partition("<svg ")
    attributes, end, drawing = rest.partition(">")
    # The end of a character section inside the credential's texts would end it here.
    safe = credential.replace("]]>", "]]]]><![CDATA[>")
    baked = f"<openbadges:credential><![CDATA[{safe}]]></openbadges:credential>"
    return f'{head}{tag}xmlns:openbadges="{_NAMESPACE}" {attributes}{end}{baked}{drawing}'
