"""Table of slang and abbreviations with their meanings: facts of usage, each with one common reading.

No key is a word of plain English (`ill`, `cant`, `tho`): a test holds the table against a dictionary. No
expansion holds a key. Left out are abbreviations with several readings (`pm`, `ft`, `ms`, `gm`, `fr`).
"""

from __future__ import annotations

_PRONOUNS = """
aint=ain't; arent=aren't; c'mon=come on; cmon=come on; could've=could have;
couldnt=couldn't; couldve=could have; didnt=didn't; dnt=don't; doesnt=doesn't; dont=don't; hadnt=hadn't;
hasnt=hasn't; havent=haven't; havn't=haven't; im=i am; isnt=isn't; ive=i have; mightve=might have;
mustnt=mustn't; n=and; neednt=needn't; r=are; should've=should have; shouldnt=shouldn't;
shouldve=should have; thats=that is; theyll=they will; theyre=they are; theyve=they have; u'd=you would;
u'll=you will; u're=you are; u've=you have; u=you; ur=your; urs=yours; urself=yourself; wasnt=wasn't;
werent=weren't; weve=we have; whos=who is; would've=would have; wouldnt=wouldn't; wouldve=would have;
y'all=you all; yall=you all; youd=you would; youll=you will; youre=you are; youve=you have
"""
_SPOKEN = """
'bout=about; 'cause=because; 'cuz=because; 'til=until; 'till=until; 'tis=it is; 'twas=it was; alot=a lot;
aswell=as well; atleast=at least; bcos=because; bcoz=because; bcuz=because; bcz=because; becoz=because;
becuz=because; bein=being; betcha=bet you; callin=calling; chillin=chilling; comin=coming;
coulda=could have; couldja=could you; cus=because; deffo=definitely; didja=did you; doin=doing;
dontcha=do not you; drinkin=drinking; dunno=do not know; eachother=each other; effin=effing;
everythin=everything; everytime=every time; feelin=feeling; finna=going to; freakin=freaking;
friggin=frigging; fuckin=fucking; getcha=get you; gettin=getting; goin=going; gonna=going to;
goodnite=good night; gotta=have got to; gunna=going to; hafta=have to; hangin=hanging; havin=having;
hella=very; ima=i am going to; imma=i am going to; infact=in fact; kinda=kind of; leavin=leaving;
lemme=let me; listenin=listening; livin=living; lookin=looking; lotsa=lots of; lotta=lot of;
lovin=loving; makin=making; mighta=might have; musta=must have; noone=no one; nothin=nothing;
nvm=never mind; nvmd=never mind; obv=obviously; obvs=obviously; ofcourse=of course; oughta=ought to;
outta=out of; partyin=partying; playin=playing; probly=probably; probs=probably; prolly=probably;
puttin=putting; realy=really; rlly=really; rly=really; rockin=rocking; runnin=running; sayin=saying;
shoulda=should have; sittin=sitting; sleepin=sleeping; somethin=something; srsly=seriously;
talkin=talking; tellin=telling; thinkin=thinking; tryin=trying; tryna=trying to; waitin=waiting;
wanna=want to; wassup=what is up; watcha=what are you; watchin=watching; whaddup=what is up;
whatcha=what are you; whatsup=what is up; workin=working; woulda=would have; wouldja=would you
"""
_LETTERS = """
af=as fuck; afaik=as far as i know; aka=also known as; asap=as soon as possible; atm=at the moment;
b/c=because; b/w=between; bbl=be back later; bf=boyfriend; bff=best friend forever;
bffl=best friend for life; bffs=best friends forever; bfn=bye for now; brb=be right back; bs=bullshit;
btw=by the way; byob=bring your own bottle; diy=do it yourself; dm=direct message; dms=direct messages;
eli5=explain like i am five; fbf=flashback friday; fck=fuck; fcking=fucking; ffs=for fuck sake;
fking=fucking; fkn=fucking; fml=fuck my life; fomo=fear of missing out; ftfy=fixed that for you;
ftr=for the record; ftw=for the win; fuk=fuck; fwiw=for what it is worth; fyi=for your information;
g2g=got to go; gf=girlfriend; gg=good game; glhf=good luck have fun; gn=good night;
gtfo=get the fuck out; gtg=got to go; hbd=happy birthday; hbu=how about you; hmu=hit me up;
ianal=i am not a lawyer; icymi=in case you missed it; idc=i do not care; idgaf=i do not give a fuck;
idgi=i do not get it; idk=i do not know; iirc=if i recall correctly; ik=i know; ikr=i know right;
ilu=i love you; ily=i love you; ilysm=i love you so much; imho=in my humble opinion; imo=in my opinion;
imy=i miss you; irl=in real life; istg=i swear to god; iykwim=if you know what i mean;
iykyk=if you know you know; j/k=just kidding; jfc=jesus fucking christ; jk=just kidding; k=okay; kk=okay;
lmao=laughing my ass off; lmbo=laughing my butt off; lmfao=laughing my fucking ass off; lmk=let me know;
lol=laughing out loud; lolz=laughing out loud; lysm=love you so much; mofo=motherfucker; nbd=no big deal;
ngl=not going to lie; np=no problem; nsfw=not safe for work; ok=okay; okey=okay; oki=okay; okie=okay;
omfg=oh my fucking god; omg=oh my god; omgosh=oh my gosh; omigod=oh my god; omw=on my way;
oomf=one of my followers; ootd=outfit of the day; otp=one true pairing; pls=please; plse=please;
plss=please; plz=please; plzz=please; potd=photo of the day; qotd=quote of the day; rn=right now;
rofl=rolling on the floor laughing; roflmao=rolling on the floor laughing; rsvp=please reply; rt=retweet;
rts=retweets; sfw=safe for work; smdh=shaking my damn head; smfh=shaking my fucking head;
smh=shaking my head; soz=sorry; srry=sorry; sry=sorry; stfu=shut the fuck up; tbf=to be fair;
tbh=to be honest; tbqh=to be quite honest; tbt=throwback thursday; tf=the fuck;
tgif=thank god it is friday; thankyou=thank you; thanx=thanks; thks=thanks; thnx=thanks; thx=thanks;
tks=thanks; tldr=too long did not read; tmi=too much information;
tnx=thanks; ttyl=talk to you later; ttys=talk to you soon; tysm=thank you so much;
tyvm=thank you very much; w/=with; w/e=whatever; w/o=without; wbu=what about you;
wcw=woman crush wednesday; wtaf=what the actual fuck; wtf=what the fuck; wtg=way to go;
wth=what the hell; wya=where are you at; wyd=what are you doing; xo=hug and kiss; xoxo=hugs and kisses;
ymmv=your mileage may vary; yolo=you only live once; yw=you are welcome; zomg=oh my god
"""
_SHORT = """
'em=them; 2day=today; 2geda=together; 2gether=together; 2mor=tomorrow; 2moro=tomorrow; 2morrow=tomorrow;
2mro=tomorrow; 2mrw=tomorrow; 2night=tonight; 2nite=tonight; 2nyt=tonight; 4eva=forever; 4ever=forever;
4evr=forever; 4get=forget; abt=about; any1=anyone; approx=approximately; appt=appointment;
attn=attention; aug=august; avg=average; b'day=birthday; b4=before; b4n=bye for now; bball=basketball;
bc=because; bck=back; bcse=because; bday=birthday; bdays=birthdays; becuse=because; bestie=best friend;
besties=best friends; bfore=before; boi=boy; boyz=boys; cld=could; congratz=congratulations;
cont=continued; cudnt=couldn't; d8=date; dat=that; dept=department; dese=these; esp=especially;
everbody=everybody; every1=everyone; evry=every; evry1=everyone; fav=favorite; favs=favorites;
fb=facebook; feb=february; ff=follow friday; forevs=forever; frfr=for real; fri=friday; frm=from;
g'night=good night; gnight=good night; gnite=good night; goodmorning=good morning; govt=government;
gr8=great; grats=congratulations; gratz=congratulations; grl=girl; gud=good; gurl=girl; gurlz=girls;
h8=hate; h8r=hater; hav=have; hr=hour; hrs=hours; hv=have; hve=have; hwk=homework; ig=instagram;
insta=instagram; intl=international; jst=just; l8=late; l8r=later; lil=little; ltr=later; luvd=loved;
lyf=life; m8=mate; mgmt=management; mins=minutes; msg=message; msgs=messages; mths=months; ne1=anyone;
nething=anything; no1=no one; nov=november; nxt=next; oct=october; plc=place; ppl=people; ppls=people;
pres=president; prob=probably; rlx=relax; shld=should; shud=should; sk8=skate; skool=school;
smth=something; smthing=something; some1=someone; sth=something; str8=straight; sum1=someone;
sumthin=something; sumthing=something; teh=the; tht=that; thu=thursday; thur=thursday; thurs=thursday;
tmo=tomorrow; tmr=tomorrow; tmrrw=tomorrow; tmrw=tomorrow; tmw=tomorrow; tommorow=tomorrow;
tommorrow=tomorrow; tomo=tomorrow; tomoro=tomorrow; tomorow=tomorrow; tonite=tonight; tonyt=tonight;
tue=tuesday; tues=tuesday; tv=television; txt=text; txting=texting; txts=texts; vs=versus; w8=wait;
whn=when; whr=where; wht=what; wid=with; wiv=with; wk=week; wkend=weekend; wknd=weekend; wknds=weekends;
wks=weeks; wld=would; wldnt=wouldn't; wrk=work; wrkn=working; wudnt=wouldn't; wut=what; xmas=christmas;
ya'll=you all; yday=yesterday; yest=yesterday; yr=year; yrs=years; yt=youtube
"""


def _entries(block: str) -> dict[str, str]:
    pairs = (entry.partition("=") for entry in block.replace("\n", " ").split("; ") if entry.strip())
    return {key.strip(): value.strip(" ;") for key, _, value in pairs}


SLANG: dict[str, str] = _entries(_PRONOUNS) | _entries(_SPOKEN) | _entries(_LETTERS) | _entries(_SHORT)
