"""One code a language: ISO 639-1 where there is one, whatever a model or a page writes."""

from functools import lru_cache

UNKNOWN = "und"  # ISO 639-2: undetermined

# ISO 639-3 (and the bibliographic codes of 639-2) by their ISO 639-1 code, and the members of
# macrolanguages that GlotLID and NLLB write instead, such as `arb` and `cmn`.
_PAIRS = """
    aar:aa abk:ab afr:af aka:ak alb:sq als:sq amh:am ara:ar arb:ar arg:an arm:hy asm:as ava:av
    ave:ae aym:ay ayr:ay azb:az aze:az azj:az bak:ba bam:bm baq:eu bel:be ben:bn bis:bi bod:bo
    bos:bs bre:br bul:bg bur:my cat:ca ces:cs cha:ch che:ce chi:zh chu:cu chv:cv cmn:zh cor:kw
    cos:co cre:cr cym:cy cze:cs dan:da deu:de div:dv dut:nl dzo:dz ekk:et ell:el eng:en epo:eo
    est:et eus:eu ewe:ee fao:fo fas:fa fij:fj fin:fi fra:fr fre:fr fry:fy ful:ff gaz:om geo:ka
    ger:de gla:gd gle:ga glg:gl glv:gv gre:el grn:gn gug:gn guj:gu hat:ht hau:ha hbs:sh heb:he
    her:hz hin:hi hmo:ho hrv:hr hun:hu hye:hy ibo:ig ice:is ido:io iii:ii iku:iu ile:ie ina:ia
    ind:id ipk:ik isl:is ita:it jav:jv jpn:ja kal:kl kan:kn kas:ks kat:ka kau:kr kaz:kk khk:mn
    khm:km kik:ki kin:rw kir:ky kmr:ku knc:kr kom:kv kon:kg kor:ko kua:kj kur:ku lao:lo lat:la
    lav:lv lim:li lin:ln lit:lt ltz:lb lub:lu lug:lg lvs:lv mac:mk mah:mh mal:ml mao:mi mar:mr
    may:ms mkd:mk mlg:mg mlt:mt mon:mn mri:mi msa:ms mya:my nau:na nav:nv nbl:nr nde:nd ndo:ng
    nep:ne nld:nl nno:nn nob:no nor:no npi:ne nya:ny oci:oc oji:oj ori:or orm:om ory:or oss:os
    pan:pa pbt:ps per:fa pes:fa pli:pi plt:mg pol:pl por:pt prs:fa pus:ps que:qu quy:qu quz:qu
    roh:rm ron:ro rum:ro run:rn rus:ru sag:sg san:sa sin:si slk:sk slo:sk slv:sl sme:se smo:sm
    sna:sn snd:sd som:so sot:st spa:es sqi:sq srd:sc srp:sr ssw:ss sun:su swa:sw swe:sv swh:sw
    tah:ty tam:ta tat:tt tel:te tgk:tg tgl:tl tha:th tib:bo tir:ti ton:to tsn:tn tso:ts tuk:tk
    tur:tr twi:tw uig:ug ukr:uk urd:ur uzb:uz uzn:uz ven:ve vie:vi vol:vo wel:cy wln:wa wol:wo
    xho:xh ydd:yi yid:yi yor:yo zha:za zho:zh zsm:ms zul:zu
"""
_TWO_LETTERS = dict(pair.split(":") for pair in _PAIRS.split())
# Norwegian is `no` to lid.176 where it is Bokmål. The others were withdrawn from ISO 639-1.
_SAME = {"nb": "no", "iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "zxx": UNKNOWN}


@lru_cache(maxsize=4096)
def language_code(label: str) -> str:
    """Returns the code of a model's label or a BCP 47 tag, such as `en` for `eng_Latn`.

    Args:
        label: With or without fastText's `__label__`; empty is `und`.
    """
    name = label.removeprefix("__label__").replace("_", "-").partition("-")[0].strip().lower()
    name = _TWO_LETTERS.get(name, name)
    return _SAME.get(name, name) or UNKNOWN


def is_code(code: str) -> bool:
    """Whether `code` is shaped like an ISO 639 code."""
    return code.isascii() and code.isalpha() and code.islower() and len(code) in (2, 3)
