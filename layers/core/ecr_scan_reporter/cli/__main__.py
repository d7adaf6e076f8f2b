"""`python -m ecr_scan_reporter.cli`, the same as `ecr-scan-reporter`."""

from ecr_scan_reporter.cli.main import main

if __name__ == "__main__":
    main()
