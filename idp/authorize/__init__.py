"""Authorize: the authorization endpoint as a pipeline of rules and a dispatcher over one parked row.

Leaves to its neighbours: the pages (signin, consent), codes (grants), the parked row (sessions).
"""
