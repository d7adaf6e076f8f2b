"""An ECR whose basic scans take time, end, and are told of: moto keeps the images, this package does the scanning."""
