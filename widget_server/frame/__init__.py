"""The frame: the widget itself, drawn by the server, complete without scripts and without cookies.

A surface: it owns no tables. It turns a partner's key and a browser's forms into a draft and at last
into the same ReportCommand that the API builds; scripts only make the way shorter.
"""
