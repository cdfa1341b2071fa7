package mapping

import "strings"

// The words that tell of consent, in the usual languages of Europe, Japanese,
// Chinese and Korean. They are compared with a name as spaced writes it: lower
// case, without accents, a blank around each word. An entry that begins with a
// blank begins a word, one that ends with a blank ends one; the words of a
// phrase may also be written as one word.

// outWords speak of a no to e-mail wherever they stand, as a column's name or
// as a cell.
var outWords = stems(
	// English, and the fields of usual tools
	"unsubscri|optout| opt out|optedout| opted out|optingout| opting out|donotemail|donotmail|donotcontact|donotsend|donotallowbulk|donotallowemail|donotbulk|donotmarket"+
		"| do not email| do not mail| do not contact| do not send| do not allow bulk| do not allow email| do not bulk| do not market| do not disturb| do not solicit"+
		"| dont email| dont mail| dont contact| dont send| don t email| don t mail| don t contact| don t send|blacklisted|blocklisted|emailblacklist|emailblocklist"+
		"| black listed| email blacklist| email blocklist| stop mailing| stop email| stop newsletter| stop marketing| stop pub |robinsonlist| robinson list| lista robinson| liste robinson",
	"abgemeldet|abbestell| werbesperre|marketingsperre|kontaktsperre|werbewiderspruch| werbestop| werbeverbot|mailsperre|mailingsperre|newslettersperre| mailing sperre| nicht anschreiben| nicht kontaktieren| keine werbung| kein newsletter| keine newsletter|newsletterabmeldung",
	"desabonn|desinscri| ne pas contacter| ne plus contacter| ne pas envoyer| ne pas solliciter| pas de newsletter| plus de newsletter| opposition marketing",
	" dado de baja| dada de baja| darse de baja| baja newsletter| baja email| baja boletin| baja correo|desuscri| no contactar| no enviar| no mailing| cancelo suscripcion| sin publicidad",
	"disiscri| non contattare| non inviare| cancellato dalla newsletter| cancellata dalla newsletter",
	"descadastr| nao contactar| nao contatar| nao enviar| cancelou inscri| desinscrito",
	"afgemeld|uitgeschreven| niet mailen| niet benaderen| geen nieuwsbrief| geen newsletter| geen mailing",
	"avregistrer|avprenumerer| avanmal| ej mail| ej mejl| ej utskick| inga utskick|reklamsparr| sparr reklam| sparra reklam| sparr mejl| sparr utskick| avmeldt| afmeldt| frameldt| ikke mail| ikke kontakt|reservert mot| reserveret mod",
	"markkinointikielto|postituskielto|tilausperuttu|tilaus peruttu",
	" wypisan| nie wysylac| nie kontaktowac| rezygnacja z newsletter| rezygnacja z mailing",
	" odhlasen| nezasilat| nezasielat| neoslovovat|odjavljen",
	"leiratkoz|dezabonat|dezinscri| nu contacta",
	" απεγγραφ|abonelikiptal| abonelik iptal| abonelikten ",
	" отпис| не писать| отказ от рассыл| відпис| не писати| відмова від розсил",
	"配信停止|配信不可|配信拒否|配信解除|配信不要|購読解除|購読停止|送信停止|送信拒否|送信不可|受信拒否|メール不可|メール不要|メール停止|メール拒否|メルマガ解除|メルマガ停止|メルマガ不要|dm不可|dm不要|dm拒否|dm停止|オプトアウト",
	"退订|退訂|取消订阅|取消訂閱|停止订阅|拒收|不接收|不再接收|不接受邮件|请勿发送|请勿联系|免打扰",
	"수신 거부|수신 차단|구독 취소|구독 해지|구독 중지|발송 제외|발송 금지|메일 거부|광고 거부|옵트아웃",
)

// outNames do so as names of columns; as cells they may be anything else.
var outNames = stems(
	" remove me |suppressed|suppression|emailsuspended| email suspended|marketingsuspended| marketing suspended| noemails | noemail | nomail | nomailing | nonewsletter | nomarketing ",
	" austragung| ausgetragen| keineemail | keinemail ",
	" pas d email| pas de mail| pas de pub|refus email| refuse email| noemailing| no emailing",
	" geenmail | geenemail ",
)

// outExact are whole names.
var outExact = map[string]bool{"unsub": true, "baja": true, "blacklist": true, "blocklist": true, "dnd": true, "dne": true, "dnm": true,
	"abmeldung": true, "widerspruch": true, "widerruf": true, "opposition": true, "neplusrecevoir": true, "ブラックリスト": true, "黑名单": true, "블랙리스트": true}

