"""The catalogue: venues, seating plans, concerts, performances and their prices. Read-mostly."""
