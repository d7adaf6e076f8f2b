"""An ECR whose basic scans take time, end, and send events. moto stores the images; this package scans them."""
