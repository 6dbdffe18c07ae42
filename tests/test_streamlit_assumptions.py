"""What our design takes for granted about the installed Streamlit; a version that breaks one says so here."""

import inspect
from pathlib import Path

import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest


def counting_script() -> None:
    import streamlit as st

    @st.fragment
    def part() -> None:
        st.button("inside", key="inside")

    st.session_state.runs = st.session_state.get("runs", 0) + 1
    part()


def shared_cache_script() -> None:
    import streamlit as st

    @st.cache_resource(max_entries=1)
    def shared() -> list[int]:
        return []

    shared().append(1)
    st.text(str(len(shared())))


def test_components_take_script_and_style_as_text() -> None:
    parameters = inspect.signature(st.components.v2.component).parameters
    assert {"html", "css", "js", "isolate_styles"} <= set(parameters)


@pytest.mark.parametrize(
    "widget", [st.slider, st.selectbox, st.number_input, st.segmented_control, st.toggle]
)
def test_widgets_bind_to_the_address_and_survive_page_switches(widget: object) -> None:
    parameters = inspect.signature(widget).parameters  # type: ignore[arg-type]
    assert {"bind", "persist_state"} <= set(parameters)


def test_collection_after_each_run_can_be_switched_off() -> None:
    assert config.get_option("runner.postScriptGC") is False


def test_app_test_reruns_the_whole_script_for_a_fragment() -> None:
    app = AppTest.from_function(counting_script).run()
    app.button(key="inside").click().run()
    assert app.session_state.runs == 2  # a real server would leave it at 1


def test_caches_are_shared_between_sessions() -> None:
    st.cache_resource.clear()
    first = AppTest.from_function(shared_cache_script).run()
    second = AppTest.from_function(shared_cache_script).run()
    assert (first.text[0].value, second.text[0].value) == ("1", "2")
    st.cache_resource.clear()


def test_deep_link_runs_a_page_without_the_entry_script(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "app.py").write_text("import streamlit as st\nst.session_state.entry = True\n")
    (tmp_path / "pages" / "one.py").write_text("import streamlit as st\nst.text('one')\n")
    app = AppTest.from_file(str(tmp_path / "app.py"))
    app.switch_page("pages/one.py")
    app.run()
    assert app.text[0].value == "one"
    assert "entry" not in app.session_state


def test_a_click_in_a_fragment_waits_until_it_ends_but_can_be_seen() -> None:
    from streamlit.runtime.scriptrunner_utils.script_requests import (
        RerunData,
        ScriptRequests,
        ScriptRequestType,
    )

    requests = ScriptRequests()
    assert requests._state is ScriptRequestType.CONTINUE
    requests.request_rerun(RerunData(fragment_id="part"))
    assert requests.on_scriptrunner_yield() is None  # it interrupts nothing
    assert requests._state is ScriptRequestType.RERUN  # what `inside_progress.let_clicks_through` looks at
    requests.request_rerun(RerunData(fragment_id_queue=["part"], is_fragment_scoped_rerun=True))
    assert requests.on_scriptrunner_yield() is not None  # what `st.rerun(scope="fragment")` asks for
