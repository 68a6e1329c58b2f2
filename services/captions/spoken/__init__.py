"""The words of transcripts, by which films are found: an index that storage can make again."""
