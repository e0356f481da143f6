"""Older English words that the pronouncing dictionary lacks, with their sounds; digits are stresses."""

TABLE = """
    seest S IY1 AH0 S T / doest D UW1 AH0 S T / goest G OW1 AH0 S T / doeth D UW1 IH0 TH / sayst S EY1 S T
    o'er AO1 R / e'er EH1 R / whate'er W AH0 T EH1 R / where'er W EH0 R EH1 R / whene'er W EH0 N EH1 R
    howe'er HH AW0 EH1 R / whoe'er HH UW0 EH1 R / ta'en T EY1 N / e'en IY1 N / ne'er N EH1 R
    'tis T IH1 Z / 'twas T W AA1 Z / 'twere T W ER1 / 'twill T W IH1 L / 'twould T W UH1 D
    'twixt T W IH1 K S T / 'gainst G EH1 N S T / 'mongst M AH1 NG S T / 'scape S K EY1 P / 'stead S T EH1 D
    'neath N IY1 TH / 'tween T W IY1 N / th' DH / i' IH0 / o' AH0 / 't T / wi' W IH0
    canst K AE1 N S T / didst D IH1 D S T / hadst HH AE1 D S T / wouldst W UH1 D S T / couldst K UH1 D S T
    shouldst SH UH1 D S T / mayst M EY1 S T / mightst M AY1 T S T / wast W AA1 S T / wert W ER1 T
    saith S EH1 TH / durst D ER1 S T / wot W AA1 T / wist W IH1 S T / yond Y AA1 N D / yore Y AO1 R
    methinks M IY0 TH IH1 NG K S / methought M IY0 TH AO1 T / withal W IH0 DH AO1 L / prithee P R IH1 DH IY0
    sirrah S IH1 R AH0 / signior S IY1 N Y AO0 R / entreat EH0 N T R IY1 T / alack AH0 L AE1 K
    whereof W EH0 R AH1 V / whereon W EH0 R AA1 N / whereto W EH0 R T UW1 / wherein W EH0 R IH1 N
    thereof DH EH0 R AH1 V / thereon DH EH0 R AA1 N / thereto DH EH0 R T UW1 / therein DH EH0 R IH1 N
    belike B IH0 L AY1 K / beauteous B Y UW1 T IY0 AH0 S / bounteous B AW1 N T IY0 AH0 S / hie HH AY1
    haply HH AE1 P L IY0 / nought N AO1 T / aught AO1 T / forbear F AO0 R B EH1 R / woful W OW1 F AH0 L
    piteous P IH1 T IY0 AH0 S / burthen B ER1 DH AH0 N / curst K ER1 S T / gaoler JH EY1 L ER0 / gaol JH EY1 L
    vouchsafe V AW0 CH S EY1 F / bethink B IH0 TH IH1 NG K / sooth S UW1 TH / forsooth F ER0 S UW1 TH
    betimes B IH0 T AY1 M Z / ope OW1 P / holp HH OW1 L P / anon AH0 N AA1 N / ere EH1 R / erst ER1 S T
    choler K AA1 L ER0 / selfsame S EH1 L F S EY2 M / mischance M IH0 S CH AE1 N S / beshrew B IH0 SH R UW1
    caitiff K EY1 T AH0 F / fardel F AA1 R D AH0 L / physic F IH1 Z IH0 K / sepulchre S EH1 P AH0 L K ER0
    amain AH0 M EY1 N / sith S IH1 TH / meed M IY1 D / weal W IY1 L / rend R EH1 N D / prate P R EY1 T
    loins L OY1 N Z / churl CH ER1 L / jocund JH AA1 K AH0 N D / afeard AH0 F IH1 R D / afore AH0 F AO1 R
    guerdon G ER1 D AH0 N / twain T W EY1 N / swain S W EY1 N / fain F EY1 N / beseem B IH0 S IY1 M
    bestride B IH0 S T R AY1 D / requite R IH0 K W AY1 T / plaint P L EY1 N T / maugre M AO1 G ER0
    wrack R AE1 K / spake S P EY1 K / brake B R EY1 K / sware S W EH1 R / bespake B IH0 S P EY1 K
    gyve JH AY1 V / leal L IY1 L / whoso HH UW1 S OW0 / whither W IH1 DH ER0 / thither DH IH1 DH ER0
    nigh N AY1 / yea Y EY1 / lo L OW1 / oft AO1 F T / besmear B IH0 S M IH1 R / ay AY1 / alas AH0 L AE1 S
    wilful W IH1 L F AH0 L / sovereign S AA1 V R AH0 N / prophesy P R AA1 F AH0 S AY2 / heigh HH EY1
    grandam G R AE1 N D AH0 M / froward F R OW1 ER0 D / bosom B UH1 Z AH0 M / usurer Y UW1 ZH ER0 ER0
    whoreson HH AO1 R S AH0 N / reproof R IY0 P R UW1 F / puissant P W IH1 S AH0 N T
    duteous D UW1 T IY0 AH0 S / unthrifty AH0 N TH R IH1 F T IY0
    ladyship L EY1 D IY0 SH IH2 P / kinsmen K IH1 N Z M EH0 N
"""


def archaic() -> dict[str, str]:
    """Return the sounds of each word of the table."""
    entries = [entry.split() for line in TABLE.splitlines() for entry in line.split("/") if entry.strip()]
    return {word: " ".join(sounds) for word, *sounds in entries}
