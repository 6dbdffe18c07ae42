"""What page tests share: going to another page, and reading the words on it."""

from streamlit.testing.v1 import AppTest


def go_to(app: AppTest, name: str) -> AppTest:
    """Open the page called `name` in the session of `app`, and run it."""
    return app.switch_page("app.py" if name == "home" else f"pages/{name}.py").run()


def words_of(app: AppTest) -> str:
    """Return all Markdown, headings, captions and messages on the page, for looking something up."""
    parts = (
        app.title,
        app.header,
        app.subheader,
        app.markdown,
        app.caption,
        app.warning,
        app.error,
        app.info,
    )
    return "\n".join(element.value for group in parts for element in group)
