# Rendered from deploy/topology.py; change that.
# Read by the image's own script, once, while the server has just made its files and nobody can reach it.
docker_process_sql <<SQL
-- Nobody follows yet, so nobody could confirm what is written here.
SET GLOBAL rpl_semi_sync_source_enabled = OFF;
CREATE DATABASE IF NOT EXISTS boxoffice CHARACTER SET utf8mb4;
CREATE USER app@'%' IDENTIFIED BY '$(cat /run/secrets/app)';
CREATE USER migrator@'%' IDENTIFIED BY '$(cat /run/secrets/migrator)';
CREATE USER replica@'%' IDENTIFIED BY '$(cat /run/secrets/replica)';
GRANT SELECT, INSERT, UPDATE, DELETE ON boxoffice.* TO app@'%';
GRANT ALL ON boxoffice.* TO migrator@'%';
GRANT REPLICATION SLAVE ON *.* TO replica@'%';
CREATE USER monitor@'%' IDENTIFIED BY '$(cat /run/secrets/monitor)' WITH MAX_USER_CONNECTIONS 3;
GRANT REPLICATION CLIENT ON *.* TO monitor@'%';
SQL
