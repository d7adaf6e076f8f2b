"""Where containers run: the registry of this account, and another account with the role that reads its ECS."""

from ecr_scan_reporter.domain.registry.discovery import Home

HOME = Home("123456789012", "eu-west-1")
REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
OTHER_ACCOUNT = "210987654321"
ROLE = f"arn:aws:iam::{OTHER_ACCOUNT}:role/ecs-reader"
