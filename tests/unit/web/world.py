"""The API over a made-up registry, in one process."""

import gzip
import json
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qsl, urlencode

from ecr_scan_reporter.domain.configs.configs import ScanConfig
from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.exploits.known import Exploits, FeedCopy
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.inventory.measures import MetricsDetail
from ecr_scan_reporter.domain.ledger.entries import RecordedChange
from ecr_scan_reporter.domain.ledger.records import ChangeRecord
from ecr_scan_reporter.domain.registry.images import Image, ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import NoSnapshotError
from ecr_scan_reporter.exporter.rendered import RenderedMetrics
from ecr_scan_reporter.settings.api import ApiSettings, Authorization
from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from ecr_scan_reporter.snapshot.writing.importance import ImportanceRules
from ecr_scan_reporter.use_cases.inventory.ports import Inventory
from ecr_scan_reporter.web.access import DeniedError
from ecr_scan_reporter.web.application import Surroundings, answer
from ecr_scan_reporter.web.encoding import Encoded
from ecr_scan_reporter.web.messages import Request
from tests.unit.snapshot.registries import MadeImage, MadeRegistry, build, digest_of, suppression

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ACCOUNT, REGION = "123456789012", "us-west-2"
READ, WRITE, NEW = "read-token", "write-token", "new-token"
LOG4J, CURL, HTML = "CVE-2021-44228", "CVE-2024-7264", "CVE-2026-1"
UBUNTU = ScanConfig("0f66c1a2-63ad-4d4c-8dd8-2f4d9b6c2b7e", NOW, REGION, ACCOUNT, "test/ubuntu", ("16.04", "18.04"))
CENTOS = ScanConfig("1f66c1a2-63ad-4d4c-8dd8-2f4d9b6c2b7e", NOW, REGION, ACCOUNT, "test/centos")
SETTINGS = ApiSettings(
    findings_bucket="findings",
    suppressions_table="suppressions",
    configs_table="configs",
    authorization=Authorization.TOKEN,
    read_token_secret="read",
    write_token_secret="write",
    issuer="",
    client_id="",
    write_scope="",
    token_origin="",
    metrics_detail=MetricsDetail.REPOSITORY,
    registry_id=ACCOUNT,
    region=REGION,
)

_SEEN = NOW - timedelta(days=20)
_FINDINGS = {
    LOG4J: Finding(
        LOG4J, Severity.MEDIUM, "log4j-core", "2.14", uri="https://example.com/log4j", fix_available="YES",
        fixed_in="2.17", description="Remote code execution", first_seen_at=_SEEN,
    ),
    CURL: Finding(CURL, Severity.CRITICAL, "curl", "7.88", uri="javascript:alert(1)", first_seen_at=_SEEN),
    HTML: Finding(
        HTML, Severity.LOW, "zlib", "1", uri="https://example.com/1", description="<script>alert('x')</script>\x0b",
        first_seen_at=_SEEN,
    ),
}  # fmt: skip


def image(repository: str, number: int, *names: str, tags: tuple[str, ...] = (), region: str = REGION) -> MadeImage:
    """Return an image with these findings, pushed 30 days ago and scanned now."""
    id_ = ImageId(Repository(ACCOUNT, region, repository), digest_of(f"{repository}{number}"))
    made = Image(id_, tags=tags, pushed_at=NOW - timedelta(days=30))
    return MadeImage(made, ScanResult(ScanStatus.COMPLETE, NOW, findings=tuple(_FINDINGS[name] for name in names)))


IMAGES = (
    image("test/ubuntu", 1, LOG4J, CURL, HTML, tags=("16.04", "latest")),
    image("test/ubuntu", 2, CURL, tags=("20.04",)),
    image("test/centos", 1, tags=("7",)),
    image("test/ubuntu", 1, LOG4J, tags=("16.04",), region="eu-west-1"),
    image("app", 1, LOG4J, tags=("<script>",)),
    image("app", 2),
)
_CHANGES = (
    ChangeRecord(IMAGES[0].image.id, NOW - timedelta(hours=3), "16.04", {Severity.CRITICAL: 1}, news=(CURL,)),
    ChangeRecord(IMAGES[4].image.id, NOW - timedelta(days=3), "<script>", fixed={Severity.HIGH: 2}),
)
REGISTRY = MadeRegistry(
    IMAGES,
    owners={each.repository: "team" if each.repository.name == "app" else "" for each in IMAGES},
    suppressions=(suppression("no-curl-20", CURL, tag="20.04"),),
    changes=tuple(RecordedChange(each, each.at) for each in _CHANGES),
    rules=ImportanceRules(
        Exploits(FeedCopy("kev", NOW), FeedCopy("epss", NOW), {LOG4J: KnownExploit(date(2026, 11, 20))}, {LOG4J: 0.97})
    ),
)


