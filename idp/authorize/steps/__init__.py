"""The steps of the authorize pipeline: one rule of the specifications a file, its section on top."""
