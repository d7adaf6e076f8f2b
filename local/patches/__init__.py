"""What the emulator lacks for this application, or does otherwise than AWS.

One module for each patch. Its docstring says why it is there, and when it can go; `replace` refuses a name that the
emulator no longer has, so that an upgrade which moves something fails at once and not somewhere in a test.
"""
