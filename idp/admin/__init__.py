"""Admin: the pages at /staff and the commands by which staff and operators look after people and sites.

Owns no table: roles are kept by the accounts, what happened by the log. Every act is the neighbours'
own, done here in one transaction and noted with the `sub` of who did it.
"""
