"""The three letters that files have for languages, in the two that BCP 47 has for the same."""

from services.captions.track import normal_language

UNKNOWN = "und"

_PAIRS = """
afr-af alb-sq sqi-sq amh-am ara-ar arm-hy hye-hy aze-az baq-eu eus-eu bel-be ben-bn bos-bs bul-bg bur-my
mya-my cat-ca chi-zh zho-zh cze-cs ces-cs dan-da dut-nl nld-nl eng-en epo-eo est-et fin-fi fre-fr fra-fr
geo-ka kat-ka ger-de deu-de gle-ga glg-gl gre-el ell-el guj-gu heb-he hin-hi hrv-hr hun-hu ice-is isl-is
ind-id ita-it jpn-ja kan-kn kaz-kk khm-km kor-ko lao-lo lat-la lav-lv lit-lt mac-mk mkd-mk mal-ml mar-mr
may-ms msa-ms mon-mn nep-ne nor-no nob-nb nno-nn pan-pa per-fa fas-fa pol-pl por-pt rum-ro ron-ro rus-ru
sin-si slo-sk slk-sk slv-sl som-so spa-es srp-sr swa-sw swe-sv tam-ta tel-te tgl-tl tha-th tur-tr ukr-uk
urd-ur uzb-uz vie-vi wel-cy cym-cy xho-xh yor-yo zul-zu
"""
_SHORT = dict(pair.split("-") for pair in _PAIRS.split())


def language_of_file(text: str) -> str:
    """The language that a file names as BCP 47 has it; `und` where it names none."""
    found = normal_language(text.strip())
    return UNKNOWN if found is None else _SHORT.get(found, found)
