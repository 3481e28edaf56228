"""Renews compose.yaml and deploy/compose/rendered: python -m deploy.compose."""

from deploy.compose.rendering import write

write()
