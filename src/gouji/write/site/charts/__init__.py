"""The charts of the site, drawn as SVG: sources to uses, projects by amount, this year against last."""
