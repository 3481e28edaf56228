"""The HTTP edge: Falcon, the error table, requests and replies, OpenAPI, health. It knows no feature."""
