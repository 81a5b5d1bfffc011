"""Partner sites and clients that a stranger can copy, and the demo that runs them with both servers."""
