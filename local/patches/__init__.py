"""Patches where the emulator lacks something, or differs from AWS.

One module for each patch. Its docstring has the reason, and the condition for its removal. `replace` refuses a name
that the emulator no longer has, so an upgrade that moves the name fails at once.
"""
