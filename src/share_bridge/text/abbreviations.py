"""Words whose full stop ends no sentence, in the languages that use them."""

from __future__ import annotations

__all__ = ["is_abbreviation"]

#: Lower case, without the last full stop. Single letters and letters parted by full
#: stops ("e.g", "z.B") need no entry.
_ABBREVIATIONS = {
    language: frozenset(words.split())
    for language, words in {
        "cs": "apod atd atp bc bl č dipl doc fa hod inž ing kpt mgr mj mudr např nám"
        " obr odst ph pozn př prof resp roč sb str sv tel tj tř tzn tzv ul vyd zn",
        "da": "bl f.eks fx hhv iflg inkl jf kl kr maks mht mia mio mv nr o.l osv pga"
        " sml tlf vedr",
        "de": "abb abt allg anm apl art aufl az bd bde bearb beil bes betr bez bspw bw"
        " bzgl bzw dgl dipl dt ebd ehem eigtl einschl entspr erg erl ev evtl exkl"
        " forts gegr ges ggf grds hl hrsg ing inkl insb inst int inzw jh jhd jg"
        " kap kath kl lfd lt mag mind mio mrd nachm nr od pol prot reg rel resp"
        " röm sog spez std stk str svw tägl tsd übers usf usw verf vgl vorm wiss"
        " zb zit ztr zzgl zzt",
        "en": "al approx apr assn assoc aug ave bldg blvd bros ca capt cf ch chap co"
        " corp cpl dec dept dir dist div dr ed eds eq est et etc excl feb fig figs"
        " ft fwd gen gov hon hr inc incl intl jan jr jul jun lib lt ltd messrs mfg"
        " misc mr mrs ms msgr mt nos nov oct opp orig pg ph pl pp pres prof proc"
        " pseud pt rev sen sep sept sgt soc sr st ste supt tel trans univ vol vols"
        " vs viz yd yr",
        "es": "admón aprox atte av avda cap cía dcha depto dña dra dras dres ej excmo"
        " excma ext fdo gral ilmo izq izqda lic núm pág págs pdta prof profa ptas"
        " sra sras sres srta ud uds vda",
        "fi": "esim fil hra jne ks klo ko kpl lyh mm mrd mukaan n ns nyk nro os pvm rva"
        " s so srk tms toim tri ts v vrt vs vm yht ym yms yo",
        "fr": "av bd bibl boul cie coll dép éd env hab kg m mlle mlles mm mme mmes mgr"
        " ms obs par prép réf suiv sté tél vx",
        "it": "avv dott dssa ecc egr fig gent geom ill int mons on pag pagg prov rag"
        " seg segg sig sigg sigra spett tav",
        "nl": "a.u.b afb afd bijv blz ca dhr dir drs enz etc evt ing incl jl jr mej"
        " mevr mr mw nl nr ong prof red resp vgl zgn",
        "pl": "al art dr godz hab im inż itd itp jw koło lek mgr min mjr nb np nr ok os"
        " pkt płk pn pod por prof pt ref rozdz r red rys tj tys tzn tzw ul ur ust"
        " wg wyd zob zł św",
        "pt": "dra dr eng exa exmo exma ilmo obs pág profa sto sta tel",
        "ru": "гг г в вв тыс млн млрд руб коп ул пр пер стр рис см напр др проф акад им"
        " обл",
        "sv": "bl.a dvs etc fr.o.m ev exkl forts ggr gr inkl jfr kap kl kr lör m.fl mvh"
        " nr obs osv pga sek sid skr st t.ex tel tim tis tor uppl vard ung",
        "uk": "р рр ст тис млн млрд грн коп вул пров стор рис див напр ін проф акад ім"
        " обл",
    }.items()
}
#: Norwegian uses those of Danish.
_SAME = {"nb": "da", "nn": "da", "no": "da"}
#: Titles stand before names everywhere.
_TITLES = frozenset({"dr", "mr", "mrs", "ms", "prof", "st"})


def is_abbreviation(word: str, language: str) -> bool:
    """Whether a word, without its full stop, is short for another in a language.

    Args:
        word: In any case.
        language: Main part of a BCP 47 tag; empty: English.

    """
    known = _ABBREVIATIONS.get(_SAME.get(language, language or "en"), frozenset())
    return word.lower() in known or word.lower() in _TITLES
