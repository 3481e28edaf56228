"""Every command, and where it stands. A command's module is imported when it is called, and no other one.

What it says of itself stands here too, so that `--help` imports nothing either.
"""

from cyclopts import App

from boxoffice import __version__

app = App(
    name="boxoffice",
    version=__version__,
    help="Concert reservations that survive the minute when sales open.",
    help_epilogue="Settings are BOXOFFICE_... variables; docs/operations.md has the table.",
    help_format="plaintext",
)
for where, what in {
    "operating:account_app": "Accounts: make one, of an operator for instance.",
    "operating:plan_app": "Seating plans: check a file, or import it for a venue.",
    "operating:concert_app": "Concerts: create one, or list them.",
    "operating:sale_app": "A concert's sale: open, pause, resume, close.",
    "operating:queue_app": "A concert's waiting queue.",
    "operating:reconcile": (
        "Compare Redis with the database seat by seat, mend what differs, and show it. Safe while a sale is on."
    ),
    "operating:audit": "Read a sale back and prove that its promises held; exit status 1 if one did not.",
    "describing:openapi": "Print the API's own description (OpenAPI 3.1), as an instance serves it at `/openapi.json`.",
    "serving:serve": "Serve one instance until SIGTERM or Ctrl-C.",
    "trying:demo": "Set a sale up on this machine and serve it: embedded Valkey, SQLite, two concerts on sale.",
    "visiting:crowd": "Send fans through a sale over HTTP, then read the whole sale back and audit it.",
    "migrating:migrate": "Bring the database's schema up to date.",
}.items():
    app.command(f"boxoffice.cli.{where}", name=where.partition(":")[2].removesuffix("_app"), help=what)
