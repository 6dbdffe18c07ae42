"""Small pictures to choose one from."""
