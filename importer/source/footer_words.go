package source

import (
	"regexp"
	"strings"
)

// The words of totals and footers, in the languages that programs write them
// in. Each expression stands for a whole cell, whatever marks are around it.

// counted are what rows are called where they are counted.
const counted = `(` +
	`rows?|records?|contacts?|leads?|entry|entries|results?|items?|lines?|people|members?|subscribers?|customers?|users?|companies|` +
	`zeilen?|datens[aä]tzen?|datensatz|einträgen?|eintrag|kontakten?|kunden|treffern?|ergebnissen?|` + // German
	`registros?|filas?|contactos?|entradas?|resultados?|elementos?|clientes?|` + // Spanish
	`lignes?|enregistrements?|entrées?|résultats?|éléments?|clients?|` + // French
	`righe|riga|elementi|contatti|risultati|clienti|linhas?|contatos?|` + // Italian, Portuguese
	`rijen|regels?|contacten|resultaten|klanten|` + // Dutch
	`wierszy|wiersze|rekordów|rekordy|kontaktów|pozycji|záznamů|záznamy|řádků|řádky|položek|záznamov|riadkov|` + // Polish, Czech, Slovak
	`rader|poster|rækker|kontakter|resultater|riviä|tietuetta|yhteystietoa|` + // Swedish, Danish, Norwegian, Finnish
	`kayıt|satır|kişi|sonuç|sor|rekord|tétel|înregistrări|` + // Turkish, Hungarian, Romanian
	`строк[аи]?|запис(?:ь|и|ей)|контакт(?:ов|а)?|записів|рядків|εγγραφές|条记录|筆|件|건|개)`

// counts begin what is counted.
const counts = `(` +
	`(?:grand |sub-?)?totals?|total number|number|no\.|count|(?:record|row|lead|contact) count|` +
	`gesamt\pL*|insgesamt|summe|anzahl|` +
	`nombre total|nombre|n[°º]|número total|número|cantidad|recuento|quantità|numero totale|numero|totale|quantidade|qtd\.?|` +
	`totaal|aantal|antal|antall|liczba|łącznie|razem|počet|celkem|spolu|összesen|yhteensä|lukumäärä|toplam|kayıt sayısı|satır sayısı|număr|` +
	`количество|всего|итого|число|кількість|всього|αριθμός|σύνολο|合计|总计|共|総件数|合計|件数|총)`

const of = ` (?:(?:of|de|des|del|dei|di|da|do|der|von|van|d['’]|av|af|the|all) ?)*`

// figure is a number as people count rows.
const figure = `\d[\d.,' ]*`

// day is a date in figures with its year, and with the time or without; longDay
// one with the month in letters.
const (
	day     = `(?:\pL{2,}, ?)?\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\.?` + clock
	longDay = `(?:\pL{2,}, ?)?(?:\d{1,2}(?:\.|st|nd|rd|th)? ?(?:de |of )?\pL{3,}\.?,? ?(?:de )?\d{4}|` +
		`(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|ust|ember|tember|ober)?\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{4}年\d{1,2}月\d{1,2}日)` + clock
	clock = `(?:[ ,T]+(?:um |at |à |a las |alle |às |om |o |kl\.? )?\d{1,2}[:.h]\d{2}.{0,15})?`
)

// made are what programs do with reports, and what follows that word.
const made = `(?:(?:report|list|file|data|this report|bericht|liste|datei|informe|reporte|rapport|relatório)[: ] ?(?:was |wurde )?)?(?:last )?` +
	`(?:(?:generated|exported|printed|created|downloaded|produced|run|updated|prepared|compiled|extracted|retrieved) (?:by|on|at|from|with|using|via)|` +
	`(?:erstellt|exportiert|gedruckt|ausgedruckt|generiert|erzeugt|abgerufen) (?:am|von|mit|durch|aus|um)|` +
	`(?:généré|exporté|imprimé|édité|créé|téléchargé)e?s? (?:le|par|avec|depuis)|` +
	`(?:generado|exportado|impreso|creado|descargado|emitido)s? (?:el|por|con|en|desde)|` +
	`(?:generato|esportato|stampato|creato|scaricato) (?:il|da|con)|` +
	`(?:gerado|exportado|impresso|criado|emitido) (?:em|por|com|a)|` +
	`(?:gegenereerd|geëxporteerd|afgedrukt|gemaakt|geprint|aangemaakt) (?:op|door|met)|` +
	`(?:exporterad|genererad|utskriven|skapad|exporterat|eksporteret|genereret|udskrevet|eksportert|generert|skrevet ut|opprettet|oprettet) (?:den|av|af|med|fra)|` +
	`(?:wygenerowano|wyeksportowano|wydrukowano|utworzono|vygenerováno|exportováno|vytištěno|vytvořeno|vygenerované|viety|tulostettu|exportálva|nyomtatva|generat|` +
	`сформирован[оа]?|создан[оа]?|экспортирован[оа]?|распечатан[оа]?|выгружен[оа]?|створено|експортовано):?)`

