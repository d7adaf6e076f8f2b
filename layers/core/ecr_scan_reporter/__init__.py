"""Keep the vulnerability scans of Amazon ECR fresh, and tell people what they find."""

__version__ = "0.1.0"
