package importer

import (
	"slices"

	"leadimport/client"
)

// optOut is the attribute by which a person says no to e-mails.
const optOut = "unsubscribed_from_emails"

// unconsented takes out of an update what would subscribe a person again who
// unsubscribed since the list was made, unless the mapping allows it. Nothing
// is read for it: only a true is ever sent.
func (j *Job) unconsented(lead client.Lead) client.Lead {
	if j.cfg.Mapping.AllowResubscribe() {
		return lead
	}
	i := slices.IndexFunc(lead.Fields, func(f client.Field) bool { return f.Name == optOut })
	if i >= 0 && lead.Fields[i].Value != client.Boolean(true) {
		lead.Fields = slices.Delete(slices.Clone(lead.Fields), i, i+1)
	}
	return lead
}
