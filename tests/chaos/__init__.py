"""A whole service on this machine whose parts are killed, stopped and emptied while a crowd buys: `bin/chaos`."""
