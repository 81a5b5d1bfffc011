"""Reports of other systems, taken over from a CSV by a mapping file: restartable, never the same twice.

`mapping` says how a foreign file is read, `rows` judges one row without a database, `service` stores
batches of good rows. An import sends no letters and promises nothing: what the other system did is
history here, and what it closed is never counted as fixed unless the mapping says so.
"""
