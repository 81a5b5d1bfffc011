"""Work after the commit: the outbox, its worker, periodic jobs."""
