"""The parameters with which the template is deployed: every option is on."""

from local.identity import ACCOUNT, REGION

BUS = "our-automation"
PARAMETERS = {
    "LogLevel": "DEBUG",
    "NotificationEmail": "security@example.com",
    "NotificationMode": "BOTH",
    "ChatNotifications": "True",
    "EventBusArn": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{BUS}",
    "EnableApi": "True",
    "AnalyticsEnabled": "True",
    "InspectorFindings": "True",
    "InspectorFindingsDelay": "1",
}
