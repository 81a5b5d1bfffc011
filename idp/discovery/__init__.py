"""Discovery: what the provider can do and its public keys, for programs."""
