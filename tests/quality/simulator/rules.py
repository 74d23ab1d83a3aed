"""The productions of the grammar, `symbol: text with {symbols}`, one a line; `{+symbol}` begins with a capital.

`np` is a thing, `who` somebody, `s` a sentence about anything, `f` one about the event; `h` and `l` are headlines and
first sentences of an act, `hi` and `li` of an incident, `hs` and `ls` of sport. Capital symbols are bound by the
event.
"""

from __future__ import annotations

RULES = """
np: de {adj} {left}{rde}
np: het {adj} {left}{rhet}
np: een {adj} {left}{rde}
np: een {left}{rhet}
np: de {left}{rde} van {org}
np: het {left}{rhet} in {city}
np: de {nation} {left}{rde}
np: het {nation} {left}{rhet}
np: zijn {left}{rde}
np: de {left}{rde} voor {people}
np: het {left}{rhet} over {left}{rde}
org: {orgkind} {last}
org: {orgkind} {left}{rhet}
org: de gemeente {city}
org: het ministerie van {dept}
org: de stichting {last}
org: de {nation} {left}{rde}
person: {first} {last}
who: {role} {first} {last}
who: de {nation} {role} {first} {last}
who: {role} {last} van {city}
who: {org}
who: {left}{rde}voorzitter {last}
who: {role} {first} {last} ({age})
many: tientallen
many: honderden
many: ruim {n2}
many: zeker {n1}
many: ongeveer {n2}
many: enkele
many: bijna {n4}
group: {many} {people}
group: de {people} van {city}
group: {people} uit {city}
when: {day}
when: {day}{part_of_day}
when: in de nacht van {day}
when: {ago}
when: kort na {clock} uur
when: deze week
ago: vorige week
ago: vorige maand
ago: in {month}
ago: afgelopen weekeinde
ago: eerder dit jaar
later: volgende week
later: in {month}
later: voor {month}
later: over {n1} weken
later: nog dit jaar
later: op {n0} {month}
later: vanaf {year2}
cause: vanwege {np}
cause: na {np}
cause: ondanks {np}
cause: met het oog op {np}
cause: op verzoek van {who}
cause: tijdens {np}
cause: uit vrees voor {np}
cause: in afwachting van {np}
cause: tegen de zin van {who}
modal: wil
modal: gaat
modal: zal
modal: kan
modal: moet
modal: mag
amount: {n4} euro
amount: {n1} miljoen euro
amount: {n2} miljoen dollar
amount: {pct} procent
amount: {n1},{n0} miljard euro
claim: we gaan {np} {inf}
claim: dit is {pred} en {pred}
claim: {np} blijft {pred}
claim: wie {np} wil {inf}, krijgt met ons te maken
claim: over {np} valt met mij te praten
claim: zonder {np} redden {people} het niet
claim: ik had {np} graag eerder {part}
claim: er komt geen {left}{rde} bij
claim: met {amount} kom je er niet
s: {who} heeft {when} {np} {part}.
s: {who} {modal} {np} {cause} {inf}.
s: {who} {modal} {later} {np} {inf}, zo blijkt uit {np}.
s: Volgens {source} heeft {who} {np} {part}.
s: Volgens {who} is {np} {pred}.
s: Dat meldt {source} op basis van {np}.
s: Dat heeft {who} {when} bekendgemaakt.
s: {group} hebben {when} in {city} {np} {part}.
s: {group} wachten al sinds {month} op {np}.
s: "{+claim}", zei {who} {when}.
s: "{+claim}", aldus {who}.
s: {who} spreekt van {np}. "{+claim}."
s: {np} kost naar schatting {amount} en wordt {later} {part}.
s: {np} is {cause} {part}, nadat {who} {np} had {part}.
s: Het gaat om {n2} {things} in {city} en omgeving.
s: Eerder werd {np} {part} door {who}.
s: Of {np} {later} wordt {part}, is volgens {source} nog onduidelijk.
s: {who} verwacht dat {np} {later} kan worden {part}.
s: In {city} zijn {when} {n2} {things} {part}, blijkt uit {np}.
s: {group} moesten {cause} hun {left}{rde} verlaten.
s: Het aantal {things} steeg in {year} met {pct} procent naar {n4}.
s: Vorig jaar telde {city} nog {n4} {things}, tegen {n4} in {year}.
s: {who} noemt {np} "{pred}".
s: Zowel {who} als {org} wil {np} {inf}.
s: Het is niet bekend wanneer {who} {np} gaat {inf}.
s: Een woordvoerder van {org} bevestigt dat {np} is {part}.
s: {who}, die sinds {year} in {city} werkt, ziet niets in {np}.
s: Tegen {last} loopt {cause} een {left}{rhet}.
s: {np} moet {amount} opbrengen, schrijft {source}.
s: Daarvoor is {amount} beschikbaar uit {np}.
s: Voor {people} verandert er {later} weinig, belooft {who}.
s: Sinds {ago} is {np} al {n0} keer {part}.
s: De {people} krijgen {later} {amount}, als {who} akkoord gaat.
s: Bij {np} in {city} werken {n2} {people}.
s: Tussen {city} en {city} rijden {cause} minder {things}.
s: {source} vermoedt dat {people} {np} hebben {part}.
s: Onder hen zijn {n1} {people} uit {city}.
s: In {city} was dat {age} jaar geleden voor het laatst zo.
s: In {city} kijken {people} intussen vooral uit naar de wedstrijd {city} - {city}.
f: {AF} liet {when} weten dat {np} los staat van {OF}.
f: Volgens {source} was {OF} al langer {P}.
f: Over {OF} is {cause} veel te doen in {C}.
f: "{+claim}", zei {A} {when} in {C}.
f: {group} noemen {OF} {P}.
f: {who} noemt het nieuws uit {C} {pred}.
f: {AF} kreeg daarvoor steun van {who}.
f: Het gaat in {C} om {N} {things}, aldus {source}.
h: {A} {Epres} {O}{Eparticle}
h: {A} wil {O} {Einf}
h: {A} gaat {O} {Einf}
h: {O} {Epart} door {A}
h: {A}: {O} is {P}
h: {A} noemt {O} '{P}'
h: {C}: {A} {Epres} {O}{Eparticle}
h: {A} mag {O} toch {Einf}
h: Kritiek van {people} op {O} {C}
h: {O} in {C} {Epart} na {left}{rhet}
h: {A} wil {N} miljoen voor {O}
l: {AF} heeft {when} {OF} {Epart}.
l: {AF} heeft {OF} {Epart} {cause}, meldt {source}.
l: {AF} {modal} {OF} {Einf}. Dat is {when} in {C} bekendgemaakt.
l: {OF} wordt {later} {Epart}, heeft {AF} {when} aangekondigd.
l: {OF} is {P}, zegt {AF}, die {np} {when} heeft {part}.
l: In {C} heeft {AF} {when} {OF} {Epart}.
l: {AF} trekt {N} miljoen euro uit om {OF} te kunnen {Einf}.
l: Het besluit van {AF} om {OF} niet te laten {Einf} leidt in {C} tot {np}.
l: {group} in {C} vinden dat {AF} {OF} moet {Einf}.
l: {AF} zegt dat {OF} niet zonder {np} kan worden {Epart}.
l: De kans dat {OF} {later} wordt {Epart}, is volgens {AF} klein.
hi: {I} in {B} {C}
hi: {N} gewonden door {I} in {C}
hi: {B} {C} ontruimd om {I}
hi: Grote {I} in {B}, {N} {people} geëvacueerd
hi: {N} aanhoudingen na {I} in {C}
hi: Ravage in {C} na {I} in {B}
li: Bij een {I} in een {B} in {C} zijn {when} {N} mensen gewond geraakt.
li: In {C} is {when} een {B} ontruimd vanwege een {I}, meldt {source}.
li: Een {I} in een {B} in {C} heeft {when} geleid tot {np}. Zeker {N} {people} zijn in veiligheid gebracht.
li: Na een {I} in een {B} in {C} zijn {N} {people} aangehouden. Dat meldt {source}.
li: {N} {people} zijn {when} naar het ziekenhuis gebracht na een {I} in een {B} in {C}.
hs: {A} wint {left}toernooi in {C}
hs: {C} verslaat {city} met {n0}-{n0}
hs: {A} mist {left}ronde door blessure
hs: {A} tekent tot {year2} in {C}
hs: {C} neemt afscheid van {A}
hs: {A} na {N} dagen terug bij {C}
ls: {AF} heeft {when} in {C} {OF} gewonnen door in de finale {person} te verslaan.
ls: {C} heeft {when} met {n0}-{n0} gewonnen van {city}. {last} maakte in minuut {N} de beslissende treffer.
ls: {AF} moet {N} weken rust houden na een blessure in het duel {city} - {city}. Daardoor mist hij {OF}.
ls: {AF} heeft in {C} een contract tot {year2} getekend. De club betaalde {amount} aan {city}.
ls: {AF} keert {later} terug bij {C}, waar hij {N} keer speelde. "{+claim}", zei hij over {OF}.
sub: {+left}{rhet}
sub: {+adj} {left}{rde}
sub: '{+pred}'
sub: {last}
sub: {year}
sub: Geen {left}{rde}
"""
