"""What has to be installed for the stack to run."""

import shutil

_PACKAGES = {
    "nginx": "nginx-light",
    "haproxy": "haproxy",
    "mariadbd": "mariadb-server-core",
    "mariadb-install-db": "mariadb-server-core",
    "prometheus": "prometheus",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "prometheus-nginx-exporter": "prometheus-nginx-exporter",
    "prometheus-mysqld-exporter": "prometheus-mysqld-exporter",
    "prometheus-redis-exporter": "prometheus-redis-exporter",
    "mtail": "mtail",
}
"""What has to be on the PATH, and the Debian package that has it."""


def missing() -> str | None:
    """One sentence where a program is not installed."""
    packages = {package for program, package in _PACKAGES.items() if shutil.which(program) is None}
    if not packages:
        return None
    return f"Not installed: {', '.join(sorted(packages))}; as root, bin/servers installs them."
