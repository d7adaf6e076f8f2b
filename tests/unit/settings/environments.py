"""The variables that a function cannot do without."""

QUEUE = {"IMAGES_SCAN_JOBS_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"}
TOPIC = {"ECR_SNS_REPORT_TOPIC_ARN": "arn:aws:sns:eu-west-1:123456789012:report"}
