"""The demo: both servers and their partner sites behind one port, ready with data after one command.

It is the only example that imports the servers: it writes their settings, migrates and fills their
databases, and hands each host name to its application. `./run` calls it.
"""
