"""Answer with a drawing, or with bytes: a file to save, or what is packed."""

import base64
from typing import Any, Final

from chalice.app import Response

EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF: Final = "application/pdf"
CSV: Final = "text/csv; charset=utf-8"


class SvgAnswer(Response):  # type: ignore[misc]  # Chalice is not read by mypy, see pyproject.toml
    """A drawing; were it opened by itself, nothing in it could run."""

    def __init__(self, drawn: str) -> None:
        headers = {
            "Content-Type": "image/svg+xml; charset=utf-8",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
            "Cache-Control": "no-store",
        }
        super().__init__(drawn, headers=headers)


class BinaryAnswer(Response):  # type: ignore[misc]  # Chalice is not read by mypy, see pyproject.toml
    """Bytes for whoever asks.

    Chalice's own binary answers are refused to a browser that follows a link: its Accept header names no file type.
    """

    def to_dict(self, binary_types: list[str] | None = None) -> dict[str, Any]:  # noqa: ARG002  Chalice's signature
        """Encode them as API Gateway wants it."""
        return {
            "headers": self.headers,
            "multiValueHeaders": {},
            "statusCode": self.status_code,
            "body": base64.b64encode(self.body).decode(),
            "isBase64Encoded": True,
        }


class FileAnswer(BinaryAnswer):
    """A file to save; ``shown`` is for one that a page shows, and ``headers`` replace ours."""

    def __init__(
        self,
        content: bytes,
        content_type: str,
        name: str,
        *,
        shown: bool = False,
        headers: dict[str, str] | None = None,
    ) -> None:
        ours = {
            "Content-Type": content_type,
            "Content-Disposition": f'{"inline" if shown else "attachment"}; filename="{name}"',
            "Cache-Control": "no-store",
        }
        super().__init__(content, headers=ours | (headers or {}))