// refusals are words of saying no that speak of e-mail beside one of mailWords.
var refusals = stems(
	"unsub|optout| do not | dont | don t | no more | refuse| declin| suppress| blocked| excluded | exclude from| removed from| remove from| withdrawn | withdrew | objected| objection| revoked| no longer | not want| does not wish| disallow| forbid| prohibit| may not | must not ",
	"abmeld|abgemeld|bestell ab|gekundigt|widerspr|widerruf|gesperrt| sperre|ablehn|abgelehnt|verweiger|unerwunscht|austrag|ausgetrag| nicht erwunscht| nicht gewunscht| nicht kontakt| nicht senden| nicht zusend| nicht zulass| nicht per | ohne einwilligung|verboten",
	" ne pas | ne plus | ne souhait| ne veut| refus |refuse|desabonn|desinscri|opposition| oppose| exclu de| exclus de|resili| retire de",
	" baja | no env| no quier| no dese| no recib| no acept| no autoriz|rechaz| rehus| desuscri| exclui| oposicion|bloquead| no mas ",
	" nao env| nao quer| nao desej| nao receb| nao aceit| nao autoriz| recus|descadastr| desinscr| oposicao| cancelou",
	" non invi| non desider| non vuole| non ricev| non accett| non autorizz| non consen| rifiut| disiscri| revoca| opposizion| escluso | esclusa | negato | negata ",
	" niet mail| niet email| niet benader| niet verstu| niet per | wil niet| wenst geen | uitschr| uitgeschr| afgemeld| afmeld| opgezegd|weiger| bezwaar|geblokkeerd| ingetrok| intrekk",
	"rezygn| wypis| wycof| sprzeciw| brak zgod| nie wyraz| nie wysyl| nie chce| nie zgadz| nie zgod| nie kontakt| nie otrzym| odmow| odmaw| anulow| zablokow| bez zgod",
	" nu mai | nu trimi| nu dor| nu accept| nu vre| nu primi| refuz| dezabon| dezinscri| retras | retrage| opozit| fara consim| fara acord",
	"odhlas|nezasil|nezasiel|neposil|neposiel|nechc|nesouhlas|nesuhlas| odvolan| zrusen| zakaz |zakazan| bez souhlas| bez suhlas| odmit| odmiet|neoslov|nekontakt|neodebir|neodober| namitk| namietk",
	"leiratk| nem ker| nem kuld| nem kap| nem szeretn|visszavon|letilt| tiltas| tiltv| tiltott|elutas| lemond| nem jarul| nem fogad",
	"avregistr|avprenum|avanm| skicka inte| inte skick| vill inte| onskar inte| onskar ej| vill ej| ej skick|avboj| tackat nej| nej till|sparrad|sparrat| avsagt| utan samtyck",
	"afmeld|avmeld|frameld| meldt av | meld av | ikke send| send ikke| onsker ikke| vil ikke| ikke kontakt| nej tak| nei takk|spaerr|sperret| reservert mot| reservasjon mot| reserveret mod| reservation mod| uden samtyk| uten samtyk",
	"kielto|kieltan|kieltay|peruuttanut| perunut| ala lahet| ei saa | ei lahet| ei halua| poistunut| estetty",
	"απεγγραφ| διαγραφηκ| διαγραφη απο| μην στελν| μη στελν| να μην | δεν θελ| δεν επιθυμ| αρνηθ| αρνηση| χωρισ συγκαταθ|αντιρρησ| εξαιρεσ| ανακλησ",
	" istemiyor| istemem|gonderme|gonderilmesin| iptal|reddet| ret | engelle| vazgec| izni yok| izin yok| onay yok| onayi yok| listeden cik| istemiyorum|abonelikten",
	" отпис| отказ| не присыл| не отправлять| не получать| не хоч| не хот| не жела| не писать| не слать| запрет| исключ| отозва| отозван| без соглас",
	" відпис| відмов| не надсил| не отримув| не бажа| не хоч| не писати| заборон| без згод| виключ| відклик",
)

// nos are words that say no to the mailWord right behind them.
var nos = strings.Fields("no kein keine keinen sin senza sem geen inga ingen inget ej inte ikke ei nie bez οχι без")

// mailWords speak of e-mail to many.
var mailWords = stems(
	" mail| email|newsletter|mailing| marketing| bulk | campaigns| promotional| advertis",
	" werbung| werbe|infobrief|rundbrief|rundmail|newslettern",
	" courriel| courrier| infolettre| lettre d | pub | publicit| prospection|emailing| sollicit| offres ",
	"publicidad| correo| boletin| boletines| envios | comunicaciones ",
	" correio| boletim| mala direta| divulg",
	" posta elettronica| pubblicit| comunicazioni | promozion",
	" nieuwsbrie| reclame",
	" reklam| wiadomosc| koresponden| biuletyn| handlow",
	" buletin| reclam| informar| mesaj",
	" obchodni sdel| obchodne| novink| zpravodaj| spravodaj| zasil| zasiel| odber",
	"hirlev| elektronikus level",
	"mejl| e post| epost|nyhetsbrev|nyhedsbrev|nyhedsmail|utskick|marknadsfor|markedsfor",
	"sahkoposti|uutiskirje|markkinoin| mainos|postitus",
	"ενημερωτικ|διαφημ|μαρκετινγκ| ηλεκτρονικ|προωθητικ|μηνυματ",
	" e posta| eposta|bulten| ileti | iletisi | pazarlama| kampanya| tanitim",
	" рассыл|рассылк| письм| писем| почт| новост| спам|маркетинг| розсил|розсилк| листи | пошт| новин| реклам",
)

