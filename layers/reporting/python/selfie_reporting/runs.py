"""Letters that join: what our PDFs do otherwise than fpdf2 where a text needs more than one font."""

from fpdf import FPDF
from fpdf.line_break import Fragment


class InRuns(FPDF):  # type: ignore[misc]  # fpdf2 is not read by mypy, see pyproject.toml
    """A document whose texts are shaped in runs as long as they can be."""

    def _preload_font_styles(
        self,
        text: str | None,
        markdown: bool,  # noqa: ARG002  fpdf2's signature
        _initial_emphasis: tuple[bool, bool, bool, bool] | None = None,
    ) -> tuple[Fragment, ...]:
        """Cut a text into runs of one font.

        fpdf2 itself also cuts at each blank and at each mark above or below a letter. Letters on both sides of a mark
        would not join then, and a line of Arabic would be shaped word by word.
        """
        runs: list[tuple[str, list[str]]] = []
        for letter in text or "":
            font = self._font_of(letter, runs[-1][0] if runs else "")
            if not runs or runs[-1][0] != font:
                runs.append((font, []))
            runs[-1][1].append(letter)
        return tuple(self._fragment(font, letters) for font, letters in runs)

    def _font_of(self, letter: str, before: str) -> str:
        own = f"{self.font_family}{self.font_style}"
        # Blanks, marks and signs go with the letters before them.
        if before and not letter.isalnum() and ord(letter) in self.fonts[before].cmap:
            return before
        if ord(letter) in self.fonts[own].cmap:
            return own
        return str(self.get_fallback_font(letter, self.font_style) or own)

    def _fragment(self, font: str, letters: list[str]) -> Fragment:
        state = self._get_current_graphics_state()
        state.font_family, state.current_font = font.removesuffix("B"), self.fonts[font]
        return Fragment(letters, state, self.k)
