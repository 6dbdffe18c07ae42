"""Looking inside a network: its layers as a table."""
