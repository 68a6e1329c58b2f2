"""Rules: what is done with videos by themselves, because of their age, size or tag, or since nobody watches them."""
