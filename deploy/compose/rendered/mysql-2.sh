# Rendered from deploy/topology.py; change that.
# Read by the image's own script, once, while the server has just made its files and nobody can reach it. From its first
# real start on it follows the primary, and tries until that is there.
docker_process_sql <<SQL
RESET BINARY LOGS AND GTIDS;
CHANGE REPLICATION SOURCE TO
  SOURCE_HOST = '10.213.7.11',
  SOURCE_PORT = 3306,
  SOURCE_USER = 'replica',
  SOURCE_PASSWORD = '$(cat /run/secrets/replica)',
  SOURCE_AUTO_POSITION = 1,
  SOURCE_CONNECT_RETRY = 1,
  SOURCE_RETRY_COUNT = 1000000,
  GET_SOURCE_PUBLIC_KEY = 1;
SQL
