"""The API: the other door to the same room. Reads for the frame's scripts, reports from programs.

A surface: it owns no tables. Each route is a schema, one call, a schema; faults are problem details.
"""
