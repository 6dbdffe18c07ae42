"""A sheet to draw on with mouse, finger or stylus."""
