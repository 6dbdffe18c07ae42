"""Inside the network: one picture on its way through any of our networks, open to every question."""

from cnnviz.ui import frame
from cnnviz.ui.views.inside import draw_inside

page = frame.begin("inside")
draw_inside(page)
frame.draw_lesson(page)
