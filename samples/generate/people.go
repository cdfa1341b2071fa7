package main

import "strings"

// name is a name as it is written, and as an e-mail address spells it.
type name struct{ written, ascii string }

// origin is a country's worth of names and mobile numbers; an x in a number
// stands for a digit.
type origin struct {
	given, family []name
	mobiles       []string
	offset        int // hours east of Greenwich
}

// names reads "Written=ascii" words; a name that is ASCII stands alone. An
// underscore is a space.
func names(list string) []name {
	var all []name
	for _, word := range strings.Fields(list) {
		written, ascii, ok := strings.Cut(word, "=")
		if !ok {
			ascii = strings.ToLower(written)
		}
		all = append(all, name{strings.ReplaceAll(written, "_", " "), ascii})
	}
	return all
}

var weights = []int{30, 20, 14, 10, 8, 8, 6, 6, 5, 5, 3}

var origins = []origin{
	{ // Ireland
		given:   names("Aoife Seán=sean Siobhán=siobhan Niamh Oisín=oisin Caoimhe Pádraig=padraig Róisín=roisin Eoin Gráinne=grainne Cian Sinéad=sinead Fionn Aisling Tadhg"),
		family:  names("O’Brien=obrien Ní_Dhomhnaill=nidhomhnaill Murphy O'Sullivan=osullivan Byrne Mac_Giolla_Phádraig=macgiollaphadraig Walsh Ó_Ceallaigh=oceallaigh Doyle McCarthy=mccarthy Fitzgerald Nolan"),
		mobiles: []string{"+353 87 123 xxxx", "+353 86 123 xxxx", "+353 85 012 xxxx", "+353 83 123 xxxx"},
		offset:  0,
	},
	{ // Britain
		given:   names("Oliver Amelia George Isla Harry Zoë=zoe Jack Priya Thomas Chloë=chloe Mohammed Grace"),
		family:  names("Smith Jones Taylor-Clarke=taylorclarke Patel Williams Brontë=bronte Khan Evans D'Arcy=darcy Hughes"),
		mobiles: []string{"+44 7400 123xxx", "+44 7911 123xxx"},
		offset:  0,
	},
	{ // Poland
		given:   names("Łukasz=lukasz Małgorzata=malgorzata Zbigniew Agnieszka Święta=swieta Wojciech Żaneta=zaneta Paweł=pawel Katarzyna Grzegorz"),
		family:  names("Wiśniewski=wisniewski Dąbrowska=dabrowska Wójcik=wojcik Szczepański=szczepanski Żółkiewski=zolkiewski Kowalczyk Grzęda=grzeda Łaski=laski"),
		mobiles: []string{"+48 512 345 xxx", "+48 601 234 xxx"},
		offset:  1,
	},
	{ // Germany
		given:   names("Jürgen=juergen Anke Björn=bjoern Käthe=kaethe Lukas Mareike Günther=guenther Sören=soeren"),
		family:  names("Müller=mueller Groß=gross Schäfer=schaefer Weiß=weiss von_der_Heide=vonderheide Köhler=koehler Schmidt Öztürk=oeztuerk"),
		mobiles: []string{"+49 1512 3456xxx", "+49 171 39200xx"},
		offset:  1,
	},
	{ // France
		given:   names("Éloïse=eloise Jean-François=jeanfrancois Noémie=noemie Théo=theo Anaïs=anais Benoît=benoit Gaëlle=gaelle"),
		family:  names("Lefèvre=lefevre Dubois L'Hôpital=lhopital Bœuf=boeuf Garçon=garcon Le_Goff=legoff Château=chateau"),
		mobiles: []string{"+33 6 12 34 5x xx"},
		offset:  1,
	},
	{ // Japan
		given:   names("花子=hanako 太郎=taro さくら=sakura 健一=kenichi 陽菜=hina 大輔=daisuke 美咲=misaki"),
		family:  names("山田=yamada 佐藤=sato 鈴木=suzuki 髙橋=takahashi 渡邊=watanabe 小林=kobayashi"),
		mobiles: []string{"+81 90-1234-xxxx", "+81 80-1234-xxxx"},
		offset:  9,
	},
	{ // Arab countries
		given:   names("محمد=mohammed فاطمة=fatima عبد_الله=abdullah ليلى=layla يوسف=yousef نور=nour"),
		family:  names("الأحمد=alahmad حسن=hassan الخوري=alkhoury بن_سعيد=binsaeed المصري=almasri"),
		mobiles: []string{"+971 50 123 xxxx", "+20 100 123 xxxx"},
		offset:  4,
	},
	{ // Spain
		given:   names("José=jose María_José=mariajose Íñigo=inigo Begoña=begona Álvaro=alvaro Núria=nuria"),
		family:  names("Muñoz=munoz García=garcia Ibáñez=ibanez Peña=pena de_la_Fuente=delafuente Yáñez=yanez"),
		mobiles: []string{"+34 612 34 5x xx", "+34 654 32 1x xx"},
		offset:  1,
	},
	{ // United States
		given:   names("Emily Michael Latoya Brandon Renée=renee Tyrone Kaylee Xavier"),
		family:  names("Johnson Garcia Nguyen O'Connor=oconnor Washington St._James=stjames Lee"),
		mobiles: []string{"+1 212-555-01xx", "+1 (415) 555-01xx", "+1 312 555 01xx"},
		offset:  -5,
	},
	{ // India
		given:   names("आरव=aarav दीपिका=deepika Rajesh Ananya Vikram प्रिया=priya"),
		family:  names("शर्मा=sharma Iyer Krishnamurthy सिंह=singh Banerjee"),
		mobiles: []string{"+91 98765 43xxx", "+91 81234 56xxx"},
		offset:  5,
	},
	{ // Greece
		given:   names("Γιώργος=giorgos Ελένη=eleni Κώστας=kostas Αθηνά=athina"),
		family:  names("Παπαδόπουλος=papadopoulos Νικολάου=nikolaou Οικονόμου=oikonomou"),
		mobiles: []string{"+30 691 234 5xxx"},
		offset:  2,
	},
}

// remarks are what people write of people; NAME is the person's first name.
// None is longer than 255 characters, the most that 1.x takes in a string.
var remarks = []string{
	"Met at the Dublin meetup, wants a demo",
	"Said \"call me after the summer\", so please do",
	"Budget approved, 20 seats, starts in Q1",
	"First line\nSecond line, with a comma\nThird line",
	"- asked for SSO\n- asked for an EU region\n- 30 seats",
	"Very happy 🎉 would recommend us",
	"👩‍💻 NAME runs the whole team; 🇮🇪 and 🇵🇱 offices",
	"Prefers e-mail; no calls before 10:00",
	"Uses a competitor (\"Brand X\"), contract ends in May",
	"Invoice to: Unit 4, Business Park, Cork",
	"NAME asked:\n\"Can we import 50,000 leads at once?\"\nAnswer: yes",
	"Referred by a colleague, same office, other floor",
	"Price is an issue: 49.00 a month is \"too much\", 39,00 would be fine",
	"日本語での対応を希望",
	"يفضل التواصل باللغة العربية",
	"Zażółć gęślą jaźń, their favourite test sentence",
	"Path on their side: C:\\exports\\leads.csv; tab\there",
	"Only \"NAME\" in the CRM, no notes yet",
	"100% sure, \"no ifs, no buts\" 👍",
	"See also https://example.com/deals?id=42&ref=crm#top",
}
