"""Numbers as they stand on screen."""


def short(value: float, digits: int = 4) -> str:
    """Return `value` with at most `digits` significant digits and a true minus sign.

    Whole numbers below a million are written in full; what rounds to zero is written 0.

    Examples
    --------
    >>> short(-2.44949), short(23.0), short(1 / 3, 2)
    ('−2.449', '23', '0.33')
    """
    whole = float(value).is_integer() and abs(value) < 1_000_000
    text = str(int(value)) if whole else f"{value:.{digits}g}"
    return text.replace("-", "−")
