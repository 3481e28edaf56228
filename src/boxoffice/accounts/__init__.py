"""Who is who: sign-up, sign-in, sessions, roles."""
