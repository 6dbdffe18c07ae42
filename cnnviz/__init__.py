"""See every step of a convolutional neural network, on your own picture.

Importing this package is cheap and silent: it loads neither torch nor streamlit nor plotly.
"""

__version__ = "0.1.0"
