"""`python -m boxoffice`, and the `boxoffice` command."""

from boxoffice.cli.commands import app


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
