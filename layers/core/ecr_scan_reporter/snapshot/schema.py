"""Tables and columns of a snapshot. People ask them SQL: they change only with SCHEMA.

`images.sqlite` and `history.sqlite` stand alone; `findings.sqlite` refers to the rows of `images.sqlite`. Moments are
seconds since 1970, days of findings are days since 1970 (UTC), `rank` is 0 for CRITICAL. A finding set has components,
one for each package in one version, and a component its findings: images with the same findings share them.
"""

from ecr_scan_reporter.domain.severities import Severity

SCHEMA = 2
# The first schema whose history is the same as that of this one: a build goes on with it.
HISTORY_SINCE = 1

COUNTS = tuple(severity.lower() for severity in Severity)
SUPPRESSED_COUNTS = tuple(f"suppressed_{level}" for level in COUNTS)
NEW_COUNTS, RAISED_COUNTS, FIXED_COUNTS = (
    tuple(f"{kind}_{level}" for level in COUNTS) for kind in ("new", "raised", "fixed")
)
# What makes an image worse than another, in this order: what is exploited, then what may be, then severities.
WORST = ("ransomware", "COALESCE(exploited, 0)", "with_exploit", "likely", *COUNTS)

# An image without a stored result, of which ECR may have one: a scan that failed has no findings to ask for.
MAY_HAVE_RESULT = """image.kind = 'image' AND image.found = '' AND NOT image.pending
    AND image.scan_status IN ('NOT_SCANNED', 'COMPLETE', 'ACTIVE', 'UNKNOWN')"""
# Its findings are not in the snapshot yet: the stored result was not read, or ECR was never asked.
IS_PENDING = f"(image.pending OR (image.asked IS NULL AND {MAY_HAVE_RESULT}))"


def numbers(columns: tuple[str, ...]) -> str:
    """Return the declarations of columns that count."""
    return ", ".join(f"{column} INTEGER NOT NULL DEFAULT 0" for column in columns)


_META = "CREATE TABLE {database}meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID"

