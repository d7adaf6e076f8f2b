"""Adapters of AWS, one module for each service. They return dataclasses, and raise the library's own errors."""
