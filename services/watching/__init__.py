"""When each video was watched last, to the day: what rules about that go by."""
