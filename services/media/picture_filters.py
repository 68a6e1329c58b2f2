"""How a picture gets its shape: sizes as they are shown, and filters that bring a stored picture to them."""

from services.media.facts import VideoTrack

_TO_SDR = (
    "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,"
    "zscale=t=bt709:m=bt709:r=tv,format=yuv420p"
)


def even(length: float) -> int:
    """The nearest length that every codec takes."""
    return max(2, round(length / 2) * 2)


def fitted(video: VideoTrack, *, width: int) -> tuple[int, int]:
    """A size of that width, or of the picture's own where that is smaller, in the picture's shape."""
    across = even(min(width, video.width))
    return across, even(across * video.height / video.width)


def prepared(video: VideoTrack, *, maps_tones: bool) -> list[str]:
    """The filters that come before all others: whole pictures, in the colours of every screen.

    ffmpeg turns pictures the right way up by itself.
    """
    return ["yadif"] * video.interlaced + [_TO_SDR] * (video.hdr and maps_tones)


def scaled(size: tuple[int, int]) -> str:
    """The filter that brings a picture to that size, with pixels that are squares."""
    return f"scale={size[0]}:{size[1]},setsar=1"
