"""Home: what this is, the whole journey in one picture, and a way into every page."""

from cnnviz.ui import cache, frame
from cnnviz.ui.views.home import draw_cards, draw_hero, draw_journey

page = frame.begin("home", heading=False)
draw_hero(page)
draw_journey(page)
draw_cards(page)
cache.cached_warm_up()
