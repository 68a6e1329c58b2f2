"""What the database says of people; plain functions on a connection, so that several make one transaction.

Transactions write in one order, so that they wait for each other and never in a ring, which PostgreSQL would end by
refusing one of them: an account (`users.hold`), then what its person comes in by, then tries, those of an address
before those of a person. Who lets somebody in holds the account before looking at it: what ends all sessions of a
person at the same moment would not see the new one.
"""