// inWords speak of a yes to e-mail.
var inWords = stems(
	"optin | opt in |optedin| opted in |optsin| opts in | subscribed to |issubscribed|emailsubscribed| subscribed |acceptsmarketing|acceptsemail|acceptmarketing| accepts marketing| accepts email| accept email| accept marketing"+
		"|emailconsent|marketingconsent|consentemail|consentmarketing| gdpr consent|gdprconsent|emailpermission|marketingpermission| agree to marketing| agree to email| can email| may contact| may email| allow email| allow marketing| receive email| receive newsletter",
	"einwilligung|werbeerlaubnis|mailerlaubnis|newsletteranmeldung|newsletterangemeldet| newsletter anmeldung| newsletter angemeldet",
	" inscrit newsletter| inscrit a la newsletter|consentement| accepte email| accepte newsletter",
	" suscrito| suscrita|suscripcion newsletter|consentimiento| acepta publicidad| acepta marketing| acepta email| iscritto newsletter| iscritto alla newsletter| aceita email| aceita marketing| aceita receber",
	"toestemming| prenumererar|samtycke|samtykke| tilmeldt nyhedsbrev| подписан| підписан|メルマガ購読|配信許可|配信希望|수신동의",
)

// consents are words of saying yes that speak of e-mail beside one of mailWords.
var consents = stems(" consent| permission| einwillig| zustimm| erlaub| consenti| consens| autoriz| accetta | acepta | aceita | accepte | accepts | akzeptiert | toestem| zgod| souhlas| suhlas| hozzajar| consimt| acord | samtyck| samtykk| suostum| lupa | συγκαταθ| izin| izni | onay| соглас| згод")

// mayBeIn are words that may speak of a yes to e-mail, and of much else.
var mayBeIn = stems("newsletter|mailinglist| mailing list| consent | consenso | zgoda |nieuwsbrief|nyhetsbrev|nyhedsbrev|infolettre| boletin | рассылк| розсилк|メルマガ|hirlevel|uutiskirje| communication prefer| contact prefer| email prefer| marketing prefer| hear from us | keep me | keep in touch | stay in touch | send me | contact me | zpravodaj | bulten|뉴스레터|电子报|電子報")

// The words of names that only ask: askedOf says of what, contacting too where
// one of allowing says that somebody may, and those of between say nothing.
var (
	askedOf    = wordSet("marketing mailing mailings emailing emailings promotional promotions werbung werbemail werbemails publicidad pubblicita publicite publicidade reklam reklama markkinointi markedsforing marknadsforing メール配信 メルマガ配信")
	contacting = wordSet("email emails mail mails newsletter newsletters contact contacted kontakt kontaktiert kontaktieren kontaktaufnahme contacto contactar contactado contacter contacte contattare contatto contatar contato correo correos courriel courriels mejl post boletin infolettre nieuwsbrief nyhetsbrev nyhedsbrev uutiskirje")
	allowing   = wordSet("allowed allow may can receive receives receiving wants want send darf erlaubt gestattet erwunscht mochte erhalten recibir recibe desea quiere permitido puede recevoir recoit souhaite veut autorise peut ricevere riceve desidera permesso receber recebe deseja permite ontvangen ontvangt wil mag toegestaan far tillatet tilladt")
	between    = wordSet("e be the our to of by per via we you i is werden er wir sie per de por la el los le les des par nous di da via per a o os em mogen vi fa av")
)

