package report

import (
	"strings"

	"leadimport/importer/outcome"
	"leadimport/importer/results"
)

// hint says in plain words what a code means and what to do about it.
type hint struct{ title, do string }

// hintFor knows the codes of this program and of the API's documents ("Error
// codes", 2.15). Others are told by what became of the row.
func hintFor(code string, status results.Status) hint {
	if status == results.Unresolved && code != "row_changed" {
		return hints["in_doubt"]
	}
	if h, ok := hints[code]; ok {
		return h
	}
	if code == codeOthers {
		return hint{"Other reasons", "Look at import_error of these rows in the results file."}
	}
	if strings.HasPrefix(code, "http_") {
		return hint{"Intercom refused the row without a reason", "Look at import_request_id of these rows in the results file: Intercom's support can look it up."}
	}
	switch status {
	case results.Invalid:
		return hint{"The row cannot be imported as it is", "Mend the row as the message says."}
	case results.Skipped:
		return hint{"Left out", "Look at the message; nothing was sent for these rows."}
	case results.Failed:
		return hint{"Intercom refused the row", "Mend the row as Intercom's message says."}
	}
	return hint{"With a remark", "Look at the message; the lead itself is in Intercom."}
}

var hints = map[string]hint{
	// the file
	"too_few_cells":     {"The row has fewer cells than the header", "Add what is missing, or empty cells at the end of the row."},
	"too_many_cells":    {"The row has more cells than the header", "Put quotes around a cell that contains the delimiter, or take out what is too much."},
	"bad_encoding":      {"The text is damaged", "Export the file again as UTF-8, or name its encoding with --encoding."},
	"stray_quote":       {"A quotation mark is out of place", "Double the quotes that belong to the text, and put quotes around the whole cell."},
	"unclosed_quote":    {"A quotation mark opens and is not closed", "Close the quote, or double it if it belongs to the text."},
	"other_table":       {"The row seems to belong to another table", "Put the second table into a file of its own."},
	"footer":            {"The row seems to be a total or a footer", "Delete the line, or fill in what the other rows have if it is a lead."},
	"blank_row":         {"Every mapped cell is blank", "Fill the row in, or delete it: it would make a lead that nobody can tell from another."},
	"required_blank":    {"A required cell is blank", "Fill the cell in, or take required out of the mapping."},
	codeDuplicate:       {"The same lead stands further up in the file", "Nothing, if that is meant: the first row counts. To let later rows update it, run with --duplicates update."},
	codeDuplicateOptOut: {"A later row of the lead says no to e-mail, and was left out", "Set unsubscribed_from_emails of the lead in Intercom, or run with --duplicates update: then later rows count."},
	codeOptOutKept:      {"In Intercom, where the person still wants no e-mail, as an earlier row of the lead says", "Nothing, if that is meant. If the later row is right, write allow_resubscribe: true in the mapping: the next run with --resume or --previous sends it."},
	codeOmitted:         {"In Intercom, without values that are invalid", "Correct the values, or leave the cells blank: the next run with --resume or --previous sends them."},
	"adopted":           {"Found, and updated: who created it is not known", "Nothing, if the person was in Intercom before; else look whether the lead is what the row says."},
	"row_vanished":      {"The list no longer has the row of this lead", "Nothing, if that is meant: the lead stays as it is. To have it updated, put the row back."},
	"ambiguous_match":   {"Several contacts in Intercom match the row", "Merge them in Intercom, or say in the row which one is meant by its id."},
	"match_taken":       {"Two rows are about the same contact", "Rows of different keys match one contact. Give them the same key, or take the wrong e-mail, phone or id out of one of them."},
	"match_is_user":     {"The person is a user already", "Nothing, if that is meant: users are not written over. To update them, write user: update under match in the mapping."},
	"match_is_archived": {"The contact is archived", "Unarchive or delete it in Intercom, or write archived: skip or update under match in the mapping."},
	"only_create":       {"The contact exists", "Nothing: --only create left it as it is."},
	"only_update":       {"The contact does not exist", "Nothing: --only update creates nobody."},
	outcome.Stale:       {"Changed since the plan was made", "Nothing was written. Make a new plan of the list, with --previous of these results, and look at these rows in it."},
	"row_changed":       {"The row was changed after an interruption", "Look the lead up in Intercom by hand: its create may have been applied as the row was then."},
	"waits_for_row":     {"Waits for an earlier row of the same lead", "Run the same command again with --resume: the rows of a lead are sent in their order."},
	"in_doubt":          {"It is not known whether Intercom has the row", "Run the same command again with --resume: it looks these rows up before it sends anything. Do not import them in another way meanwhile: leads could be created twice."},
	results.Gone:        {"The lead is no longer in Intercom", "It was deleted there, or merged into a user. Nothing is created again; to have it back, import the row without --previous."},
	"not_found":         {"Intercom does not know the lead that the row names", "Check the id in the row: the lead may be deleted, or belong to another workspace."},
	"contact_merged":    {"The lead was merged into another contact", "Use the id of the contact that it was merged into, where the row names one; else write gone: follow in the mapping."},
	"another_contact":   {"Intercom answered with another contact", "Check the id in the row; if it is right, look the contact up in Intercom: it may have been merged."},
	"conflict":          {"Somebody in Intercom has this identity already", "Map the id of the existing contact, or change the e-mail or external id of the row."},
	"conflict_archived": {"An archived contact has this identity", "Unarchive or delete the contact in Intercom, then run again with --resume."},

	// what belongs to a lead
	results.TagFailed:     {"The lead is in Intercom, and not with its tags", "Mend what the message says, and run the same command again with --resume: it goes on with this lead. Do not import the row in another way: that would be a second lead."},
	results.CompanyFailed: {"The lead is in Intercom, and not with its company", "Mend what the message says, and run the same command again with --resume: it goes on with this lead. Do not import the row in another way: that would be a second lead."},

	// cells
	"no_email":          {"Something is said of an e-mail address that the row does not have", "Fill the address in, or leave the other cell blank."},
	"shortened_number":  {"A spreadsheet has shortened a number", "Format the column as text there and export it again: the digits that are missing are in no file."},
	"marked_id":         {"A mark of a footnote stands among the digits of an id", "Write the id without it."},
	"merge_tag":         {"A placeholder stands where an identity should", "Export the list again from the program that should have filled it in, or leave the cell blank."},
	"invalid_email":     {"Not a valid e-mail address", "Correct the address, or leave the cell blank."},
	"invalid_phone":     {"Not a valid phone number", "Correct the number, or leave the cell blank."},
	"phone_no_country":  {"It is not known of which country the phone number is", "Write it with its country code, such as +353 87 123 4567, or state the region in the mapping."},
	"phone_letters":     {"Letters stand among the digits of the phone number", "Write the number in digits alone."},
	"phone_extension":   {"The phone number has an extension", "Keep the extension in a column of its own, mapped to a custom attribute, or use type: string in the mapping: the text is sent as it stands then."},
	"phone_with_remark": {"Digits or marks of a remark stand beside the phone number", "Keep the number alone in the cell."},
	"several_phones":    {"More than one phone number", "Keep one in the cell, or write several: first in the mapping: the first is taken then."},
	"phone_area":        {"It is not clear whether an area code or a number stands before the phone number", "Keep one number alone in the cell, with its area code."},
	"phone_zero":        {"It is not clear whether the 0 in brackets belongs to the phone number", "Write the number as it is dialled from abroad, without brackets."},
	"phone_shortened":   {"A spreadsheet has shortened the phone number", "Format the column as text there and export it again: the digits that are missing are in no file."},
	"phone_is_date":     {"A date, not a phone number", "Correct the number, or leave the cell blank: a spreadsheet may have made a date of it."},
	"invalid_role":      {"The role is neither user nor lead", "Write user or lead."},
	"invalid_id":        {"Not an id of Intercom", "Correct the id, or leave the cell blank."},
	"not_a_date":        {"Not a date", "Write dates as 2026-11-21, or state the format in the mapping."},
	"ambiguous_date":    {"The date can be read in two ways", "State the format in the mapping, such as format: DD/MM/YYYY."},
	"clock_change":      {"The clocks of the time zone show the time never or twice", "Write the time with its offset, such as 2024-10-27T02:30:00+02:00."},
	"not_a_boolean":     {"Neither true nor false", "Write true or false, or say under values in the mapping what the text means."},
	"not_a_number":      {"Not a number", "Write plain digits, such as 1200.50, or state the decimal sign in the mapping."},
	"not_an_integer":    {"Not a whole number", "Write a whole number, or use type: float in the mapping."},
	"leading_zeros":     {"Leading zeros would be lost", "Use type: string in the mapping."},
	"integer_range":     {"The number is too large to be kept exactly", "Use type: string in the mapping."},
	"number_range":      {"The number is too large", "Correct the number, or use type: string in the mapping."},
	"not_an_option":     {"Not one of the options that the workspace knows", "Write one of the options, map the text under values, or add the option in Intercom."},
	"control_character": {"A line break stands in the name of a tag", "Write the tag in one line; if each line of the cell is a tag, write split: \"\\n\" in the mapping."},
	"too_long":          {"The text is too long", "Shorten it: Intercom takes 255 characters in a custom attribute."},

	// the API
	"parameter_invalid":         {"Intercom does not accept a value", "Mend the value that the message names; if every row has it, check the attribute's type in Intercom and in the mapping."},
	"parameter_not_found":       {"Intercom misses a value", "Fill in what the message names."},
	"type_mismatch":             {"A value has another type than Intercom expects", "State the attribute's type in the mapping."},
	"custom_data_limit_reached": {"The workspace has as many custom attributes as it may have", "Archive some in Intercom, or take the new one out of the mapping."},
	"field_not_found":           {"Intercom does not know an attribute", "Run with --create-attributes, or create it in Intercom."},
	"bad_request":               {"Intercom could not read the row", "Mend the value that the message names."},
	"invalid_document":          {"Intercom does not accept a custom attribute", "Check the attribute's name and value."},
	"company_not_found":         {"Intercom does not know the company", "Check the company's id in the row."},
	"not_in_this_version":       {"This version of the API cannot do it", "Choose another --api-version."},
}

// codeOmitted, codeDuplicateOptOut and codeOptOutKept stand in lines of ours.
const (
	codeOmitted         = outcome.ValueOmitted
	codeDuplicateOptOut = outcome.DuplicateOptOut
	codeOptOutKept      = outcome.OptOutKept
)

// Advice says what to do about rows that are invalid with a code.
func Advice(code string) string { return hintFor(code, results.Invalid).do }
