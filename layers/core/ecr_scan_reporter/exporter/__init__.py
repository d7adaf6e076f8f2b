"""The inventory as metrics of Prometheus."""