@dataclass
class FakeSuppressions:
    """The stored suppressions by id."""

    stored: dict[str, Suppression] = field(default_factory=dict)

    def all(self) -> list[Suppression]:
        return sorted(self.stored.values(), key=lambda each: each.id)

    def add(self, suppression: Suppression) -> bool:
        return self.stored.setdefault(suppression.id, suppression) is suppression

    def save(self, suppression: Suppression) -> bool:
        is_there = suppression.id in self.stored
        self.stored[suppression.id] = suppression
        return is_there

    def remove(self, suppression_id: str) -> bool:
        return self.stored.pop(suppression_id, None) is not None


@dataclass
class FakeConfigs:
    """The stored configurations by id."""

    stored: dict[str, ScanConfig] = field(default_factory=lambda: {each.id: each for each in (UBUNTU, CENTOS)})

    def all(self) -> list[ScanConfig]:
        return list(self.stored.values())

    def get(self, config_id: str) -> ScanConfig | None:
        return self.stored.get(config_id)

    def add(self, config: ScanConfig) -> bool:
        return self.stored.setdefault(config.id, config) is config

    def replace(self, config: ScanConfig) -> bool:
        if config.id not in self.stored:
            return False
        self.stored[config.id] = config
        return True

    def remove(self, config_id: str) -> bool:
        return self.stored.pop(config_id, None) is not None


@dataclass
class FakeTokens:
    """Valid are two tokens, and one more for those who look again: it was made just now."""

    looks: int = 0
    fault: Exception | None = None

    def read(self, *, again: bool = False) -> Collection[str]:
        self._look(again)
        return (READ, NEW) if again else (READ,)

    def write(self, *, again: bool = False) -> Collection[str]:
        self._look(again)
        return (WRITE,)

    def _look(self, again: bool) -> None:
        if self.fault:
            raise self.fault
        self.looks += again


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` is unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class World:
    """The API, and what it has met."""

    opened: SnapshotInventory | None
    settings: ApiSettings = SETTINGS
    metrics: RenderedMetrics = field(default_factory=RenderedMetrics)
    suppressions: FakeSuppressions = field(default_factory=FakeSuppressions)
    configs: FakeConfigs = field(default_factory=FakeConfigs)
    published: list[tuple[str, str, bytes]] = field(default_factory=list)
    denied: list[DeniedError] = field(default_factory=list)
    problems: list[Exception] = field(default_factory=list)
    fault: Exception | None = None
    tokens: FakeTokens = field(default_factory=FakeTokens)
    now: datetime = NOW

    def inventory(self) -> Inventory:
        if self.fault:
            raise self.fault
        if self.opened is None:
            raise NoSnapshotError("the inventory has no snapshot yet: wait for its first build")
        return self.opened

    def publish(self, packed: IO[bytes], content_type: str, file_name: str) -> str:
        self.published.append((content_type, file_name, gzip.decompress(packed.read())))
        return "https://bucket.example/download"

    def call(
        self,
        target: str,
        method: str = "GET",
        *,
        body: Any = None,
        token: str = WRITE,
        iam: Mapping[str, Any] | None = None,
        claims: Mapping[str, Any] | None = None,
        **headers: str,
    ) -> Answer:
        """Call an address, with a token unless it is empty; names of headers have `_` for `-`.

        `iam` and `claims` are what API Gateway has proved of the caller.
        """
        path, _, query = target.partition("?")
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent.setdefault("authorization", f"Bearer {token}")
        if body is not None:
            sent.setdefault("content-type", "application/json")
        content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        asked = tuple(parse_qsl(query, keep_blank_values=True))
        encoded = self.answer(Request(method, path, asked, sent, content, iam, claims, "https://api"))
        is_packed = encoded.headers.get("content-encoding") == "gzip" and encoded.body
        return Answer(
            int(encoded.status), encoded.headers, gzip.decompress(encoded.body) if is_packed else encoded.body
        )

    def answer(self, request: Request) -> Encoded:
        """Answer a request, as it is sent."""
        surroundings = Surroundings(self.tokens, self.publish, self.denied.append, self.problems.append)
        return answer(request, self, surroundings, self.now)

    def items(self, target: str) -> list[Any]:
        """Return the items of all pages of a list."""
        items: list[Any] = []
        answered = self.call(target)
        while True:
            assert answered.status == 200, answered.text
            items += answered.json["items"]
            if answered.json["next"] is None:
                return items
            separator = "&" if "?" in target else "?"
            answered = self.call(f"{target}{separator}{urlencode({'cursor': answered.json['next']})}")


def basic(token: str) -> str:
    """Return the header Authorization with a token as the password of some user."""
    return f"Basic {b64encode(f'me:{token}'.encode()).decode()}"


@contextmanager
def opened_registry(folder: Path, registry: MadeRegistry = REGISTRY) -> Iterator[SnapshotInventory]:
    """Yield the snapshot of a registry."""
    with closing(build(registry, folder, now=NOW)) as inventory:
        yield inventory
