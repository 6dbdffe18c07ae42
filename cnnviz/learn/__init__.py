"""Data sets, augmentation, the training loop, evaluation."""
