"""What an administrator sets of artists while the server runs."""

from services.live_settings import definition

WORDS = ("artist", "maker", "speaker", "channel")
WORD = definition.choice(
    "artist_word",
    default="artist",
    choices=WORDS,
    description="What those are called on the pages of whom films are looked for.",
    effect="Changes the words of the pages alone, with their next loading; the API says artist.",
)
ALL = (WORD,)
