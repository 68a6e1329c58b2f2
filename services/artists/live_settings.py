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
IGNORE_BELOW = definition.whole(
    "wanted_ignore_below",
    default=0,
    least=0,
    most=100,
    description="Percent of confidence below which films that discovery finds are ignored, and not wanted.",
    effect="Concerns what is found from now on; 0 ignores nothing. Whoever manages can want an ignored film again.",
)
ACCEPT_FROM = definition.whole(
    "wanted_accept_from",
    default=0,
    least=0,
    most=100,
    description="Percent of confidence from which films that discovery finds are fetched by themselves.",
    effect="Within five minutes, the surest first, those too that are wanted already; 0 has none fetched by itself.",
)
ACCEPT_PER_DAY = definition.whole(
    "wanted_accept_per_day",
    default=20,
    least=1,
    most=1000,
    description="How many films are fetched by themselves in 24 hours at most.",
    effect="Holds for all instances together; what people ask for is not counted, and always fetched.",
)
KEEP_PICTURES = definition.boolean(
    "wanted_pictures",
    default=True,
    description="Fetch the pictures of artists and wanted films from where they lie, and keep small copies here.",
    effect="Concerns pictures that are not here yet; pages show what is kept, and never have browsers ask elsewhere.",
)
ALL = (WORD, IGNORE_BELOW, ACCEPT_FROM, ACCEPT_PER_DAY, KEEP_PICTURES)
