"""Words of a person's pages: what a browser is called is said where sessions are kept."""

from idp.sessions import browser_words

__all__ = ["browser_words"]