// dated begin a date.
const dated = `(?:stand(?: vom| per| am)?|datum|date|fecha|data|dato|dátum|dată|as of|as at|` +
	`(?:report|run|export|print|creation|generation)(?:ed)? date|(?:export|druck|erstell|erstellungs|berichts|abruf)datum|peildatum|` +
	`fecha (?:de|del) ?\pL+|a fecha de|date (?:de |d['’])\pL+|situation au|état au|arrêté au|data d[aeio]l?l?[ '’]?\pL+|situazione al|` +
	`stan na(?: dzień)?|stav k(?:e dni)?|tarih|\pL+ tarihi|дата(?: \pL+)?|по состоянию на|станом на|ημερομηνία|日付|作成日|出力日|日期|导出时间|生成时间)`

// surely are footers that no lead is called like.
var surely = whole(
	// the end of a report
	`end of (?:the )?(?:reports?|list|file|data|export|document|table|records|results|statement)`,
	`ende de[rs] (?:berichte?s?|reports?|liste|datei|tabelle|exports?|dokuments?|auswertung|aufstellung|daten|übersicht)|(?:berichts?|listen|datei|tabellen|export|report|dokument)-?ende`,
	`fin de(?:l| la| los)? ?(?:informe|reporte|archivo|fichero|listado|lista|documento|datos|tabla|exportación|registros)`,
	`fin (?:du|de la|de l['’]|des|de) ?(?:rapport|fichier|document|liste|tableau|export|exportation|données|relevé)`,
	`fine (?:del |dell['’]|della |dei )(?:rapporto|report|file|documento|elenco|lista|tabella|dati|esportazione)|fine (?:rapporto|documento|elenco|lista|tabella|esportazione)`,
	`fim (?:do|da|dos|de) (?:relatório|relatorio|arquivo|ficheiro|lista|listagem|documento|tabela|dados|exportação)`,
	`einde (?:van )?(?:het |de )?(?:rapport|bestand|lijst|overzicht|document|tabel|export|gegevens)`,
	`koniec (?:raportu|pliku|listy|dokumentu|tabeli|danych|zestawienia|eksportu|zostavy|súboru|zoznamu|správy)|konec (?:sestavy|souboru|seznamu|zprávy|tabulky|dokumentu|výpisu|reportu)`,
	`slut(?:et|ten)? (?:på|av|af) (?:rapport(?:en)?|list[ae]n|fil(?:en)?|eksporten|exporten)|(?:raportin|tiedoston|luettelon|listan) loppu`,
	`(?:a )?(?:jelentés|lista|fájl) vége|(?:rapor(?:un)?|liste(?:nin)?|dosya(?:nın)?) sonu|sfârșit(?:ul)? (?:raport|raportului|listei|fișierului)`,
	`конец (?:отч[её]та|файла|списка|документа|таблицы|выгрузки)|кінець (?:звіту|файлу|списку)|τέλος (?:της )?(?:αναφοράς|λίστας|αρχείου)`,
	`(?:报告|報告|报表|列表|文件|数据)(?:结束|結束)|(?:レポート|リスト|ファイル|一覧)(?:の)?(?:終わり|終了|ここまで)|(?:보고서|목록|파일)(?:의)? 끝`,
	// how many there were
	counts+`(?: [^:=\d]{0,40})?[:=] ?`+figure+`(?: ?`+counted+`)?`,
	counts+of+counted+`(?: ?[:=] ?| )`+figure,
	counted+` ?[:=] ?`+figure,
	`共 ?`+figure+` ?\pL+`,
	figure+` (?:more )?`+counted+` (?:selected|exported|found|affected|shown|returned|in total|total|ausgewählt|exportiert|gefunden|insgesamt|gesamt|en total|au total|in totale|no total|totaal|exportad[oa]s?|encontrad[oa]s?|exportée?s?|trouvée?s?)`,
	`(?:no (?:more |further )?|keine (?:weiteren )?|aucun (?:autre )?|sin |no hay (?:más )?|nessun (?:altro )?|nenhum |geen (?:verdere )?)`+counted+`(?: (?:found|available|to display|gefunden|vorhanden|trouvé|encontrado|trovato|gevonden))`,
	// which page this is, and what of the list it shows
	`(?:(?:page|seite|página|pagina|pág\.?|pag\.?|strona|strana|sida|side|sivu|sayfa|oldal|blatt|blad|страница|стр\.?|сторінка|σελίδα|ページ) ?(?:no\.? |nr\.? )?\d+ ?(?:of|von|de|di|sur|van|z|ze|av|af|из|з|із|από|/|-) ?\d+)|第 ?\d+ ?[页頁](?: ?[,，/]? ?共 ?\d+ ?[页頁])?`,
	`(?:\pL[\pL'’ ]{0,40} )?`+figure+` ?(?:to|-|–|—|bis|a|al|à|au|até|tot|do|till|til|по|до) ?`+figure+`(?:(?: \pL+){0,4} (?:of|von|de|sur|di|van|z|av|af|из|із)(?: \pL+){0,3}) `+figure+`(?: .{0,40})?`,
	`(?:showing|displaying|viewing|zeige|mostrando|se muestran|affichage|vista|visar|viser|wyświetlanie|zobrazeno|toont|показано|näytetään) (?:[^\d]{1,30} )?`+figure+`(?: (?:of|von|de|sur|di|van|z|av|af|из) .*\d.*| ?`+counted+`(?: .*)?)`,
	// when it was made
	made+`[ :](?:.{0,40})?\d.{0,80}`,
	dated+`(?: ?[:=] ?| )(?:`+day+`|`+longDay+`)`,
	dated+` ?[:=] ?\pL{3,} \d{4}`,
	`(?:per|al|pr\.?) `+day,
	// whose it is, and who may see it
	`.*(?:all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos reservados|todos os direitos reservados|tutti i diritti riservati|alle rechten voorbehouden|wszelkie prawa zastrzeżone|všechna práva vyhrazena|все права защищены|tüm hakları saklıdır|版权所有).*`,
	`.*(?:©|\(c\)|copyright)[ :,]*(?:\(c\)|©)? ?\d{4}.*|.*\d{4} ?©.*|copyright (?:©|\(c\)|by) .*`,
	`(?:.{0,40} )?(?:strictly confidential|private (?:and|&) confidential|company confidential|confidential information|internal use only|do not distribute|not for distribution)(?:.*[^\pL].*)?|for internal use.{0,60}`,
	`streng vertraulich.*|nur für (?:den )?(?:internen |dienst).{0,40}|nur zur internen verwendung|vertrauliche (?:informationen?|daten|unterlagen?)`,
	`(?:documento?|información|informação|informations?|estrictamente|estritamente|strictement) (?:confidencial|confidentiel|confidentielles?)|uso interno.{0,40}|(?:à )?usage interne.{0,40}`,
	`(?:documento riservato|informazioni riservate|strettamente (?:riservato|confidenziale)|strikt vertrouwelijk|vertrouwelijke informatie|alleen voor intern gebruik|ściśle poufne|do użytku wewnętrznego|důvěrné informace|endast för internt bruk|kun til intern brug|для служебного пользования|строго конфиденциально)`,
	`(?:results?|list|export|output|report) (?:truncated(?: .*)?|limited to \d.*)`,
)

