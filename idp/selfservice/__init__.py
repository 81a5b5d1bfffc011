"""Self-service: a person's own pages: profile, contacts, password, devices, sites, activity, data.

Each page has one subject; they share the door in `routes_person`. Nothing here is for anybody else.
"""
