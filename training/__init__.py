"""Train the models, measure them, write their cards; README.md is the log."""
