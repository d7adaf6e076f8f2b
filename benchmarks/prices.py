"""AWS's list prices in us-east-1, in US dollars, before any free tier, as known in November 2026.

https://aws.amazon.com/lambda/pricing/ and the pages of SQS, DynamoDB, SNS, S3, Athena, CloudWatch and X-Ray.
"""

MILLION = 1_000_000

LAMBDA_GB_SECOND = 0.0000133334  # arm64
LAMBDA_REQUEST = 0.20 / MILLION
SQS_REQUEST = 0.40 / MILLION
DYNAMODB_WRITE = 0.625 / MILLION  # on demand; an item of up to 1 KB
DYNAMODB_READ = 0.125 / MILLION  # on demand; 4 KB, half of it when the read is eventually consistent
DYNAMODB_GB_MONTH = 0.25
DYNAMODB_BACKUP_GB_MONTH = 0.20  # point-in-time recovery
SNS_PUBLISH = 0.50 / MILLION
SNS_EMAIL = 2.00 / 100_000
S3_PUT = 0.005 / 1_000
S3_GET = 0.0004 / 1_000
S3_GB_MONTH = 0.023
ATHENA_TB = 5.00  # read, at least 10 MB a query
LOGS_GB = 0.50
LOGS_GB_MONTH = 0.03
METRIC_MONTH = 0.30  # metered by the hour
ALARM_MONTH = 0.10  # of standard resolution
TRACE = 5.00 / MILLION
KMS_REQUEST = 0.03 / 10_000

# Always free, in each month.
FREE_GB_SECONDS = 400_000
FREE_LAMBDA_REQUESTS = MILLION
FREE_SQS_REQUESTS = MILLION
FREE_SNS_PUBLISHES = MILLION
FREE_LOGS_GB = 5.0
FREE_METRICS = 10
FREE_ALARMS = 10
FREE_TRACES = 100_000
FREE_KMS_REQUESTS = 20_000
