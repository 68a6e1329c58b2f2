"""Tags of sign languages, as BCP 47 writes them, and what people say for them."""

import re

_WIDELY_KNOWN_AS = {"asl": "ase", "bsl": "bfi", "dgs": "gsg"}
"""What is understood on the way in. In BCP 47, `bsl` and `dgs` are spoken languages, which nobody means here."""

_TAG = re.compile(r"([a-z]{3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?", re.IGNORECASE)
_EXTENDED = re.compile(r"sgn-(?=[a-z]{3}(?:-|\Z))", re.IGNORECASE)

_REGISTERED = """
ads aed aen afg ase asf asp asq asw bfi bfk bog bqn bqy bvl bzs cds csc csd cse csf csg csl csn csq csr csx doq
dse dsl dsz ecs ehs esl esn eso eth fcs fse fsl fss gds gse gsg gsm gss gus hab haf hds hks hos hps hsh hsl icl
iks ils inl ins ise isg isr jcs jhs jks jls jos jsl jus kgi kvk lbs lgs lls lsb lsc lsg lsl lsn lso lsp lst lsv
lsw lsy lws mdl mfs mre msd msr mzc mzg mzy nbs ncs nsi nsl nsp nsr nzs okl pgz pks prl prz psc psd psg psl pso
psp psr pys rib rms rnb rsi rsl rsm rsn sdl sfb sfs sgg sgx slf sls sqk sqs sqx ssp ssr svk swl syy szs tse tsm
tsq tss tsy tza ugn ugy ukl uks vgt vsi vsl vsv wbs xki xml xms yds ygs yhs ysl ysm zib zsl
"""

SIGN_LANGUAGES = frozenset(_REGISTERED.split())
"""The registry's sign languages: those whose prefix is `sgn`."""


def sign_language(text: str) -> str | None:
    """The tag of the sign language that is meant, such as `ase` or `gsg-AT`; None where none is."""
    meant = _EXTENDED.sub("", text.strip().replace("_", "-"), count=1)
    match = _TAG.fullmatch(_WIDELY_KNOWN_AS.get(meant.lower(), meant))
    if match is None or match[1].lower() not in SIGN_LANGUAGES:
        return None
    parts = (match[1].lower(), (match[2] or "").title(), (match[3] or "").upper())
    return "-".join(part for part in parts if part)
