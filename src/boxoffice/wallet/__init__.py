"""Balance and double-entry ledger. Whatever moves money goes through `Settlement`."""
