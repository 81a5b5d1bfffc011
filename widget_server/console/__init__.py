"""The console: the pages on which staff works through reports, and on which people find their own.

A surface: it owns no tables and decides nothing about a report. Who may come in is `identity`'s to
say, what may be done with a report is `problems`'; here it is listed, shown and asked for.
"""
