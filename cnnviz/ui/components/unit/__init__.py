"""One unit in the browser: the maps that a convolution adds up, the pixels that a flatten lines up."""
