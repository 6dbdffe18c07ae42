"""Rock, paper, scissors: draw or photograph, and watch a network decide."""

from cnnviz.ui import frame
from cnnviz.ui.views.predict import draw_predict

page = frame.begin("rock_paper_scissors")
draw_predict(page, "rps")
