"""The command line: batch classification and measurement."""
