"""Levels of assurance, told as `acr`: how much is known about who a person is.

    L0  guest: nothing is confirmed
    L1  an e-mail address or a telephone number is confirmed
    L2  the place of residence is confirmed
    L3  the identity is verified, by an upstream or in person

A level includes all lower ones.
"""

LEVELS = ("L0", "L1", "L2", "L3")
