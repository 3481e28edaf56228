"""The innermost room: clock, ids, money, errors. No I/O; imports nothing of ours."""
