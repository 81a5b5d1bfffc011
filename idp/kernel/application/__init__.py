"""Applications: the factory both servers share, the host dispatcher, the server process."""
