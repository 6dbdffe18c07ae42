"""The command line: ``python -m cnnviz classify ...`` and ``python -m cnnviz evaluate ...``."""

import sys

from cnnviz.cli.arguments import parse
from cnnviz.errors import CnnvizError


def main(arguments: list[str] | None = None) -> int:
    """Run the command in `arguments` (those of the process if left out) and return its exit status."""
    options = parse(arguments)
    try:
        if options.command == "classify":
            from cnnviz.cli.classify import run
        else:
            from cnnviz.cli.evaluate import run
        return run(options)
    except CnnvizError as error:
        print(f"cnnviz: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
