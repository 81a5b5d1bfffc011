"""Logout: OpenID Connect RP-Initiated Logout, and the person's own signing out."""
