"""A Comparison to the terminal, to JSON (`diff.json`), to a page and to a workbook."""
