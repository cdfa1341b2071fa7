// Package mapping turns the cells of a row into a lead: the mapping file, the
// inference from a header, and the conversions of values. It is pure: no
// clock, no network, no file, no goroutine.
//
// # How cells become values
//
// A cell is blank when it holds white space and invisible characters only, or
// a word that says nothing: where an identity is wanted any word of the list in
// words.go, elsewhere those of blank_words. A blank cell is left out of the lead
// (blank: skip), unless the mapping gives a default, clears the attribute
// (blank: clear) or refuses the row (required). What values says of a cell's
// text, trimmed and case aside, is read in the text's place; null there means
// blank. A value that its type does not take makes the row invalid, or, with
// on_invalid: omit, is left out.
//
//   - string: the text as it stands, at most 255 characters in a custom
//     attribute. Parts that are joined are trimmed, blank ones are left out.
//     Text that looks escaped is remarked on; decode mends it.
//   - integer: a whole number up to 2^53 either way. Leading zeros are refused:
//     they would be lost.
//   - float: any number. Both take thousands separators (1,200 1 200 1'200
//     12,00,000), currency signs and codes, brackets for a negative; 12% is
//     0.12. decimal: "," reads 1.200,50.
//   - boolean: true yes y on t 1, false no n off f 0, and what spreadsheets and
//     forms write in other languages, in any case.
//   - date: 2026-11-21, alone or with a time and an offset; Unix seconds (9 or
//     10 digits) and milliseconds (13); 3 Apr 2026. What has no offset is read
//     in zone, UTC unless the mapping says otherwise. 3/4/2026 needs a format,
//     unless other dates of its column leave only one order of day and month.
//     A date of zeros is blank. Of several formats one has to fit alone.
//   - email: mailto:, a name and angle brackets, and what nobody sees are taken
//     off; what is plainly no address is refused.
//   - phone: E.164, of the digits of the number alone. Numbers without a country
//     code need a region. Those that are possible and unknown are sent.
//
// A type that nobody states is one that loses nothing of how its values are
// written: 1.10, 12E12 and 007 are text.
//
// A format is made of YYYY YY, MMMM MMM MM M, DD D, dddd ddd, HH H, hh h with
// A, mm m, ss s, S to SSSSSS and Z; other letters stand in [brackets]. The
// formats unix, unix_ms and excel are numbers.
package mapping
