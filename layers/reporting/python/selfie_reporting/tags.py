"""The structure that a PDF tells to screen readers: fpdf2's flat list of pieces, with tables of rows and cells in it.

fpdf2 marks a piece and lists it below the document; only its own ``table()`` draws tables, without saying that they are
any. So this builds on the parts that it lists pieces with.
"""

from codecs import BOM_UTF16_BE
from collections.abc import Iterator
from contextlib import contextmanager

from fpdf.structure_tree import StructElem, StructureTreeBuilder
from fpdf.syntax import PDFString
from fpdf.util import escape_parens


class Spoken(PDFString):  # type: ignore[misc]
    """A text for screen readers, in half the bytes that fpdf2 takes for one: a register says all its words again."""

    def serialize(self, *_args: object, **_kwargs: object) -> str:
        """Write it as it is and not as digits."""
        return f"({escape_parens((BOM_UTF16_BE + self.encode('utf-16-be')).decode('latin-1'))})"


class _Document(StructElem):  # type: ignore[misc]  # fpdf2 is not read by mypy, see pyproject.toml
    """The root: fpdf2 numbers and places all elements that it lists, but only those right below it are its own."""

    def serialize(self, *args: object, **kwargs: object) -> str:
        """Write it with its own elements only."""
        self.k[:] = [element for element in self.k if element.p is self]
        return str(super().serialize(*args, **kwargs))


class Tags(StructureTreeBuilder):  # type: ignore[misc]
    """Pieces in the order of reading, those inside a table below its rows and cells."""

    def __init__(self) -> None:
        super().__init__()
        self.doc_struct_elem = _Document("/Document", self.struct_tree_root, [])
        self.struct_tree_root.k[:] = [self.doc_struct_elem]
        self.inside: list[StructElem] = []
        self.in_table = False
        self.table_of_page: StructElem | None = None

    def add_marked_content(self, page_number: int, struct_type: str, **about: object) -> tuple[StructElem, int]:
        """Add a piece where the document has come to."""
        element, page_key = super().add_marked_content(page_number, struct_type, **about)
        self._put(element)
        return element, page_key

    def group(self, page: int, kind: str) -> StructElem:
        """Add an element for others to go into; without any it is an empty cell."""
        element = StructElem(f"/{kind}", self.doc_struct_elem, [], page)
        self.doc_struct_elem.k.append(element)
        self._put(element)
        return element

    def _put(self, element: StructElem) -> None:
        if self.inside:
            element.p = self.inside[-1]
            element.p.k.append(element)

    @contextmanager
    def within(self, element: StructElem) -> Iterator[None]:
        """Put what follows into an element."""
        self.inside.append(element)
        yield
        self.inside.pop()

    @contextmanager
    def table(self) -> Iterator[None]:
        """Take the rows that follow for a table."""
        self.in_table, self.table_of_page = True, None
        yield
        self.in_table = False

    @contextmanager
    def row(self, page: int) -> Iterator[None]:
        """Begin a row; on another page the table goes on as one of its own, which its headings begin again."""
        if self.table_of_page is None or self.table_of_page.page_number() != page:
            self.table_of_page = self.group(page, "Table")
        with self.within(self.table_of_page):
            row = self.group(page, "TR")
        with self.within(row):
            yield


def describe_cell(cell: StructElem, scope: str, span: int) -> None:
    """Say for which cells a heading stands, and over how many columns a cell goes."""
    scoped = f"/Scope /{scope} " if scope else ""
    spanning = f"/ColSpan {span} " if span > 1 else ""
    if scoped or spanning:
        cell.a = f"<</O /Table {scoped}{spanning}>>"
