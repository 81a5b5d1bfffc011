"""Errors of the registration endpoints; those about metadata are the clients' `MetadataRefused`."""


class TokenRefused(Exception):
    """The access token is missing or wrong; the same for no such client and for another's (spec C4.9)."""
