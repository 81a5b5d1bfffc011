"""The floor both servers stand on; it knows no subject of the domain.

The rooms, each importing only those to its right:
application → web → work → outside → storage → crypto → ground.
"""
