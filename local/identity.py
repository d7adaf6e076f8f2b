"""The account and the region that the local AWS is."""

ACCOUNT = "123456789012"
REGION = "us-east-1"
