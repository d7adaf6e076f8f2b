"""KEV and EPSS on this machine: an excerpt for the sample registry, served on the loopback as their publishers do."""

import gzip
import json
import threading
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).with_name("sample_feeds.toml")
KEV, EPSS = "kev.json", "epss.csv.gz"


@dataclass
class FeedServer:
    """Serves files by name; a number in place of one is the status that is answered."""

    port: int
    files: dict[str, bytes | int] = field(default_factory=dict)

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the template that let the application fetch from here."""
        address = f"http://127.0.0.1:{self.port}"
        return {"KevUrls": f"{address}/{KEV}", "EpssUrls": f"{address}/{EPSS}"}


@contextmanager
def serving_feeds(files: Mapping[str, bytes | int] | None = None) -> Iterator[FeedServer]:
    """Serve these files, or the sample, until the end of the block."""
    served: dict[str, bytes | int] = dict(sample_feeds() if files is None else files)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = served.get(self.path.lstrip("/"), 404)
            body = content if isinstance(content, bytes) else b""
            self.send_response(200 if isinstance(content, bytes) else content)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as the class before it
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield FeedServer(server.server_port, served)
    finally:
        server.shutdown()
        server.server_close()


def sample_feeds() -> dict[str, bytes]:
    """Return both files, as of today."""
    sample, now = tomllib.loads(SAMPLE.read_text(encoding="utf-8")), datetime.now(UTC)
    return {KEV: kev_file(sample["known"], now), EPSS: epss_file(sample["scores"], now)}


def kev_file(known: Mapping[str, Any], released: datetime) -> bytes:
    """Return a KEV catalogue: for each CVE the day it was added, the day until which to act, and of ransomware."""
    entries = [
        {"cveID": cve, "dateAdded": added, "dueDate": due, "knownRansomwareCampaignUse": "Known" if use else "Unknown"}
        for cve, (added, due, use) in known.items()
    ]
    document = {"catalogVersion": f"{released:%Y.%m.%d}", "dateReleased": released.isoformat()}
    return json.dumps(document | {"count": len(entries), "vulnerabilities": entries}).encode()


def epss_file(scores: Mapping[str, float], published: datetime) -> bytes:
    """Return an EPSS file with these scores."""
    lines = [f"#model_version:sample,score_date:{published:%Y-%m-%dT%H:%M:%SZ}", "cve,epss,percentile"]
    lines += [f"{cve},{score},0.5" for cve, score in scores.items()]
    return gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)
