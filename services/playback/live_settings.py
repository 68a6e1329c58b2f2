"""What an administrator sets of downloads while the server runs."""

from services.live_settings import definition

DOWNLOAD_NAME = definition.name_pattern(
    "download_name",
    default="{name}",
    sample={
        "name": "IMG_0042",
        "title": "Hand signals",
        "date": "2026-11-20",
        "artist": "Crane School",
        "id": "20261120T101512345Z_0123456789abcdef0123456789abcdef_IMG_0042",
    },
    description="How films are named when they are downloaded, and in ZIP files; their ending stays.",
    effect="Concerns downloads from now on. Names in storage stay as they are. {date} is that of the upload; "
    "{artist} is empty where nobody knows whose film it is.",
)
ZIP_NAME = definition.name_pattern(
    "zip_name",
    default="{videos}",
    sample={"videos": "Hand signals and 2 more", "count": "3", "date": "2026-11-20"},
    description="How ZIP files of several films are named.",
    effect="Concerns downloads from now on. {date} is that of the download, in UTC.",
)
ALL = (DOWNLOAD_NAME, ZIP_NAME)
