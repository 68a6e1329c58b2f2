"""What the manifests of a video say, summed up for lists and pages."""

from collections.abc import Iterable

import msgspec

from services.media.browser_support import verdict
from services.media.derived_files import Manifest
from services.media.facts import Facts
from services.videos.made import Made, Part, Size, Subtitle


def summed_up(manifests: Iterable[Manifest], *, source: str, content_type: str) -> Made:
    """All that has been made of these bytes."""
    made = Made(source=source)
    for manifest in manifests:
        if manifest.source == source:
            made = with_manifest(made, manifest, content_type=content_type)
    return made


def with_manifest(made: Made, manifest: Manifest, *, content_type: str) -> Made:
    """The same with what one kind has made; what was made of other bytes counts no longer."""
    if made.source != manifest.source:
        made = Made(source=manifest.source)
    part = Part(
        recipe=manifest.recipe,
        version=manifest.etag if manifest.has_content else None,
        complete=manifest.complete,
        problem=manifest.problem,
    )
    made = msgspec.structs.replace(made, parts={**made.parts, manifest.kind: part})
    if manifest.facts is not None:
        made = _with_facts(made, manifest.facts, content_type=content_type)
    if manifest.analysis is not None:
        found = manifest.analysis
        made = msgspec.structs.replace(
            made,
            loudness=found.loudness,
            silent=tuple((each.start, each.end) for each in found.silent),
            black=tuple((each.start, each.end) for each in found.black),
            look=found.look,
        )
    if manifest.subtitles:
        made = msgspec.structs.replace(made, subtitle_files=manifest.subtitles)
    if manifest.renditions:
        sizes = [Size(height=each.height, bandwidth=each.bandwidth, codecs=each.codecs) for each in manifest.renditions]
        made = msgspec.structs.replace(made, renditions=tuple(sizes))
    return made


def _with_facts(made: Made, facts: Facts, *, content_type: str) -> Made:
    found = verdict(facts, content_type=content_type)
    return msgspec.structs.replace(
        made,
        duration=facts.duration or None,
        width=facts.video.width if facts.video else None,
        height=facts.video.height if facts.video else None,
        has_audio=bool(facts.sounds),
        video_codec=facts.video.codec if facts.video else None,
        audio_codec=facts.sounds[0].codec if facts.sounds else None,
        subtitles=tuple(
            Subtitle(index=each.index, language=each.language, title=each.title, pictures=each.is_pictures)
            for each in facts.texts
        ),
        playable=found.playable.value,
        playable_reason=found.reason,
    )
