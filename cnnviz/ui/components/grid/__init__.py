"""A grid of numbers that a person types into: an input, a kernel, weights."""