// mostly are footers that somebody may be called like, if rarely.
var mostly = whole(
	`confidential(?: .*|[-–:].*)?|vertraulich|confidentiel|confidencial|riservato|vertrouwelijk|poufne|důvěrné|konfidentiellt|fortroligt?|luottamuksellinen|конфиденциально|机密|社外秘`,
	`copyright(?: .*)?|©.*|\(c\) .*`,
	`end|eof`,
	made+` .*`,
	figure+` (?:more )?`+counted,
	`(?:page|seite|página|pagina|pág\.?|pag\.?|strona|strana|sida|side|sivu|sayfa|страница|стр\.) ?\d+`,
	dated+`(?: ?[:=] ?\d| \d{1,2}[./-]\d)[\d./: -]*`,
	`powered by .*`,
)

// databaseCount is the line that clients of databases write below a table.
var databaseCount = pattern(`(?i)^\s*(?:\(\d+ rows?(?: affected)?\)|\d+ rows? in set(?:, \d+ warnings?)?(?: \(\d+(?:\.\d+)? sec\))?|\d+ rows? selected\.?)\s*$`)

// making are the words before who made a report, or when.
var making = whole(made)

// ends are words for the end that are names, too.
var ends = whole(`ende|fin|fine|fim|einde|koniec|konec|slut|loppu|son|vége|конец|кінець|τέλος|以上`)

