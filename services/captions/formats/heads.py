"""What stands above the cues of WebVTT: styles that cannot fetch anything, regions, and notes."""

import re

_LOOKS = """
color background background-color font font-family font-size font-style font-weight opacity visibility text-shadow
text-decoration text-align white-space line-height outline outline-color
"""
_PROPERTIES = frozenset(_LOOKS.split())
_VALUE = re.compile(r"(?:rgba?\([\d., %/]{1,60}\)|hsla?\([\d., %/deg]{1,60}\)|[\w \t#%.,'\"+-]){1,200}")
_SELECTOR = re.compile(r"::cue(?:-region)?(?:\([\w .#:\[\]=\"'*,-]{1,200}\))?")
_BETWEEN = re.compile(r",(?=\s*::)")
_REGION = re.compile(r"(?:id|width|lines|regionanchor|viewportanchor|scroll):[\w%.,-]{1,100}")
_SETTING = re.compile(r"(?:vertical|line|position|size|align|region):[\w%.,+-]{1,60}")
_MOST, _MOST_LINES = 100, 2000


def cleaned_settings(text: str) -> str:
    """Where a cue is shown, without what is nothing of that kind."""
    return " ".join(each for each in text.split()[:10] if _SETTING.fullmatch(each))


def cleaned_head(block: str) -> tuple[str | None, bool]:
    """A block as it may be kept, or None; and whether something had to go."""
    kind, _, rest = block.partition("\n")
    if kind.startswith("NOTE"):
        return block.replace("-->", "--&gt;"), False
    if kind.strip() == "STYLE":
        return _style(rest)
    if kind.strip() == "REGION":
        kept = [each for each in rest.split()[:_MOST] if _REGION.fullmatch(each)]
        return "\n".join(["REGION", *kept]) if kept else None, len(kept) != len(rest.split())
    return None, True


def _style(text: str) -> tuple[str | None, bool]:
    """The rules that say how cues look; no other property, and no value that could be an address or an escape."""
    kept, removed = [], False
    for rule in _without_comments(text).split("}")[:_MOST_LINES]:
        if not rule.strip():
            continue
        selector, _, body = rule.partition("{")
        said = [each.strip() for each in body.split(";") if each.strip()]
        fine = [each for each in said if _is_fine(each)]
        if all(_SELECTOR.fullmatch(each.strip()) for each in _BETWEEN.split(selector)) and fine:
            kept.append(f"{' '.join(selector.split())} {{ {'; '.join(fine)}; }}")
            removed = removed or len(fine) != len(said)
        else:
            removed = True
    return "\n".join(["STYLE", *kept]) if kept else None, removed


def _is_fine(declaration: str) -> bool:
    name, _, value = declaration.partition(":")
    return name.strip().lower() in _PROPERTIES and _VALUE.fullmatch(value.strip()) is not None


def _without_comments(text: str) -> str:
    first, *others = text.split("/*")
    return first + "".join(each.partition("*/")[2] for each in others)
