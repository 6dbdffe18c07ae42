"""What can go wrong, as exceptions that know their own words in every language.

::

    CnnvizError
    ├── ShapeError    (ValueError)  an array or picture has the wrong number of rows, channels, ...
    ├── RangeError    (ValueError)  a number lies outside what is possible
    ├── ChoiceError   (ValueError)  a name is not one of those known
    ├── ImageError                  a file cannot be read as a picture
    ├── DataError                   a data set is absent or could not be fetched
    ├── ModelError                  a network cannot be built or run on this input
    └── WeightsError                a weights file is missing, altered or does not fit

An error carries a code and values, not a sentence. ``str(error)`` words it in English from
``lessons/en/errors.toml``; the interface words the same error in the reader's language.
Each sentence says which argument, what is wanted, what it got and what to do.
"""

from cnnviz import words


class CnnvizError(Exception):
    """Any mistake of the user or of a file that the program can explain.

    Parameters
    ----------
    code : str
        Key of the sentence in the section ``errors`` of the catalogue.
    **values
        What the sentence names in braces.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return self.worded("en")

    def worded(self, language: str) -> str:
        """Return the sentence in `language`; a value that is itself an error is worded too."""
        values = {k: v.worded(language) if isinstance(v, CnnvizError) else v for k, v in self.values.items()}
        return words.text(language, f"errors.{self.code}", **values)


class ShapeError(CnnvizError, ValueError):
    """An array or a picture has the wrong shape."""


class RangeError(CnnvizError, ValueError):
    """A number lies outside what is possible."""


class ChoiceError(CnnvizError, ValueError):
    """A name is not one of those known."""


class ImageError(CnnvizError):
    """A file cannot be read as a picture."""


class DataError(CnnvizError):
    """A data set is absent or could not be fetched."""


class ModelError(CnnvizError):
    """A network cannot be built or cannot run on this input."""


class WeightsError(CnnvizError):
    """A weights file is missing, altered or does not fit its network."""
