"""`python -m boxoffice`, and the `boxoffice` command."""

import gc
import sys


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["serve"]:
        # There are no words to make out: an instance starts without the libraries of the command line. Nor is there
        # garbage yet, and looking for it takes a sixth of the start; the server looks once it has started.
        gc.disable()
        from boxoffice.cli.serving import serve  # noqa: PLC0415

        serve()
    else:
        from boxoffice.cli.commands import app  # noqa: PLC0415

        app()


if __name__ == "__main__":
    main()
