"""Sign tracks: another video of the library that says in a sign language what is said in a film."""
