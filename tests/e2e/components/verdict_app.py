"""Every state of the answer to a picture, laid out as on a Predict page; what stands below it is marked."""

import numpy as np
import streamlit as st

from cnnviz.ops.ranking import rank
from cnnviz.ops.softmax import softmax
from cnnviz.ui import frame
from cnnviz.ui.frame import Page
from cnnviz.ui.views.answers import Answer, Belonging, answer_html, doubt_html, record_html
from cnnviz.ui.views.predict import STYLES
from cnnviz.zoo import registry

STATES = {"yes": (9.0, 0.98), "unsure": (0.1, 0.98), "spread": (-4.5, 0.98), "no": (9.0, 0.02)}
TASKS = {"digits": "digits", "clothes": "clothes", "rock_paper_scissors": "rps"}

st.set_page_config(layout="wide")
for style in (frame.HERE / "frame.css", *STYLES):
    st.html(style)
name = st.query_params["page"]
page = Page(name, st.query_params["lang"])
card = registry.card(TASKS[name], registry.names(TASKS[name])[0])
state = st.radio("State", list(STATES), horizontal=True)
lead, prob = STATES[state]
logits = np.linspace(-1, 0, len(card.classes))
logits[-1] += max(lead, 0)
logits[:-2] -= max(0.0, 5 + lead)
scores = softmax(logits)
answer = Answer(card, None, scores, rank(scores), Belonging(prob, 0.5))  # type: ignore[arg-type]  # not looked at
_, right = st.columns((6, 7), gap="large")
form = {"digits": "drawing", "clothes": "photo", "rps": "photo"}[card.task]
record = record_html(page, answer, [card.recipe(form)])
right.html(answer_html(page, answer) + doubt_html(page, answer))
right.html(record)
right.html(f"<div id='below' data-state='{state}'>below</div>")
