"""The fault catalogue, case by case, against servers on loopback that misbehave.

Case 15 of it is about engines and no input.
"""
