"""A question to the inventory, as anybody asks it who downloads its files: in SQL, with Python's own SQLite."""

import gzip
import json
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from local.application import Application

POINTER = "inventory/v2/current.json"
_WHERE = """SELECT DISTINCT repository.name, image.tags, severity.name, package.name || ' ' || package.version
    FROM f.vulnerability
    JOIN f.finding ON finding.vulnerability_id = vulnerability.id
    JOIN f.package ON package.id = finding.package_id
    JOIN severity ON severity.rank = finding.rank
    JOIN f.component_finding ON component_finding.finding_id = finding.id
    JOIN f.set_component ON set_component.component_id = component_finding.component_id
    JOIN image ON image.set_id = set_component.set_id
    JOIN repository ON repository.id = image.repository_id
    WHERE vulnerability.name = ? ORDER BY repository.name, image.id"""

Row = tuple[str, str, str, str]
"""Repository, tags, severity, package with its version."""


def where_is(vulnerability: str, application: Application) -> list[Row]:
    """Download the snapshot, and return the images that have a vulnerability."""
    storage, bucket = application.emulator.client("s3"), application.outputs["FindingsBucketName"]

    def download(key: str) -> bytes:
        content: bytes = storage.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    pointer: dict[str, Any] = json.loads(download(POINTER))
    with TemporaryDirectory() as folder:
        paths = {name: Path(folder) / f"{name}.sqlite" for name in ("images", "findings")}
        for name, path in paths.items():
            path.write_bytes(gzip.decompress(download(pointer["files"][name]["key"])))
        connection = sqlite3.connect(paths["images"])
        connection.execute("ATTACH ? AS f", (str(paths["findings"]),))
        rows = connection.execute(_WHERE, (vulnerability,)).fetchall()
        connection.close()
    return [(name, ", ".join(json.loads(tags)), severity, package) for name, tags, severity, package in rows]
