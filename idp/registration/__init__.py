"""Registration: clients register themselves and look after their registration (RFC 7591, RFC 7592).

Leaves to its neighbours: which metadata may be registered (clients), and who is first-party or
verified, which nobody says of themselves (admin).
"""
