"""Self-service: a person's own page: name, address, password, sessions, connected sites."""
