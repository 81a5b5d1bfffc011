"""Sign-in: password and registration pages, what the letters' links open, the brakes against guessing.

Leaves to its neighbours: where the visit goes next (authorize).
"""
