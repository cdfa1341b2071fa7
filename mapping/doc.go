// Package mapping turns the cells of a row into a lead: the mapping file, the
// inference from a header, and the conversions of values. It is pure: no
// clock, no network, no file, no goroutine.
//
// # How cells become values
//
// A cell is blank when it holds white space and invisible characters only. A
// blank cell is left out of the lead (blank: skip), unless the mapping gives a
// default, clears the attribute (blank: clear) or refuses the row (required).
// What values says of a cell's text, trimmed, is read in the text's place; null
// there means blank.
//
//   - string: the text as it stands, at most 255 characters in a custom
//     attribute. Parts that are joined are trimmed, blank ones are left out.
//   - integer: a whole number up to 2^53 either way. Leading zeros are refused:
//     they would be lost.
//   - float: any number. Both take thousands separators (1,200 1 200 1'200
//     12,00,000), currency signs and codes, brackets for a negative; 12% is
//     0.12. decimal: "," reads 1.200,50.
//   - boolean: true yes y on t 1, false no n off f 0, in any case.
//   - date: 2026-11-21, alone or with a time and an offset; Unix seconds (9 or
//     10 digits) and milliseconds (13); 3 Apr 2026. What has no offset is read
//     in zone, UTC unless the mapping says otherwise. 3/4/2026 needs a format,
//     unless other dates of its column leave only one order of day and month.
//   - email: mailto:, a name and angle brackets are taken off; what is plainly
//     no address is refused.
//   - phone: E.164. Numbers without a country code need a region.
//
// A format is made of YYYY YY, MMMM MMM MM M, DD D, dddd ddd, HH H, hh h with
// A, mm m, ss s, S to SSSSSS and Z; other letters stand in [brackets]. The
// formats unix, unix_ms and excel are numbers.
package mapping
