"""Speed, measured as ratios within one run: the machines that run this are shared and noisy."""
