"""The command line: thin commands over `app.build()`."""
