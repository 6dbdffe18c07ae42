"""Pictures in, arrays out: decode files, render strokes, draw samples, prepare an input for a network."""
