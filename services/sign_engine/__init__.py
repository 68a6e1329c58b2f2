"""The sign engine: a program of whoever runs Reelgate makes sign tracks of transcripts, as jobs."""
