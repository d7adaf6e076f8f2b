"""The account and the region of the local AWS."""

ACCOUNT = "123456789012"
REGION = "us-east-1"