// totals are what cells say that figures beside them are sums.
const totals = `(?:` +
	`(?:grand[- ]?|sub[- ]?|overall |report |running |net |page |column )?totals?|sum|totals? (?:of )?(?:all )?(?:leads|contacts|records|rows|people|members|subscribers|amount|count)|average|median|count|σ|∑|(?:sum|average|max|min) of [\pL ]{1,30}|` +
	`(?:gesamt|zwischen|end|teil)?summen?|gesamt(?:betrag|ergebnis|zahl|anzahl|wert)?|(?:zwischen|teil)ergebnis|insgesamt|summe gesamt|durchschnitt|mittelwert|` + // German
	`(?:sous[- ])?total général|totaux|somme|sous[- ]total|montant total|moyenne|` + // French
	`(?:sub)?total general|gran total|suma|suma total|importe total|promedio|recuento|` + // Spanish
	`(?:sub)?totale|totale (?:generale|complessivo|parziale)|importo totale|somma|` + // Italian
	`soma|total geral|média|conteggio|contagem|` + // Portuguese
	`totaal|subtotaal|eindtotaal|totaalbedrag|gemiddelde|aantal|anzahl|średnia|średnio|liczba|průměr|počet|átlag|medel(?:värde)?|gennemsnit|gjennomsnitt|antal|antall|keskiarvo|ortalama|среднее|количество|平均|` + // Dutch
	`razem|łącznie|ogółem|suma (?:końcowa|częściowa|całkowita)|celkem|(?:mezi)?součet|celkový součet|spolu|(?:medzi)?súčet|összesen|mindösszesen|(?:vég|rész)összeg|` + // Polish, Czech, Slovak, Hungarian
	`(?:total|del)?summa|summa totalt|i alt|totalt|delsum|hovedtotal|yhteensä|(?:loppu|väli|kokonais)summa|` + // Swedish, Danish, Norwegian, Finnish
	`(?:genel |ara )?toplam|(?:γενικό |μερικό )?σύνολο|(?:общий |промежуточный )?итог|итого|всего|общая сумма|разом|всього|усього|підсумок|` + // Turkish, Greek, Russian, Ukrainian
	`suma totală|合计|总计|小计|合計|総計|小計|합계|총계)`

var (
	total = whole(totals+` ?[:=]? ?`+sum, `(?:totals?|(?:zwischen)?summe) [^:]{1,30}: ?`+sum)
	// totalOf and ofTotal are the totals of groups, and the names of some companies.
	totalOf = pattern(`(?i)^(?:(?:sub)?total|count of|zwischensumme|summe|sous-total|totale) (?:for |of |für |pour |para |per )?\pL+`)
	ofTotal = whole(`.*[^-] (?:` + totals + `|ergebnis)[:=]?`)
)

// sum is the figure that may stand in the cell of a total.
const sum = `(?:\(?\s*[-+$€£]?\d[\d.,' ]*(?: ?[\pL%]+)?\s*\)?)?`

// named is a text with what it is about before it: "Report name: Leads".
var named = pattern(`^[^:@]+:\s+\S|^\.\.\.|^\*\*\*`)

// summing is a formula that spreadsheets write for totals.
var summing = pattern(`(?i)^=\s*(?:sum|subtotal|count|counta|average|aggregate|summe|teilergebnis|anzahl2?|mittelwert|somme|sous\.total|nb|nbval|moyenne|suma|subtotales|contara?|promedio|somma|subtotale|media|soma|som|subtotaal|aantal|gemiddelde|сумм|summa)\s*\(.*\)$`)

// whole is an expression for a text that is one of these, between marks.
func whole(texts ...string) func() *regexp.Regexp {
	return pattern(`(?i)^[^\pL\pN©(]*\(?(?:` + strings.Join(texts, `|`) + `)[^\pL\pN]*$`)
}

// drawn reports whether text is a line of marks.
func drawn(text string) bool {
	return len(text) > 2 && !isAlnum(text[0]) && strings.Trim(text, "-=_*~+.#|— –―•·─━═") == ""
}

// remark reports whether text begins as the remarks of programs do.
func remark(text string) bool {
	return text == "#" || strings.HasPrefix(text, "# ") || strings.HasPrefix(text, "//") || strings.HasPrefix(text, "##")
}

// framed reports whether marks stand around text: "*** Ende ***".
func framed(text string) bool {
	return len(text) > 2 && strings.ContainsRune("*-=_~#<[(", rune(text[0])) && strings.ContainsRune("*-=_~#>])", rune(text[len(text)-1]))
}
