"""The size of the template."""

from scripts.template_check.source import TEMPLATE

# `sam deploy` and the Serverless Application Repository upload the template, and CloudFormation takes 1 MB then. Half
# of it leaves room for what SAM makes of a template. (In the request itself it would take 51,200 bytes.)
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MAX_BYTES = 524_288


def test_the_template_fits_into_an_upload() -> None:
    assert TEMPLATE.stat().st_size < MAX_BYTES
