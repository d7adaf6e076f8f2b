"""The whole application on one machine: an emulated AWS, a sample registry, a demo. Not part of a release."""
