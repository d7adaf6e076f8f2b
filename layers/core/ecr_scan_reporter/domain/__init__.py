"""Decisions: pure functions and frozen dataclasses. No AWS, no clock, no environment, no logging."""