// wanting are words of agreeing, wanting and receiving, and writing those of what
// is written, beside mailWords: a question of a form.
var (
	wanting = stems(
		" agree| i want | want to | wants | i wish | would like | like to |receiv| send me | may we | can we | allow| happy to | ok | okay | accept | subscrib",
		" mocht| erhalt| einverstanden| darf | durf| wunsch| bekomm| stimme | graag | wil | mogen | ontvang| akkoord",
		" souhait| recevoir| veux | voudr| pouvons| d accord| acept| recib| deseo | desea | quiero | quiere | accett| ricev| desider| vogli| acconsent| aceit| receb| quero | desejo ",
		" otrzym| wyraz| chce | zgadz| dostav| prijm| prijim| chci | chcem | ta emot| vill | godkann| onskar | modtag| motta | onsker | vil | ma vi | accepter",
		" haluan | vastaanott| saa | hyvaksy| suostu| doresc| primi| primesc| vreau | szeretn| kapni | kerek | elfogad| beleegy| almak | istiyor| kabul | получать | хочу | отримувати ",
	)
	writing = stems(" communicat| comunica| kommunik| contact| kontakt| updates | offers | angebot| ofertas | offerte| news | novedades | nieuws | ofert| nyheder | nyheter | uutis| tarjou| haber| hirek | informac| informationen | informazion| nabid")
	// mayAsk are names that may ask the same by themselves.
	mayAsk = stems(" agreed | einverstanden | gdpr | dsgvo | rgpd | rodo | avg toest| subscriber | abonnent | suscriptor | prenumerant ")
	// paidFor are words of names whose status may be one of paying.
	paidFor = stems("subscriptionst| subscription | abonnement")
)

// statusNames are names of columns whose cells tell who has unsubscribed.
var statusNames = stems("marketingcontactstatus| marketing contact status|subscriptionstatus| subscription status|subscriberstatus| subscriber status|marketingstatus| marketing status|emailpermissionstatus| email permission status| newsletter status|newsletterstatus|emailmarketingconsent| email marketing consent| email marketing status|abonnementstatus| abonnement status")

// inExact are whole cells, or names, that say yes to e-mail.
var inExact = map[string]bool{"subscribed": true, "optin": true, "optedin": true, "angemeldet": true, "abonne": true, "abonnee": true, "zulassen": true, "inscrit": true,
	"iscritto": true, "ingeschreven": true, "aangemeld": true, "tilmeldt": true, "pameldt": true, "zapisany": true, "prihlasen": true, "feliratkozott": true, "abonat": true, "marketingcontact": true, "購読中": true, "已订阅": true, "구독중": true}

// weakIn are cells that say yes in a column that is known to speak of that.
var weakIn = wordSet("allow 可 granted given erteilt iagree agreed")

// mayBeOut are cells that may say no to e-mail in a column of a status.
var mayBeOut = wordSet("baja noconsent blacklist blocklist abmeldung widerspruch opposition")

// weakOut are cells that say no to e-mail in a column that is known to speak of
// that, and may be anything else in another.
var weakOut = map[string]bool{"donotallow": true, "nichtzulassen": true, "cleaned": true, "denied": true, "withdrawn": true, "revoked": true, "declined": true, "abgelehnt": true, "blocked": true, "suppressed": true, "noconsent": true, "baja": true, "blacklist": true, "blocklist": true,
	"abmeldung": true, "widerspruch": true, "widerruf": true, "opposition": true, "不可": true}

// endedWords and goingWords tell, together, who has left from who has not: the
// newsletter, or much else.
var endedWords, goingWords = wordSet("cancelado cancelada cancelled canceled annule annullato peruttu perunut gekundigt"), wordSet("activo activa active actif attivo attiva ativo ativa aktiv tilattu tilannut voimassa")

// notConsent are words of a name that make its column speak of something else.
var notConsent = wordSet("url link reason grund raison motivo campaign kampagne token source title page landing version text method ip count id sent opened clicked clicks received delivered total number pending california")

// ofTerms do so where no mail is spoken of.
var ofTerms = wordSet("terms privacy agb regulamin")

// otherChannels do so where no e-mail is spoken of.
var otherChannels, someMail = wordSet("sms phone call calls whatsapp whats fax telefon telephone telefono anruf"), wordSet("email emails mail mails mailing mailings newsletter newsletters courriel correo")

// notAnswers are words of a name whose column tells more than yes and no.
var notAnswers = wordSet("topic topics thema themen tema sujet name names type language lang sprache format frequency subject betreff objet asunto oggetto template author issue edition interest interests category segment editor agency owner manager plan plans tier")

// statusWords are words of names whose columns often tell who has unsubscribed.
var statusWords = wordSet("status state statut etat estado stato stav stan stare tila allapot durum status situacao subscription subscriber abonnement abo mailing mailings member permission marketing статус статус состояние стан κατασταση 状態 ステータス 状态 狀態 상태")

var timeWords = wordSet("time date at on timestamp datum zeit fecha data since am le when")

var negations = wordSet("no not non never kein keine nicht pas sin senza sem nao geen niet ikke inte ej ei nie bez nem nu δεν οχι без не нет")

// stems lists the entries of some lists, a phrase also as one word.
func stems(lists ...string) []string {
	var all []string
	for _, list := range lists {
		for e := range strings.SplitSeq(list, "|") {
			all = append(all, e)
			if phrase := strings.TrimSpace(e); strings.Contains(phrase, " ") {
				all = append(all, strings.Replace(e, phrase, strings.ReplaceAll(phrase, " ", ""), 1))
			}
		}
	}
	return all
}

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}
