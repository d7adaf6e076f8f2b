"""ECR's errors that moto lacks."""

from moto.core.exceptions import ServiceException


class UnsupportedImageTypeException(ServiceException):
    """Basic scanning does not support the type of the image."""

    # moto finds the service's error model by the second part of the module's name: this must stay in local.ecr.
    code = "UnsupportedImageTypeException"

    def __init__(self, media_type: str) -> None:
        super().__init__(f"An artifact with media type '{media_type}' cannot be scanned.")


class RefusedScanException(ServiceException):
    """A test chose that no scan of the image starts."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)
