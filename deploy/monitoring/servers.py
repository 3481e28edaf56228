"""The dashboard of the servers below the instances, as they see themselves: databases, Valkey, its sentinels.

The names are those of the exporters; what the instances see of the same servers is on the page of the stores.
"""

from deploy.monitoring.panels import Dashboard, Panel, Query

_OVER = "$__rate_interval"
_STATUS = "mysql_global_status"


def _each_second(series: str) -> str:
    return f"rate({series}[{_OVER}])"


SERVERS = Dashboard(
    "boxoffice-servers",
    "Boxoffice: the servers",
    (
        Panel(
            "Servers that answer",
            "short",
            tuple(Query(each, "{{instance}}") for each in ("nginx_up", "mysql_up", "redis_up", 'up{job="balancer"}')),
        ),
        Panel(
            "MariaDB: connections",
            "short",
            (
                Query(f"{_STATUS}_threads_connected", "{{instance}}"),
                Query(f"{_STATUS}_threads_running", "{{instance}} at work"),
                Query("mysql_global_variables_max_connections", "{{instance}} at most"),
            ),
        ),
        Panel(
            "MariaDB: commits",
            "ops",
            (Query(_each_second(f'{_STATUS}_commands_total{{command="commit"}}'), "{{instance}}"),),
        ),
        Panel(
            "MariaDB: lock waits, deadlocks",
            "ops",
            (
                Query(_each_second(f"{_STATUS}_innodb_row_lock_waits"), "{{instance}} waits"),
                Query(_each_second(f"{_STATUS}_innodb_deadlocks"), "{{instance}} deadlocks"),
            ),
        ),
        Panel(
            "MariaDB: semi-synchronous commits",
            "ops",
            (
                Query(_each_second(f"{_STATUS}_rpl_semi_sync_master_yes_tx"), "{{instance}} confirmed"),
                Query(_each_second(f"{_STATUS}_rpl_semi_sync_master_no_tx"), "{{instance}} not confirmed"),
                Query(f"{_STATUS}_rpl_semi_sync_master_clients", "{{instance}} replicas"),
            ),
        ),
        Panel(
            "MariaDB: replication",
            "s",
            (
                Query("mysql_slave_status_seconds_behind_master", "{{instance}} behind"),
                Query("mysql_slave_status_slave_io_running", "{{instance}} reads"),
                Query("mysql_slave_status_slave_sql_running", "{{instance}} applies"),
            ),
        ),
        Panel(
            "Valkey: commands",
            "ops",
            (Query(_each_second("redis_commands_processed_total{instance=~'valkey.*'}"), "{{instance}}"),),
        ),
        Panel("Valkey: memory", "bytes", (Query("redis_memory_used_bytes{instance=~'valkey.*'}", "{{instance}}"),)),
        Panel(
            "Valkey: keys thrown away, writes refused",
            "ops",
            (
                Query(_each_second("redis_evicted_keys_total{instance=~'valkey.*'}"), "{{instance}} thrown away"),
                Query(_each_second("redis_total_error_replies{instance=~'valkey.*'}"), "{{instance}} errors"),
            ),
        ),
        Panel(
            "Valkey: replication",
            "short",
            (
                Query("redis_connected_slaves{instance=~'valkey.*'}", "{{instance}} followed by"),
                Query("max(redis_connected_slave_lag_seconds)", "last heard of a replica, seconds ago"),
                Query(
                    "max(redis_master_repl_offset{instance=~'valkey.*'})"
                    " - min(redis_master_repl_offset{instance=~'valkey.*'})",
                    "bytes behind",
                ),
            ),
        ),
        Panel(
            "Sentinels that agree",
            "short",
            (
                Query("redis_sentinel_master_ok_sentinels", "{{instance}}: sentinels"),
                Query("redis_sentinel_master_ok_slaves", "{{instance}}: replicas"),
            ),
        ),
    ),
)
