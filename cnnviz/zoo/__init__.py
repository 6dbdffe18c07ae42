"""Trained networks: architectures, registry, cards and checked weights."""
