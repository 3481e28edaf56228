"""Writes the dashboards: `python -m deploy.monitoring`."""

from deploy.monitoring.dashboards import ALL, FOLDER, rendered

for dashboard in ALL:
    (FOLDER / f"{dashboard.uid}.json").write_bytes(rendered(dashboard))
