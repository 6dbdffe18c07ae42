"""The whole network in one view: every layer a column of maps, joined by curves."""
