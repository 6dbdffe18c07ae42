"""Models: every trained network's card, as measured."""

import streamlit as st

from cnnviz.ui import controls, frame
from cnnviz.ui.views import models, models_better, models_measures
from cnnviz.zoo import registry

page = frame.begin("models")

task = controls.segmented(page, "task")
names = registry.choices(task)
scores = st.container()
name = controls.select(page, "model", choices=names)
card, metrics = registry.card(task, name), registry.metrics(task, name)
with scores:
    models.draw_scores(page, task, name)
    models_better.draw_better(page, task, name)

left, right = st.columns((5, 6), gap="large")
with left:
    models.draw_suites(page, card)
    models_measures.draw_calibration(page, card)
with right:
    models.draw_confusion(page, card, metrics)
    models_measures.draw_by_class(page, card, metrics)
    models_measures.draw_unseen(page, card)
    models.draw_mistakes(page, card, metrics)

left, right = st.columns((5, 6), gap="large")
with left:
    models_measures.draw_gate(page, card)
    models_measures.draw_ablation(page, card)
    models_measures.draw_speed(page, card)
with right:
    models.draw_data(page, card)
    models.draw_made(page, card)

frame.draw_lesson(page)
