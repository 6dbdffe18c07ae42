"""Home: what this is, the whole journey in one picture, and a way into every page."""

from cnnviz.ui import frame

page = frame.begin("home")
