"""Parts of a run that are more than one request beside the empty endpoint. Each is one function."""
