"""Cryptography: digests of secrets, envelopes for what must be used again, one door to JOSE."""
