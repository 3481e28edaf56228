"""What an operator sees: live numbers, every ticket, and the audit of a whole sale."""
