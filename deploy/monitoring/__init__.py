"""What watches a sale: alert rules for Prometheus, and dashboards for Grafana."""
