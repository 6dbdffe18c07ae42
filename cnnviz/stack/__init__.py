"""Stacks of layers as frozen values: the layers, the stack, and the lectures' networks."""
