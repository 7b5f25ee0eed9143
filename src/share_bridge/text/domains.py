"""Which host names are surely names on the web: by their last label.

Networks make a link of `example.org` only where they know its last label, and none of
them says which those are. Every country has two letters; of the others these are the
ones that nearly all sites stand under (https://data.iana.org/TLD/,
2026-11-22). A name that is not here is never taken for cheaper than it is written.
"""

from __future__ import annotations

__all__ = ["is_known"]

_COUNTRIES = frozenset(
    """
    ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn
    bo br bs bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj
    dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp
    gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke
    kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk
    ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om
    pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si
    sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw
    tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
_OTHERS = frozenset(
    """
    academy agency app art arpa asia audio band bar berlin bike biz blog blue boutique
    build cafe camp careers cat center chat church city cloud club codes coffee com
    community company computer cool coop design dev digital dog earth edu education
    email energy engineer engineering events expert express family farm fashion film
    finance fish fitness foundation fun fund fyi gallery game games garden gay gov green
    group guide guru hamburg health help horse host house how info ink institute int
    international jobs kitchen koeln land law legal lgbt life link live lol london love
    ltd market marketing mba media men mil mobi mobile moe money museum name net network
    news ninja observer one online org page paris party photo photography photos pics
    pink pizza plus press pro productions pub report rest review reviews rip rocks run
    school science services shoes shop show site sky social software solutions space
    store studio style supply support surf systems team tech technology tel tips today
    tools top tours town travel university vegas video vip vision wang watch website
    wiki wien win wine work works world wtf xyz yoga zone
    """.split()  # noqa: SIM905
)


def is_known(host: str) -> bool:
    """Whether the last label of a host is one that every network knows."""
    label = host.rstrip(".").rpartition(".")[2].lower()
    return label in _COUNTRIES or label in _OTHERS
