# Rendered from deploy/topology.py; change that.
# Read by the image's own script, once, while the server has just made its files and nobody can reach it.
docker_process_sql <<SQL
-- Nobody follows yet, so nobody could confirm what is written here.
SET GLOBAL rpl_semi_sync_source_enabled = OFF;
@{users}
SQL
