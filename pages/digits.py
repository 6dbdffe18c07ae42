"""Digits: draw or photograph, and watch a network decide."""

from cnnviz.ui import frame
from cnnviz.ui.views.predict import draw_predict

page = frame.begin("digits")
draw_predict(page, "digits")
