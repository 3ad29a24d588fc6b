"""What a school gets of its results: figures with their words, charts, workbook, document, message."""
