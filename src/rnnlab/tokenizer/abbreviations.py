"""Words that a full stop may follow inside a sentence, and words that begin sentences, in lower case."""

# Before a name or a number: the sentence always continues.
LEADING = """
    mr mrs ms dr prof st mt ft rev hon gen col sgt capt lt maj cpl pvt adm gov sen rep pres messrs mme
    mlle vs v no nos vol vols pp fig figs ed eds cf ca approx op e.g i.e viz resp
"""

# At the end of a phrase: the sentence continues unless the next word is one that sentences begin with.
TRAILING = """
    etc al jr sr inc ltd co corp bros dept univ assn ave blvd rd est min max jan feb mar apr jun jul aug
    sep sept oct nov dec a.m p.m ph.d m.d b.a m.a b.c a.d u.s u.k u.s.a u.n
"""

OPENERS = """
    a an and as at but after also although because before both by during each even every everyone for
    from he her here his how however i i'm i've if in instead it it's its let maybe most my no not
    nothing now of oh on once one only or our overall perhaps she so some still such that that's the
    their then there there's these they this those though to unfortunately we well what when where which
    while who why with yes yet you your
"""
