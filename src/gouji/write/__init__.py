"""A Book to a file, one module a format."""
