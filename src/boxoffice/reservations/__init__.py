"""Payment, reservations, tickets, cancellation: where a seat changes its owner."""
