"""The emptiest app with a button: a click until its number is painted is the unit U."""

import streamlit as st

st.session_state.clicks = st.session_state.get("clicks", 0)
if st.button("Go"):
    st.session_state.clicks += 1
st.text(f"clicks {st.session_state.clicks}")
