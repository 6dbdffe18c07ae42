"""Architectures: what the named networks are made of, and why."""

from cnnviz.ui import controls, frame
from cnnviz.ui.views import architectures

page = frame.begin("architectures")

view = controls.segmented(page, "view")
if view == "layers":
    architectures.draw_layers(page)
elif view == "blocks":
    architectures.draw_blocks(page)
elif view == "small_kernels":
    architectures.draw_small_kernels(page)
elif view == "history":
    architectures.draw_history(page)
else:
    from cnnviz.ui.views import architectures_photo  # brings torchvision, which the other views do without

    architectures_photo.draw_photo(page)

frame.draw_lesson(page)
