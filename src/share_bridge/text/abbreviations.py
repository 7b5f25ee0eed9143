"""Words whose full stop ends no sentence, in the languages that use them."""

from __future__ import annotations

__all__ = ["ABBREVIATIONS"]

#: Lower case, without the last full stop. Single letters and letters parted by full
#: stops ("e.g", "z.B") need no entry.
ABBREVIATIONS = frozenset(
    """
    abs adm al approx apr apt assn assoc aug ave bldg blvd bros ca capt cf ch chap co
    col corp cpl dec dept dir dist div dr ed eds eq est et etc ex excl feb fig figs fr
    ft fwd gen gov hon hr inc incl intl jan jr jul jun lib lt ltd mar max messrs mfg
    min misc mr mrs ms msgr mt nos nov oct op opp orig para pg ph pl pp pres prof
    proc pseud pt pub rep rev sec sen sep sept sgt soc sr st sta ste supt tel
    trans univ var ver vol vols vs viz yd yr
    abb abt allg anm apl art aufl az bd bde bearb beil bes betr bez bspw bw bzgl bzw dgl
    dipl dt ebd ehem eigtl einschl entspr erg erl ev evtl exkl forts gegr ges ggf grds
    hl hrsg ing inkl insb inst int inzw jh jhd jg kap kath kl lfd lt mag mind mio mrd
    nachm nr od pol prot reg rel resp röm sog spez std stk str svw tägl tsd übers usf
    usw verf vgl vorm wiss zb zit ztr zzgl zzt
    av bd bibl boul cie coll dép éd env hab kg m mlle mlles mm mme mmes mgr ms obs par
    prép réf suiv sté tél vx
    admón aprox atte av avda cap cía dcha depto dña dra dras dres ej excmo excma ext fdo
    gral ilmo izq izqda lic núm pág págs pdta prof profa ptas sra sras sres srta ud uds
    vda
    avv dott dssa ecc egr fig gent geom ill int mons on pag pagg prov rag seg segg sig
    sigg sigra spett tav
    dra dr eng exa exmo exma ilmo obs pág profa sto sta tel
    a.u.b afb afd bijv blz ca dhr dir drs enz etc evt ing incl jl jr mej mevr mr mw nl
    nr ong prof red resp vgl zgn
    al art dr godz hab im inż itd itp jw koło lek mgr min mjr nb np nr ok os pkt płk pn
    pod por prof pt ref rozdz r red rys tj tys tzn tzw ul ur ust wg wyd zob zł św
    bl.a dvs etc fr.o.m ev exkl forts ggr gr inkl jfr kap kl kr lör m.fl mvh nr obs osv
    pga sek sid skr st t.ex tel tim tis tor uppl vard ung
    bl f.eks fx hhv iflg inkl jf kl kr maks mht mia mio mv nr o.l osv pga sml tlf vedr
    esim fil hra jne ks klo ko kpl lyh mm mrd mukaan n ns nyk nro os pvm rva s so srk
    tms toim tri ts v vrt vs vm yht ym yms yo
    apod atd atp bc bl č dipl doc fa hod inž ing kpt mgr mj mudr např nám obr odst ph
    pozn př prof resp roč sb str sv tel tj tř tzn tzv ul vyd zn
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