IMAGES = (
    _META.format(database=""),
    "CREATE TABLE severity(rank INTEGER PRIMARY KEY, name TEXT NOT NULL)",
    f"INSERT INTO severity VALUES {', '.join(f'({severity.rank}, {severity.value!r})' for severity in Severity)}",
    "CREATE TABLE owner(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    """CREATE TABLE repository(
        id INTEGER PRIMARY KEY, registry_id TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
        owner_id INTEGER NOT NULL, uri TEXT NOT NULL DEFAULT '', tag_mutability TEXT NOT NULL DEFAULT '',
        scan_on_push INTEGER NOT NULL DEFAULT 0, encryption_type TEXT NOT NULL DEFAULT '',
        max_age TEXT NOT NULL DEFAULT '', is_excluded INTEGER NOT NULL DEFAULT 0,
        tags_read_at INTEGER NOT NULL DEFAULT 0, listed_at INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '',
        UNIQUE(name, registry_id, region))""",
    f"""CREATE TABLE image(
        id INTEGER PRIMARY KEY, repository_id INTEGER NOT NULL, digest BLOB NOT NULL, tags TEXT NOT NULL,
        size INTEGER NOT NULL, pushed INTEGER, pulled INTEGER, used INTEGER NOT NULL,
        media_type TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL, scan_status TEXT NOT NULL,
        scanned INTEGER, description TEXT NOT NULL DEFAULT '',
        set_id INTEGER, {numbers(COUNTS)}, {numbers(SUPPRESSED_COUNTS)}, fixable INTEGER NOT NULL DEFAULT 0,
        exploited INTEGER, ransomware INTEGER NOT NULL DEFAULT 0, with_exploit INTEGER NOT NULL DEFAULT 0,
        likely INTEGER NOT NULL DEFAULT 0, epss REAL, overdue INTEGER NOT NULL DEFAULT 0, overdue_since INTEGER,
        next_due INTEGER, in_use INTEGER, found TEXT NOT NULL DEFAULT '', found_at INTEGER,
        pending INTEGER NOT NULL DEFAULT 0, asked INTEGER, tried INTEGER)""",
    "CREATE TABLE image_tag(tag TEXT NOT NULL, image_id INTEGER NOT NULL, PRIMARY KEY(tag, image_id)) WITHOUT ROWID",
    "CREATE TABLE running(image_id INTEGER NOT NULL, place TEXT NOT NULL, PRIMARY KEY(image_id, place)) WITHOUT ROWID",
    f"""CREATE TABLE total(
        repository_id INTEGER PRIMARY KEY, images INTEGER NOT NULL, scanned INTEGER NOT NULL, size INTEGER NOT NULL,
        {numbers(COUNTS)}, {numbers(SUPPRESSED_COUNTS)})""",
    f"""CREATE TABLE unique_total(
        kind TEXT NOT NULL, id INTEGER NOT NULL, {numbers(COUNTS)}, PRIMARY KEY(kind, id)) WITHOUT ROWID""",
    """CREATE TABLE coverage(
        repository_id INTEGER NOT NULL, status TEXT NOT NULL, images INTEGER NOT NULL, oldest INTEGER,
        PRIMARY KEY(repository_id, status)) WITHOUT ROWID""",
)

LISTING_INDEXES = (
    "CREATE UNIQUE INDEX image_key ON image(digest, repository_id)",
    "CREATE INDEX image_pending ON image(pending) WHERE pending",
)

IMAGES_INDEXES = (
    # The last columns let the images that are left behind be added up from the index alone.
    f"CREATE INDEX image_repository ON image(repository_id, {', '.join(COUNTS)}, id, used, in_use, size)",
    f"CREATE INDEX image_worst ON image({', '.join(WORST)}, id)",
    "CREATE INDEX image_overdue ON image(overdue_since) WHERE overdue",
    "CREATE INDEX image_pushed ON image(COALESCE(pushed, -1), id)",
    "CREATE INDEX image_set ON image(set_id)",
    "CREATE INDEX image_tags ON image_tag(image_id)",
)

FINDINGS = (
    _META.format(database="f."),
    """CREATE TABLE f.vulnerability(
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, rank INTEGER NOT NULL, uri TEXT NOT NULL,
        description TEXT NOT NULL, level INTEGER NOT NULL DEFAULT 4, exploited INTEGER, ransomware INTEGER,
        kev_added INTEGER, kev_due INTEGER, epss REAL, likely INTEGER NOT NULL DEFAULT 0, told_epss REAL,
        fixable INTEGER NOT NULL DEFAULT 0, in_use INTEGER, told_at INTEGER NOT NULL,
        images INTEGER NOT NULL DEFAULT 0, suppressed_images INTEGER NOT NULL DEFAULT 0)""",
    "CREATE TABLE f.package(id INTEGER PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, UNIQUE(name, version))",
    """CREATE TABLE f.finding(
        id INTEGER PRIMARY KEY, vulnerability_id INTEGER NOT NULL, package_id INTEGER NOT NULL, rank INTEGER NOT NULL,
        score REAL, fixed_in TEXT NOT NULL, fix_available TEXT NOT NULL, exploit_available INTEGER,
        also TEXT NOT NULL, images INTEGER NOT NULL DEFAULT 0, level INTEGER NOT NULL DEFAULT 4)""",
    """CREATE TABLE f.also(
        package_id INTEGER NOT NULL, finding_id INTEGER NOT NULL, PRIMARY KEY(package_id, finding_id)) WITHOUT ROWID""",
    "CREATE TABLE f.component(id INTEGER PRIMARY KEY, package_id INTEGER NOT NULL, hash BLOB NOT NULL UNIQUE)",
    """CREATE TABLE f.component_finding(
        component_id INTEGER NOT NULL, position INTEGER NOT NULL, finding_id INTEGER NOT NULL,
        PRIMARY KEY(component_id, position)) WITHOUT ROWID""",
    "CREATE TABLE f.finding_set(id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE)",
    """CREATE TABLE f.set_component(
        set_id INTEGER NOT NULL, component_id INTEGER NOT NULL, PRIMARY KEY(set_id, component_id)) WITHOUT ROWID""",
    "CREATE TABLE f.first_seen(image_id INTEGER PRIMARY KEY, day INTEGER NOT NULL, others TEXT NOT NULL)",
    """CREATE TABLE f.suppressed(
        finding_id INTEGER NOT NULL, image_id INTEGER NOT NULL, suppression_id INTEGER NOT NULL,
        PRIMARY KEY(finding_id, image_id)) WITHOUT ROWID""",
    "CREATE TABLE f.suppression(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, facts TEXT NOT NULL)",
    """CREATE TABLE f.repository_vulnerability(
        repository_id INTEGER NOT NULL, vulnerability_id INTEGER NOT NULL, rank INTEGER NOT NULL,
        images INTEGER NOT NULL, suppressed_images INTEGER NOT NULL,
        PRIMARY KEY(repository_id, vulnerability_id, rank)) WITHOUT ROWID""",
)

FINDINGS_INDEXES = (
    "CREATE INDEX f.finding_vulnerability ON finding(vulnerability_id, package_id)",
    "CREATE INDEX f.finding_package ON finding(package_id)",
    "CREATE INDEX f.also_finding ON also(finding_id)",
    "CREATE INDEX f.component_package ON component(package_id)",
    "CREATE INDEX f.component_of_finding ON component_finding(finding_id, component_id)",
    "CREATE INDEX f.set_of_component ON set_component(component_id, set_id)",
    "CREATE INDEX f.suppressed_of_image ON suppressed(image_id, finding_id, suppression_id)",
)

HISTORY = (
    _META.format(database="h."),
    "CREATE TABLE h.scope(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, UNIQUE(kind, name))",
    f"""CREATE TABLE h.state(
        scope_id INTEGER NOT NULL, day TEXT NOT NULL, images INTEGER NOT NULL, coverage TEXT NOT NULL,
        suppressed INTEGER NOT NULL, {numbers(COUNTS)}, PRIMARY KEY(scope_id, day)) WITHOUT ROWID""",
    f"""CREATE TABLE h.flow(
        scope_id INTEGER NOT NULL, day TEXT NOT NULL, {numbers(NEW_COUNTS)}, {numbers(FIXED_COUNTS)},
        PRIMARY KEY(scope_id, day)) WITHOUT ROWID""",
    f"""CREATE TABLE h.change(
        id TEXT PRIMARY KEY, at INTEGER NOT NULL, repository TEXT NOT NULL, digest TEXT NOT NULL, tag TEXT NOT NULL,
        owner TEXT NOT NULL, {numbers(NEW_COUNTS)}, {numbers(RAISED_COUNTS)}, {numbers(FIXED_COUNTS)},
        news TEXT NOT NULL, is_first INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX h.change_at ON change(at, id)",
)
