"""The world outside: guarded HTTP, mail, pictures from strangers."""
