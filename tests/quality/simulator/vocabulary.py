"""The words of the invented news: lists of Dutch words and names, and nothing else.

Rightness of each list matters less than its size: two stories that have nothing to do with each other must share no more
words than two real ones do. Compounds (`haven` + `akkoord`) and names (first + last) give tens of thousands of terms.
"""

from __future__ import annotations

DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
MONTHS = tuple("januari februari maart april mei juni juli augustus september oktober november december".split())
FIRST = tuple(
    """Aaltje Abdel Adriaan Agnes Ahmed Aleid Alexander Alida Amina Anneke Anouk Arend Asha Astrid Barend Bas Beatrix Berend Boris
    Bram Britt Carla Casper Catalina Chantal Claudia Corine Daan Dagmar Delphine Derk Diederik Dimitri Dolores Dorien Edith Eelco
    Elif Elske Emeka Emiel Erik Esmée Eveline Fatima Femke Fenna Floris Frederik Geert Gerda Giovanni Greetje Guus Hadewych Hanneke
    Hassan Heleen Hendrik Hiroshi Ibrahim Ilse Ingeborg Isabel Ivan Jacoba Jamal Janneke Jasmijn Jelle Jeroen Joëlle Johan Jorien
    José Judith Kasper Katinka Keiko Klaas Laszlo Leendert Lieke Loes Lucía Maarten Magda Marijke Marleen Mehmet Mireille Naima
    Niels Noël Olga Otto Pauline Petra Pieter Quirijn Rafaël Ramón Rosalie Roza Ruben Sanne Sietse Sofie Stijn Sven Teun Tijmen
    Ursula Valérie Vera Wiebe Willemijn Wouter Xander Yara Yusuf Zoë""".split()
)
LAST = tuple(
    " ".join(name.split())
    for name in """Aalbers, Achterberg, Al-Sayed, Andersson, Aydin, Bakhuizen, Barendrecht, Beekman, Benali, Bijl, Blankenstein, Boogaard,
    Borgman, Bosscher, Brandsma, Brouwershaven, Buitenweg, Castellanos, Cornelisse, Dalmeijer, De Bruijne, De Keijzer, De Nooijer,
    De Witte, Demir, Diepenhorst, Dijkgraaf, Doornbos, Dubois, Eijkelboom, El Idrissi, Engelsman, Eriksen, Faasse, Fernández, Fokkinga,
    Franse, Geelhoed, Goedhart, Goossens, Grünwald, Haverkamp, Heemskerk, Hidalgo, Hoekzema, Hollestelle, Horváth, Huijbregts, IJsseldijk,
    Ivanenko, Jansma, Jobse, Jurriaanse, Kallenberg, Karlsson, Keulemans, Klompenhouwer, Koopman, Korteweg, Kowalczyk, Krijger, Kuipers,
    Laernoes, Langebeeke, Leenhouts, Lemaire, Lindqvist, Louwerse, Maas, Machado, Maljaars, Marinissen, Meeuwsen, Meulmeester, Minderhoud,
    Moerdijk, Moretti, Murata, Nagtegaal, Nieuwenhuijse, Nijssen, Novák, Oosterling, Ortega, Osinga, Overbeeke, Papadakis, Pauwels,
    Petrov, Poortvliet, Praamsma, Provoost, Quist, Radstake, Reijnierse, Ribeiro, Riemens, Roelofsma, Rossi, Ruissen, Sánchez, Schipper,
    Schouwenaar, Schreuder, Sinke, Smallegange, Sørensen, Spaans, Steketee, Strijbos, Szabó, Tanis, Ten Cate, Terpstra, Timmerman,
    Tramper, Uitterhoeve, Van Belzen, Van Dis, Van Eeckhoutte, Van Gilst, Van Haperen, Van Loon, Van Oosten, Van 't Hof, Vasquez,
    Verburg, Verdonk, Verhage, Vermeer, Visser, Vogelaar, Vos, Wagenaar, Warnaars, Weststrate, Wielemaker, Wisse, Yilmaz, Zandee,
    Zegers, Zijlmans, Zwemer""".split(",")
)
LEFT = tuple(
    """adoptie afval akkerbouw alcohol arbeids archief asiel bagger banken basis begrotings belasting bevolkings bijstands bloemen bodem
    bos bouw brandstof brug burger camping cao centrum cultuur data defensie dienst dijk donor douane drink drugs duin duurzaamheids
    energie erf erfgoed evenementen examen export fabrieks festival fiets film fosfaat fruit gas gemeente gezins gezondheids gletsjer
    graan grens grond hagel handels haven herdenkings hoogwater hotel huis hulp huur ijs immigratie import industrie inburgerings
    infrastructuur innovatie inspectie internet jeugd kabel kade kapitaal kerk kern klimaat koopkracht kool krediet kunst kust laad
    landbouw lawine leerplicht leger leraren lucht luchtvaart maïs markt media melk mest migratie mijnbouw milieu mobiliteits mossel
    museum natuur noodweer ochtend oever olie onderwijs ouderen oogst pacht park parkeer paspoort pensioen plof politie polder premie
    privacy rail ramp rechts recreatie reddings regen reis rente rijks riool ruimte satelliet schade scheeps school schuld seizoens
    slacht sloop spaar spoor sport staal stads stikstof stroom stuw subsidie techniek tol toerisme tram transport tunnel uitkerings
    vaccin vee veer veiligheids verkeers verkiezings verzekerings visserij vlees voedsel volks vracht vredes waddenzee wapen warmte
    water wedstrijd weg werk wijk wind winkel woning zand zee ziekenhuis zonne zorg zuivel""".split()
)
RIGHT_DE = tuple(
    """aanbesteding aanpak achterstand actie agenda alliantie ambtenaar analyse app audit beurs bijdrage boete boycot brief campagne
    centrale claim coalitie code commissie conferentie controle coöperatie crisis dienst discussie dreiging enquête evaluatie expertise
    fusie garantie groep heffing hervorming impasse industrie inspectie installatie instelling kaart keten keuring kliniek koers kwestie
    laag leiding lening leverancier limiet lobby loods maatregel markt methode missie motie norm oefening onderneming oplossing opvang
    organisatie partij penning petitie planning plicht proef procedure prognose quota raad raming rechtszaak regeling regio registratie
    reserve ronde route sanering sector shuttle simulatie sluiting sponsor staking strategie studie taks tentoonstelling toeslag top
    training trend uitbreiding unie vergunning verkenning verlaging vereniging verordening vloot voorraad voorziening wachtlijst
    werkgroep wet woordvoerder zaak zone""".split()
)
RIGHT_HET = tuple(
    """aanbod advies akkoord alarm arsenaal beheer beleid bedrijf beraad beroep besluit bestand bestuur budget bureau centrum college
    comité concern conflict congres contract convenant debat depot deficit dossier draaiboek evenement experiment fonds forum gebied
    gebouw gesprek gebrek incident initiatief instituut kantoor kartel keurmerk kwartaalbericht laboratorium loket manifest museum
    netwerk offensief onderzoek overleg overschot pact pakket paleis panel parlement platform plan project programma protocol
    protest rapport referendum register reglement schandaal seminar station statuut stelsel systeem tarief team tekort terrein toernooi
    toezicht tribunaal verbod verdrag verslag voorstel vonnis vraagstuk""".split()
)
ADJECTIVES = tuple(
    """achterstallige afgelaste alternatieve ambitieuze beoogde beperkte beruchte besmette betaalde blijvende breedgedragen brede
    buitengewone chaotische definitieve digitale dringende drukbezochte dure duurzame eenmalige eerdere eerlijke eeuwenoude extra
    essentiële felbegeerde financiële officiële industriële potentiële geïsoleerde feestelijke forse geavanceerde geheime geplande geruchtmakende gevaarlijke geweigerde gezamenlijke gloednieuwe
    grootschalige haastige halfjaarlijkse heftige historische ingrijpende ingewikkelde interne internationale jaarlijkse kleine
    kostbare kwetsbare landelijke langdurige langverwachte leegstaande lokale lucratieve massale mislukte moderne nationale nieuwe
    omgebouwde omstreden onafhankelijke onbetaalbare ondergrondse onrechtmatige onverwachte openbare oude overhaaste parlementaire
    peperdure plaatselijke plotselinge populaire regionale ruime rommelige rumoerige sobere soepele strenge tijdelijke tweede
    uitgelekte unieke universitaire vaste veelbesproken verouderde verplichte vertraagde vervroegde voorlopige vrijwillige
    vroegere wekelijkse wereldwijde wettelijke zeldzame zware zelfstandige""".split()
)
PREDICATES = tuple(
    """achterhaald begrijpelijk belachelijk bijzonder broodnodig chaotisch dapper duidelijk eenzijdig eerlijk gevaarlijk gewaagd
    haalbaar hartverwarmend historisch ingrijpend kansloos logisch merkwaardig misleidend noodzakelijk onaanvaardbaar onbegrijpelijk
    onbetaalbaar ondenkbaar onhaalbaar onrechtvaardig onvermijdelijk onverstandig onwerkbaar onzorgvuldig oneerlijk opmerkelijk overbodig
    overtuigend pijnlijk prematuur riskant schandalig slordig teleurstellend terecht tragisch veelbelovend verbijsterend verdedigbaar
    verontrustend verwerpelijk verstandig voorbarig zinloos zorgwekkend zorgvuldig""".split()
)
VERBS = tuple(
    tuple((verb + "::").split(":")[:4])
    for verb in """aankondigen:aangekondigd:kondigt:aan aanpassen:aangepast:past:aan aanvechten:aangevochten:vecht:aan
    aanvullen:aangevuld:vult:aan afblazen:afgeblazen:blaast:af afkeuren:afgekeurd:keurt:af afschaffen:afgeschaft:schaft:af
    afronden:afgerond:rondt:af afwijzen:afgewezen:wijst:af beboeten:beboet:beboet bekritiseren:bekritiseerd:bekritiseert
    beëindigen:beëindigd:beëindigt beoordelen:beoordeeld:beoordeelt beperken:beperkt:beperkt bepleiten:bepleit:bepleit
    bespreken:besproken:bespreekt bevestigen:bevestigd:bevestigt bevriezen:bevroren:bevriest blokkeren:geblokkeerd:blokkeert
    boycotten:geboycot:boycot bundelen:gebundeld:bundelt controleren:gecontroleerd:controleert doorlichten:doorgelicht:licht:door
    doorzetten:doorgezet:zet:door evalueren:geëvalueerd:evalueert financieren:gefinancierd:financiert goedkeuren:goedgekeurd:keurt:goed
    halveren:gehalveerd:halveert heropenen:heropend:heropent herroepen:herroepen:herroept herschrijven:herschreven:herschrijft
    hervatten:hervat:hervat herzien:herzien:herziet inkrimpen:ingekrompen:krimpt:in inspecteren:geïnspecteerd:inspecteert
    intrekken:ingetrokken:trekt:in invoeren:ingevoerd:voert:in kopen:gekocht:koopt laken:gelaakt:laakt lanceren:gelanceerd:lanceert
    loven:geloofd:looft moderniseren:gemoderniseerd:moderniseert omarmen:omarmd:omarmt ontmantelen:ontmanteld:ontmantelt
    onthullen:onthuld:onthult ontruimen:ontruimd:ontruimt ontwikkelen:ontwikkeld:ontwikkelt onderschrijven:onderschreven:onderschrijft
    ondertekenen:ondertekend:ondertekent onderzoeken:onderzocht:onderzoekt ontraden:ontraden:ontraadt openen:geopend:opent
    opheffen:opgeheven:heft:op oprichten:opgericht:richt:op opschorten:opgeschort:schort:op opzeggen:opgezegd:zegt:op
    overnemen:overgenomen:neemt:over overwegen:overwogen:overweegt presenteren:gepresenteerd:presenteert
    privatiseren:geprivatiseerd:privatiseert publiceren:gepubliceerd:publiceert reorganiseren:gereorganiseerd:reorganiseert
    rectificeren:gerectificeerd:rectificeert redden:gered:redt registreren:geregistreerd:registreert regelen:geregeld:regelt
    schorsen:geschorst:schorst schrappen:geschrapt:schrapt sluiten:gesloten:sluit steunen:gesteund:steunt stilleggen:stilgelegd:legt:stil
    stopzetten:stopgezet:zet:stop subsidiëren:gesubsidieerd:subsidieert terugdraaien:teruggedraaid:draait:terug testen:getest:test
    toelaten:toegelaten:laat:toe toejuichen:toegejuicht:juicht:toe torpederen:getorpedeerd:torpedeert uitbreiden:uitgebreid:breidt:uit
    uitleggen:uitgelegd:legt:uit uitstellen:uitgesteld:stelt:uit uitvoeren:uitgevoerd:voert:uit veilen:geveild:veilt
    verbieden:verboden:verbiedt verbouwen:verbouwd:verbouwt verdedigen:verdedigd:verdedigt verhogen:verhoogd:verhoogt
    verhuizen:verhuisd:verhuist verkopen:verkocht:verkoopt verlengen:verlengd:verlengt vernietigen:vernietigd:vernietigt
    veroordelen:veroordeeld:veroordeelt verplaatsen:verplaatst:verplaatst versoberen:versoberd:versobert versoepelen:versoepeld:versoepelt
    versnellen:versneld:versnelt vertragen:vertraagd:vertraagt vervangen:vervangen:vervangt verwerpen:verworpen:verwerpt
    voorbereiden:voorbereid:bereidt:voor wijzigen:gewijzigd:wijzigt zegenen:gezegend:zegent""".split()
)
"""Infinitive, participle, present tense and its particle (`uitstellen uitgesteld stelt uit`)."""
ROLES = tuple(
    " ".join(role.split())
    for role in """ambassadeur, analist, arts, baas, bestuurder, bestuursvoorzitter, bioloog, bisschop, boswachter, brandweercommandant,
    burgemeester, chirurg, commissaris, curator, dirigent, docent, econoom, fractievoorzitter, gedeputeerde, generaal, gezant,
    gouverneur, hoofdonderzoeker, hoogleraar, inspecteur, kabinetschef, kapitein, kunstenaar, landbouwcommissaris, loods, minister,
    natuurkundige, officier van justitie, oppositieleider, oud-minister, oud-premier, parlementslid, partijleider, politiechef, premier,
    president, projectleider, raadslid, rector, regisseur, rekenkamervoorzitter, schrijver, senator, staatssecretaris, strafpleiter,
    toezichthouder, trainer, vakbondsleider, veearts, vicepremier, voorzitter, waarnemer, wethouder, weerkundige, zangeres""".split(
        ","
    )
)
NATIONS = tuple(
    """Albanese Algerijnse Amerikaanse Argentijnse Armeense Australische Belgische Boliviaanse Braziliaanse Britse Bulgaarse Canadese
    Chileense Chinese Colombiaanse Cypriotische Deense Duitse Egyptische Estse Ethiopische Finse Franse Georgische Ghanese Griekse
    Hongaarse Ierse IJslandse Indiase Indonesische Iraakse Iraanse Israëlische Italiaanse Japanse Jordaanse Keniaanse Kroatische Letse
    Libanese Litouwse Maleisische Marokkaanse Mexicaanse Moldavische Nederlandse Nigeriaanse Noorse Oekraïense Oostenrijkse Pakistaanse
    Peruaanse Poolse Portugese Roemeense Russische Saudische Schotse Servische Sloveense Slowaakse Spaanse Thaise Tsjechische Tunesische
    Turkse Vietnamese Zuid-Afrikaanse Zuid-Koreaanse Zweedse Zwitserse""".split()
)
PEOPLE = tuple(
    """aandeelhouders activisten agenten akkerbouwers ambtenaren apothekers artsen automobilisten badgasten betogers bewoners
    brandweerlieden buschauffeurs campinggasten chauffeurs conducteurs demonstranten docenten duikers fietsers filmmakers forensen
    garnalenvissers gasten geitenhouders gevangenen havenarbeiders huisartsen huurders imkers inwoners jagers jongeren juristen kermisbazen
    kinderen kiezers klanten leraren leerlingen loodsen machinisten mantelzorgers melkveehouders militairen minderjarigen mosselkwekers
    omwonenden ondernemers onderzoekers ouders passagiers patiënten pelgrims piloten reizigers reddingswerkers schippers soldaten
    stagiairs statushouders strandgangers studenten supporters taxichauffeurs toeristen treinreizigers tuinders verpleegkundigen
    vissers vluchtelingen vrachtwagenchauffeurs vrijwilligers wandelaars wetenschappers winkeliers woningzoekenden zeilers zwemmers""".split()
)
THINGS = tuple(
    """aangiften aanvragen adviezen afspraken arrestaties auto's bedrijven bezwaren boerderijen bomen boten bruggen bussen camera's
    containers contracten dossiers drones faillissementen fietsen gebouwen geiten gevallen graven hectares huizen hotels incidenten
    inbraken klachten koeien laadpalen ligplaatsen meldingen monumenten mosselpercelen orders overtredingen paarden panden pakketten
    parkeerplaatsen percelen prijzen proefboringen raketten records schepen scholen schilderijen sloten stallen stemmen tanks
    terrassen treinen tunnels uitkeringen vaccins vergunningen vluchten vonnissen vrachtwagens windmolens winkels woningen
    zeehonden zendmasten zonnepanelen zwembaden""".split()
)
BUILDINGS = tuple(
    """appartementencomplex bakkerij bedrijfshal benzinestation bioscoop boerderij bowlingcentrum caravanstalling chemiefabriek discotheek
    dierenkliniek distributiecentrum drukkerij flatgebouw garage gevangenis graansilo hotelkamer houtzagerij jachthaven kaasmakerij
    kantoorpand kartbaan kerktoren kinderopvang klooster laboratorium loods meubelfabriek molen opslagplaats pakhuis
    parkeergarage pluimveestal portiekwoning recyclingbedrijf restaurant rijtjeshuis scheepswerf schuur slachterij snackbar sporthal
    stallencomplex stationsgebouw studentenhuis supermarkt tankstation theater transformatorhuis vakantiepark verffabriek villa winkelcentrum
    zorgcentrum zwembad""".split()
)
INCIDENTS = tuple(
    """brand explosie gaslek instorting ontsporing aanvaring aardverschuiving bommelding gijzeling inbraak kettingbotsing koolmonoxidelek
    ontploffing overval plofkraak schietpartij schipbreuk steekpartij stroomstoring vechtpartij vliegtuigongeluk waterleidingbreuk
    windhoos overstroming""".split()
)
DEPARTMENTS = (
    "Binnenlandse Zaken", "Buitenlandse Zaken", "Cultuur", "Defensie", "Economische Zaken", "Energie", "Financiën", "Justitie", "Klimaat",
    "Landbouw", "Onderwijs", "Sociale Zaken", "Visserij", "Volkshuisvesting", "Volksgezondheid", "Waterstaat",
)  # fmt: skip
SOURCES = tuple(
    " ".join(source.split())
    for source in """de politie, de brandweer, de kustwacht, het Openbaar Ministerie, de rechtbank, de lokale omroep, de veiligheidsregio, het
    persbureau, de staatstelevisie, de nieuwssite, de gemeente, de provincie, de vakbond, de onderzoekers, de regering, de inspectie, het
    waterschap, de toezichthouder, de organisatie, de brancheorganisatie, de omroep, een ooggetuige, de autoriteiten, het leger, de
    ombudsman, de directie, een advocaat, diplomaten, ingewijden, de fractie, het planbureau, de rekenkamer, de krant, de oppositie, de
    hulpdiensten, deskundigen, familieleden, het ziekenhuis, de universiteit, de spoorbeheerder, de havenmeester""".split(
        ","
    )
)
ORGANISATIONS = tuple(
    """adviesbureau autobouwer bank bierbrouwer bouwbedrijf busmaatschappij chemieconcern chipmaker detailhandelsketen energiebedrijf
    farmaceut fietsenmaker hotelketen ingenieursbureau kabelaar kledingketen luchtvaartmaatschappij machinebouwer meubelketen mijnbouwer
    modehuis oliebedrijf pakketbezorger pensioenfonds rederij reisbureau softwarebedrijf staalproducent supermarktketen telecombedrijf
    uitgeverij uitzendbureau verzekeraar vervoerder vliegtuigbouwer voedingsconcern warenhuis zaadveredelaar zorggroep
    zuivelcoöperatie""".split()
)
HOME_CITIES = tuple(
    " ".join(city.split())
    for city in """Alkmaar, Almelo, Alphen aan den Rijn, Amersfoort, Amsterdam, Apeldoorn, Arnhem, Assen, Barneveld, Bergen op Zoom, Breda, Den
    Bosch, Den Haag, Den Helder, Deventer, Doetinchem, Dordrecht, Drachten, Ede, Eindhoven, Emmen, Enschede, Gorinchem, Gouda, Groningen,
    Haarlem, Harderwijk, Heerenveen, Heerlen, Helmond, Hengelo, Hilversum, Hoogeveen, Hoorn, Kampen, Katwijk, Krimpen aan den IJssel,
    Leeuwarden, Leiden, Lelystad, Maastricht, Meppel, Nijmegen, Oss, Roermond, Roosendaal, Rotterdam, Schiphol, Sittard, Sneek,
    Steenwijk, Texel, Tiel, Tilburg, Utrecht, Veenendaal, Venlo, Waalwijk, Wageningen, Weert, Winterswijk, Zaandam, Zoetermeer,
    Zutphen, Zwolle""".split(",")
)
WORLD_CITIES = tuple(
    " ".join(city.split())
    for city in """Abu Dhabi, Ankara, Antwerpen, Athene, Atlanta, Bagdad, Bakoe, Bamako, Bangkok, Barcelona, Beiroet, Belgrado, Berlijn, Bern,
    Bogotá, Boekarest, Boedapest, Bratislava, Brussel, Buenos Aires, Cairo, Canberra, Caracas, Chicago, Damascus, Dhaka, Doha, Dubai,
    Dublin, Düsseldorf, Edinburgh, Frankfurt, Gaza, Genève, Genua, Hamburg, Hanoi, Havana, Helsinki, Islamabad, Istanbul, Jakarta,
    Jeruzalem, Johannesburg, Kaapstad, Kampala, Karachi, Kharkiv, Khartoem, Kiev, Kigali, Kinshasa, Kopenhagen, Kuala Lumpur, Lagos, Lima,
    Lissabon, Ljubljana, Londen, Los Angeles, Luxemburg, Lyon, Madrid, Malmö, Manilla, Marseille, Melbourne, Mexico-Stad, Miami, Milaan,
    Minsk, Monrovia, Montreal, Moskou, München, Nairobi, Napels, New Delhi, New York, Newark-on-Trent, Nicosia, Odessa, Oslo, Ottawa,
    Parijs, Peking, Port-au-Prince, Porto, Praag, Pyongyang, Quito, Reykjavik, Riga, Rio de Janeiro, Riyad, Rome, San Francisco,
    Santiago, São Paulo, Sarajevo, Seattle, Seoul, Singapore, Sofia, St. Anton am Arlberg, Stavanger, Stockholm, Straatsburg, Sydney,
    Taipei, Tallinn, Tbilisi, Teheran, Tel Aviv, Tirana, Tokio, Toronto, Tripoli, Tunis, Valencia, Vaticaanstad, Venetië, Vilnius,
    Vladivostok, Warschau, Washington, Wenen, Zagreb, Zürich""".split(",")
)
REGIONS: dict[str, tuple[str, ...]] = {
    "Vlissingen": ("Vlissingen", "Oost-Souburg", "West-Souburg", "Ritthem", "Zoutelande", "Koudekerke"),
    "Beveland": (
        "Goes",
        "'s-Heer Arendskerke",
        "Borsele",
        "Heinkenszand",
        "Kapelle",
        "Wemeldinge",
        "Kamperland",
        "Kortgene",
        "'s-Gravenpolder",
    ),
    "Reimerswaal": ("Yerseke", "Kruiningen", "Krabbendijke", "Rilland", "Waarde", "Hansweert"),
    "Middelburg": ("Middelburg", "Arnemuiden", "Nieuw- en Sint Joosland", "Veere", "Domburg", "Serooskerke"),
    "Tholen": ("Tholen", "Sint-Maartensdijk", "Sint-Annaland", "Poortvliet", "Stavenisse", "Scherpenisse"),
}
TYPOS: tuple[tuple[str, str], ...] = (
    ("heeft", "heef"),
    ("volgens", "volgen"),
    ("worden", "wordem"),
    ("wordt", "word"),
    ("tegen", "tegne"),
    ("nieuwe", "niewue"),
    ("door", "dor"),
    ("hebben", "heben"),
    ("procent", "procnet"),
    ("mensen", "mesnen"),
    ("onderzoek", "onderzeok"),
    ("omstreden", "omsteden"),
    ("zijn", "zjn"),
)
"""A word as it is meant and as a hurried editor typed it."""
