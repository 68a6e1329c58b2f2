"""The durable SQLite database in the storage account: copied there while it is used, and back when it is missing.

It runs beside the server, in a process of its own: `python -m services.replication`.
"""
