"""All events that there are, by their names in the contract. A slice that says another adds it here."""

from services.events import collections, mail, people, sources, videos
from services.events.event import Event, name_of

EVENTS: tuple[type[Event], ...] = (
    people.UserCreated,
    people.UserLogin,
    people.UserLogout,
    people.FactorAdded,
    people.FactorRemoved,
    people.PreferencesUpdated,
    people.SettingChanged,
    videos.VideoUploaded,
    videos.VideoChanged,
    videos.VideoTrashed,
    videos.VideoRestored,
    videos.VideoHeld,
    videos.VideoReleased,
    videos.VideoPurged,
    videos.VideoAdopted,
    videos.VideoMissing,
    videos.VideoDamaged,
    videos.ProcessingStarted,
    videos.ProcessingCompleted,
    videos.ProcessingFailed,
    videos.ClipCreated,
    videos.CaptionsChanged,
    videos.SignChanged,
    videos.TierChanged,
    sources.ImportStarted,
    sources.ImportCompleted,
    sources.ImportFailed,
    sources.WantedDownloaded,
    sources.ArtistDiscovered,
    sources.ArtistCreated,
    sources.ArtistChanged,
    sources.ArtistDeleted,
    sources.ArtistRestored,
    sources.ArtistMerged,
    collections.CollectionCreated,
    collections.CollectionChanged,
    collections.CollectionDeleted,
    collections.CollectionRestored,
)

INTERNAL: tuple[type[Event], ...] = (mail.ResetLetterWanted, mail.InvitationLetterWanted)
"""What we say to ourselves alone, so that it is done later and not lost: nobody who listens to all events hears it."""

BY_NAME = {name_of(each): each for each in (*EVENTS, *INTERNAL)}
