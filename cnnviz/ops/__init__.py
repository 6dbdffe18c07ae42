"""The teaching maths in plain NumPy: no torch, so that torch can judge it."""
