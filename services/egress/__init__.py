"""Requests to addresses that people have named: outward only, whatever the address is spelt like."""
